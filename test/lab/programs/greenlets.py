# Switches stacks in several ways, and knows who calls whom: at the end it prints {"callee<caller": calls} as JSON, of the
# functions of this file. Whoever calls says so first; no caller stands for the first frame of a greenlet or a thread. With
# `late` greenlet is loaded only after the tracer.
import json
import sys
import threading
import time

if "late" in sys.argv:
    print("ready", flush=True)
    sys.stdin.readline()
from greenlet import GreenletExit, getcurrent, greenlet

counts = {}
lock = threading.Lock()


def add(key):
    with lock:
        counts[key] = counts.get(key, 0) + 1


def leaf_a(): return 1
def leaf_b(): return 2
def leaf_c(): return 3
def cleanup(): return 4


# Two that switch to each other, and never return to who started them but by the hub.
def task_a():
    for _ in range(50):
        add("leaf_a<task_a")
        leaf_a()
        other_b.switch()
    hub.switch()


def task_b():
    while True:
        add("leaf_b<task_b")
        leaf_b()
        other_a.switch()


def pair():
    global other_a, other_b, hub
    hub = getcurrent()
    other_a = greenlet(task_a)
    other_b = greenlet(task_b)
    add("task_a<")
    add("task_b<")
    other_a.switch()


# A hub with many greenlets, each with a stack of some depth, as gevent has.
def work(depth):
    if depth:
        add("work<work")
        work(depth - 1)
    else:
        add("leaf_c<work")
        leaf_c()
        getcurrent().parent.switch()
        add("leaf_c<work")
        leaf_c()


def many():
    ready = []
    for i in range(40):
        add("work<")
        g = greenlet(work)
        g.switch(i % 7)
        ready.append(g)
    while ready:
        g = ready.pop(len(ready) // 2)
        add("leaf_a<many")
        leaf_a()
        g.switch()


# An exception is thrown into one that waits; it catches it and goes on.
def catches():
    try:
        add("leaf_a<catches")
        leaf_a()
        getcurrent().parent.switch()
    except KeyError:
        add("cleanup<catches")
        cleanup()
    add("leaf_b<catches")
    leaf_b()


def throws():
    for _ in range(5):
        add("catches<")
        g = greenlet(catches)
        g.switch()
        add("leaf_c<throws")
        leaf_c()
        g.throw(KeyError("x"))
        add("leaf_c<throws")
        leaf_c()


# One that waits is forgotten, and dies by GreenletExit.
def dies():
    try:
        add("leaf_a<dies")
        leaf_a()
        getcurrent().parent.switch()
    except GreenletExit:
        add("cleanup<dies")
        cleanup()
        raise


def forgets():
    for _ in range(5):
        add("dies<")
        g = greenlet(dies)
        g.switch()
        add("leaf_b<forgets")
        leaf_b()
        del g
        add("leaf_b<forgets")
        leaf_b()


# Parents of parents, and a generator that is driven by other greenlets than the one that made it.
def numbers():
    for i in range(5):
        add("leaf_b<numbers")
        leaf_b()
        yield i


def inner(gen):
    add("numbers<inner")
    next(gen)
    add("leaf_c<inner")
    leaf_c()
    getcurrent().parent.switch()
    add("numbers<inner")
    next(gen)


def outer(gen):
    add("numbers<outer")
    next(gen)
    add("inner<")
    g = greenlet(inner)
    g.switch(gen)
    add("leaf_a<outer")
    leaf_a()
    add("numbers<outer")
    next(gen)
    getcurrent().parent.switch()
    g.switch()


def nested():
    gen = numbers()
    add("numbers<nested")
    next(gen)
    add("outer<")
    g = greenlet(outer)
    g.switch(gen)
    add("leaf_a<nested")
    leaf_a()
    g.switch()
    add("numbers<nested")
    next(gen, None)


# One that ends by an exception, which goes on in its parent.
def fails():
    add("leaf_a<fails")
    leaf_a()
    raise ValueError


def sees():
    for _ in range(5):
        add("fails<")
        try:
            greenlet(fails).switch()
        except ValueError:
            add("leaf_b<sees")
            leaf_b()


def everything():
    for callee in ("many", "throws", "forgets", "sees", "nested"):
        add(f"{callee}<everything")
        globals()[callee]()


def main():
    add("everything<main")
    everything()
    for _ in range(2):
        add("pair<main")
        pair()
    threads = []
    for _ in range(3):
        threads.append(threading.Thread(target=everything))
    for thread in threads:
        add("everything<")
        thread.start()
    for thread in threads:
        thread.join()


if "late" in sys.argv:
    time.sleep(1.5)  # so long that it is seen
else:
    print("ready", flush=True)
    sys.stdin.readline()
add("main<<module>")
main()
print(json.dumps(counts), flush=True)
