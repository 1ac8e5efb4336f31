"""Kinds of user classes, each made and dropped a known number of times at each line of input.

Prints one JSON line about the classes (address, module and qualified name), then `ready`; after each line of input
`done`. What a class needs to be made is made before `ready`: only the instances are left.
"""

import collections
import dataclasses
import gc
import json
import sys

COUNT = int(sys.argv[1]) if len(sys.argv) > 1 else 5000


class Plain:
    pass


class Init:
    def __init__(self, value):
        self.value = value


class Slots:
    __slots__ = ("a", "b")


class EmptySlots:
    __slots__ = ()


class Finalizer:
    def __del__(self):
        pass


class Int(int):
    pass


class List(list):
    pass


class Dict(dict):
    pass


class Str(str):
    pass


class Tuple(tuple):
    pass


class Problem(Exception):
    pass


Point = collections.namedtuple("Point", "x y")


@dataclasses.dataclass
class Data:
    x: int
    y: int = 0


class Meta(type):
    pass


class WithMeta(metaclass=Meta):
    pass


class Cycle:
    def __init__(self):
        self.me = self


class Node:
    def __init__(self, following):
        self.following = following


class Member:
    def __new__(cls, value):
        member = object.__new__(cls)
        member._value_ = value
        return member


class Outer:
    class Inner(Plain):
        pass


def local():
    class Größe:
        __slots__ = ("__weakref__",)

    return Größe


Local = local()


def raised():
    try:
        raise Problem("no")
    except Problem:
        pass


def chain():
    node = None
    for _ in range(COUNT):
        node = Node(node)


MAKERS = {
    Plain: Plain,
    Init: lambda: Init(1),
    Slots: Slots,
    EmptySlots: EmptySlots,
    Finalizer: Finalizer,
    Int: lambda: Int(70000),
    List: lambda: List((1, 2)),
    Dict: lambda: Dict(a=1),
    Str: lambda: Str("text"),
    Tuple: lambda: Tuple((1, 2)),
    Problem: raised,
    Point: lambda: Point(1, 2),
    Data: lambda: Data(1),
    WithMeta: WithMeta,
    Cycle: Cycle,
    Node: None,
    Member: lambda: Member(1),
    Outer.Inner: Outer.Inner,
    Local: Local,
}


def everything():
    for make in MAKERS.values():
        if make is None:
            chain()
        else:
            for _ in range(COUNT):
                make()
    gc.collect()


print(
    json.dumps(
        {
            "classes": [
                {"address": id(one), "module": one.__module__, "qualname": one.__qualname__} for one in MAKERS
            ],
            "builtin": {"int": id(int), "OrderedDict": id(collections.OrderedDict), "deque": id(collections.deque)},
        },
        ensure_ascii=False,
    )
)
# Classes that only building others took (slots of a dataclass) are gone before anything is counted.
gc.collect()
print("ready")
for line in sys.stdin:
    if line.strip() == "quit":
        break
    everything()
    print("done")
