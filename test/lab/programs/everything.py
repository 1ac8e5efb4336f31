"""Runs one of everything that calls can be, and knows how many calls of each function that makes.

It counts by sys.setprofile in a first round, says `ready`, and does the same again, unprofiled, when told `go`.
The last line is the counts as JSON: {function name: calls}. Deterministic: nothing depends on time or hashes.
"""
import asyncio
import collections
import json
import sys
import threading

HERE = __file__


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def even(n):
    return True if n == 0 else odd(n - 1)


def odd(n):
    return False if n == 0 else even(n - 1)


def deep(n):
    return 0 if n == 0 else 1 + deep(n - 1)


def numbers(n):
    for i in range(n):
        yield i


def relay(n):
    yield from numbers(n)
    yield from numbers(1)


def tree_walk(n):
    if n:
        yield from tree_walk(n - 1)
        yield n
        yield from tree_walk(n - 1)


def patient():
    while True:
        try:
            yield 1
        except KeyError:
            cleanup()
            yield 2
        except ValueError:
            return


def cleanup():
    pass


def throws():
    g = patient()
    next(g)
    g.throw(KeyError("a"))
    cleanup()
    next(g)
    g.throw(KeyError("b"))
    try:
        g.throw(ValueError("c"))
    except (StopIteration, ValueError):
        pass


def raises(n):
    if n == 0:
        raise RuntimeError("unwind")
    raises(n - 1)


def catches():
    try:
        raises(7)
    except RuntimeError:
        cleanup()


def by_key(x):
    return -x


def mapped(x):
    return x + 1


class Shape:
    def __init__(self, size):
        self._size = size
        self.grown = self.grow(1)

    @property
    def size(self):
        return self._size

    @size.setter
    def size(self, value):
        self._size = value

    def grow(self, by):
        self._size += by
        return self

    def __len__(self):
        return 3

    def __eq__(self, other):
        return self is other

    def __call__(self):
        return self.size


class Square(Shape):
    def __init__(self, size):
        super().__init__(size)


def twice(function):
    def wrapper(*args):
        function(*args)
        return function(*args)

    return wrapper


@twice
def decorated(x):
    return x


def größe_日本(x):
    return x


async def leaf_task(n):
    await asyncio.sleep(0)
    return n


async def parent_task(n):
    total = 0
    for i in range(n):
        total += await leaf_task(i)
    return total


async def counting(n):
    for i in range(n):
        yield i


async def over_async():
    async for _ in counting(3):
        cleanup()


async def main_task():
    await asyncio.gather(parent_task(3), parent_task(2), over_async())


def executed():
    exec(compile("def made(x):\n    return x\nfor i in range(4):\n    made(i)\n", HERE, "exec"), {})


def classes():
    class Body:
        def method(self):
            return 1

    return Body().method()


def one_round():
    fib(9)
    even(20)
    deep(500)
    sum(numbers(5))
    list(relay(3))
    list(tree_walk(3))
    sum(x * 2 for x in range(4))
    [x for x in range(3)]
    throws()
    catches()
    sorted([3, 1, 2], key=by_key)
    list(map(mapped, range(5)))
    shape = Square(2)
    for _ in range(3):
        shape.size = shape.size + 1
    len(shape)
    shape == shape.grown
    shape()
    decorated(1)
    größe_日本(2)
    asyncio.run(main_task())
    executed()
    classes()
    (lambda: cleanup())()


def work():
    one_round()
    threads = [threading.Thread(target=in_thread, name=f"worker-{i}") for i in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def in_thread():
    for _ in range(3):
        fib(6)
        list(relay(2))
        catches()
        Square(1)


counts = collections.Counter()
lock = threading.Lock()


def profiler(frame, event, arg):
    if event == "call" and frame.f_code.co_filename == HERE:
        with lock:
            counts[frame.f_code.co_name] += 1


# Once without, so that imports and lazy set-ups are over.
work()
threading.setprofile(profiler)
sys.setprofile(profiler)
work()
sys.setprofile(None)
threading.setprofile(None)
del counts["profiler"]
print("ready", flush=True)
sys.stdin.readline()
work()
print(json.dumps(counts), flush=True)
