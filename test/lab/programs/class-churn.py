"""Makes classes that die at once and leave their addresses to others, and some that stay; knows its own counts.

Prints `ready`, waits for a line, does all of it, and prints one JSON line: how many instances of each class stay, and how
many were made of how many classes that did not; then `done`. After a further line it does nothing, prints `done` and waits.
"""

import collections
import dataclasses
import enum
import gc
import json
import sys

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
SECRET = "never a name: " + "s3cret" * 9


class Stay:
    """A docstring that no table may show."""


def churn(count):
    keep = []
    for i in range(count):
        made = type("Dyn%d" % i, (), {"__doc__": SECRET + str(i), "value": b"bytes %d" % i})
        one, other = made(), made()
        if i % 100 == 0:
            keep.append(Stay())
    del made, one, other
    gc.collect()
    return keep


def stay():
    """Classes at addresses that others have left."""
    point = collections.namedtuple("P", "x y")

    @dataclasses.dataclass
    class S:
        a: int

    class Meta(type):
        pass

    class M(metaclass=Meta):
        pass

    class T(tuple):
        __slots__ = ()

    class E(enum.Enum):
        A = 1

    instances = [point(1, 2) for _ in range(10)] + [S(1) for _ in range(20)]
    instances += [M() for _ in range(30)] + [T() for _ in range(40)]
    return instances, E


print("ready", flush=True)
sys.stdin.readline()
kept = churn(COUNT)
kept.append(stay())
living = {"P": 10, "stay.<locals>.S": 20, "stay.<locals>.M": 30, "stay.<locals>.T": 40, "Stay": len(kept) - 1}
print(json.dumps({"living": living, "churned": 2 * COUNT, "classes": COUNT}), flush=True)
print("done", flush=True)
sys.stdin.readline()
print("done", flush=True)
sys.stdin.readline()
