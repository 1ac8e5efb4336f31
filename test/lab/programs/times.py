"""Spends known amounts of time in functions of all kinds, and measures itself how much.

Prints `ready`, works when told `go`, and then prints JSON: {name: [self ns, total ns]}; a recursion's total is that of
its outermost call. The loop that spends the time stands in each function, so that it is that one's own.
"""
import asyncio
import contextlib
import json
import sys
import threading
from time import perf_counter_ns as now

# argv: how many times longer everything takes, and how often it is done.
MS = 1_000_000 * int(sys.argv[1])
ROUNDS = int(sys.argv[2])
own = {}
whole = {}


def leaf():
    t = now()
    while now() - t < 4 * MS:
        pass
    own["leaf"] = own.get("leaf", 0) + now() - t
    whole["leaf"] = whole.get("leaf", 0) + now() - t


def gen():
    for _ in range(3):
        t = now()
        while now() - t < 4 * MS:
            pass
        own["gen"] = own.get("gen", 0) + now() - t
        yield 1


def holder():
    start = now()
    g = gen()  # its creation fires function-entry in 3.15, and nothing returns
    t = now()
    while now() - t < 20 * MS:
        pass
    own["holder"] = own.get("holder", 0) + now() - t
    leaf()
    for _ in g:
        t = now()
        while now() - t < 4 * MS:
            pass
        own["holder"] += now() - t
    unused = gen()
    t = now()
    while now() - t < 10 * MS:
        pass
    own["holder"] += now() - t
    del unused
    whole["holder"] = whole.get("holder", 0) + now() - start


class Made:
    def __init__(self):
        t = now()
        while now() - t < 4 * MS:
            pass
        own["__init__"] = own.get("__init__", 0) + now() - t
        leaf()


def maker():
    start = now()
    for _ in range(5):
        Made()
        t = now()
        while now() - t < 4 * MS:
            pass
        own["maker"] = own.get("maker", 0) + now() - t
    whole["maker"] = whole.get("maker", 0) + now() - start


@contextlib.contextmanager
def guarded():
    try:
        yield
    except KeyError:
        t = now()
        while now() - t < 6 * MS:
            pass
        own["guarded"] = own.get("guarded", 0) + now() - t
        leaf()


def thrower():
    start = now()
    for _ in range(4):
        with guarded():
            t = now()
            while now() - t < 4 * MS:
                pass
            own["thrower"] = own.get("thrower", 0) + now() - t
            raise KeyError("x")
    whole["thrower"] = whole.get("thrower", 0) + now() - start


def recursive(n):
    start = now()
    t = now()
    while now() - t < 4 * MS:
        pass
    own["recursive"] = own.get("recursive", 0) + now() - t
    if n:
        recursive(n - 1)
    if n == 12:
        whole["recursive"] = whole.get("recursive", 0) + now() - start


def raising(n):
    t = now()
    while now() - t < 4 * MS:
        pass
    own["raising"] = own.get("raising", 0) + now() - t
    if n == 0:
        raise RuntimeError
    raising(n - 1)


def catching():
    start = now()
    try:
        raising(6)
    except RuntimeError:
        t = now()
        while now() - t < 5 * MS:
            pass
        own["catching"] = own.get("catching", 0) + now() - t
    whole["catching"] = whole.get("catching", 0) + now() - start


async def step(n):
    t = now()
    while now() - t < 4 * MS:
        pass
    own["step"] = own.get("step", 0) + now() - t
    await asyncio.sleep(0)
    t = now()
    while now() - t < 4 * MS:
        pass
    own["step"] += now() - t


async def cancelled():
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        t = now()
        while now() - t < 7 * MS:
            pass
        own["cancelled"] = own.get("cancelled", 0) + now() - t
        raise


async def main():
    task = asyncio.create_task(cancelled())
    await step(1)
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def by_key(x):
    t = now()
    while now() - t < 4 * MS:
        pass
    own["by_key"] = own.get("by_key", 0) + now() - t
    whole["by_key"] = whole.get("by_key", 0) + now() - t
    return x


def work():
    holder()
    maker()
    thrower()
    recursive(12)
    catching()
    asyncio.run(main())
    sorted([3, 1, 2], key=by_key)


work()  # lazy set-ups of asyncio and contextlib
own.clear()
whole.clear()
print("ready", flush=True)
sys.stdin.readline()
for _ in range(ROUNDS):
    work()
thread = threading.Thread(target=recursive, args=(12,), name="second")
thread.start()
thread.join()
print(json.dumps({name: [ns, whole.get(name, 0)] for name, ns in own.items()}), flush=True)
