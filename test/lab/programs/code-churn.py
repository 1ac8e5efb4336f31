"""Functions that are made, called a known number of times and dropped, so that others take their addresses.

Prints `ready`; after a line of input does all of it and prints one JSON line, {function:file: calls}, then `done`.
"""

import gc
import json
import sys

ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 400


def stays():
    pass


def many():
    """Names that differ in their end, some of one name, file and line each in files that differ in their end."""
    calls = {}
    for i in range(ROUNDS):
        name, file = ("generated_%04d" % i, "/gen/one.py") if i % 2 else ("same", "/gen/number_%04d.py" % i)
        space = {}
        exec(compile("def %s(): pass" % name, file, "exec"), space)
        made = space[name]
        times = i % 7 + 1
        for _ in range(times):
            made()
        stays()
        calls["%s:%s" % (name, file)] = times
        del made, space
        if i % 50 == 0:
            gc.collect()
    calls["stays:" + __file__] = ROUNDS
    return calls


print("ready", flush=True)
sys.stdin.readline()
print(json.dumps(many()), flush=True)
print("done", flush=True)
sys.stdin.readline()
