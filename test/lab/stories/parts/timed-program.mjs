// A Python program that counts its own calls and clocks its own work, of all kinds that calls can be; told `go`, it prints
// its sums as JSON: `calls NAME`, `self NAME`, `total NAME`, in ns. Its argument: how many ms a unit of work sleeps.
// `#call NAME` counts an activation (a call, a resumption, a throw), `#work NAME MS` sleeps and clocks its own time,
// `#open NAME` and `#close NAME` clock an outermost activation. All are expanded in place: a helper would be a call too.
export const PROGRAM = `
import asyncio, json, sys, threading, time
from collections import Counter
now, sleep = time.perf_counter_ns, time.sleep
MS = float(sys.argv[1])
sys.setrecursionlimit(5000)

def leaf(S):
    #call leaf
    #work leaf 2

def rec(S, n):
    #call rec
    if n == 8: T0 = now()
    #work rec 1
    if n: rec(S, n - 1)
    #work rec 1
    if n == 8: S['total rec'] += now() - T0

def even(S, n):
    #call even
    #work even 1
    if n: odd(S, n - 1)

def odd(S, n):
    #call odd
    #work odd 1
    if n: even(S, n - 1)

def deep(S, n):
    #call deep
    if n: deep(S, n - 1)
    else: leaf(S)

def gen(S, n):
    #call gen
    for i in range(n):
        #work gen 1
        leaf(S)
        yield i
        #call gen

def outer(S, n):
    #call outer
    for i in range(n):
        S['calls outer'] += 1
    #work outer 2
    yield from gen(S, n)

def consume(S):
    #call consume
    #open consume
    #work consume 3
    for _ in gen(S, 4):
        #work consume 1
    for _ in outer(S, 3):
        #work consume 1
    #close consume

# What precedes a throw() or close() without any call between counts as the generator's, so here a call always does.
def thrown(S):
    #call thrown
    while True:
        try:
            #work thrown 1
            yield
            #call thrown
        except ValueError:
            #call thrown
            #work thrown 2
            leaf(S)
            #work thrown 2

def thrower(S):
    #call thrower
    #open thrower
    g = thrown(S)
    next(g)
    for _ in range(5):
        #work thrower 1
        brief(S)
        g.throw(ValueError)
    next(g)
    g.close()
    S['calls thrown'] += 1
    #close thrower

def quiet(S):
    #call quiet
    while True:
        try:
            yield
            #call quiet
        except ValueError:
            #call quiet
            #work quiet 2

def quieter(S):
    #call quieter
    g = quiet(S)
    next(g)
    for _ in range(5):
        #work quieter 1
        leaf(S)
        g.throw(ValueError)
    #work quieter 1
    leaf(S)
    g.close()
    S['calls quiet'] += 1

async def step(S):
    #call step
    #work step 2

async def pause(S):
    #call pause
    #work pause 4
    await step(S)
    await asyncio.sleep(0)
    #call pause
    #work pause 4

def driver(S):
    #call driver
    #open driver
    asyncio.run(pause(S))
    #close driver

class Made:
    def __init__(self, S):
        #call __init__
        #work __init__ 2
        leaf(S)

def maker(S):
    #call maker
    #open maker
    for _ in range(4): Made(S)
    #close maker

def bottom(S):
    #call bottom
    #work bottom 1
    raise KeyError(1)

def middle(S):
    #call middle
    bottom(S)

def catcher(S):
    #call catcher
    #open catcher
    for _ in range(5):
        try: middle(S)
        except KeyError: pass
        #work catcher 1
    #close catcher

def callbacks(S):
    #call callbacks
    #open callbacks
    def keyed(x):
        #call keyed
        #work keyed 1
        return -x
    def mapped(x):
        #call mapped
        #work mapped 1
        return x
    sorted(range(6), key=keyed)
    list(map(mapped, range(6)))
    #close callbacks

def many(S):
    #call many
    for i in range(3000): tiny(S)

def tiny(S):
    #call tiny

def threaded(S):
    #call threaded
    #open threaded
    for _ in range(3):
        leaf(S)
        rec(S, 8)
        #work threaded 10
    consume(S)
    thrower(S)
    many(S)
    #close threaded

def everything(S):
    #call everything
    #open everything
    for _ in range(5): leaf(S)
    rec(S, 8)
    even(S, 9)
    for _ in range(3): deep(S, 500)
    consume(S)
    thrower(S)
    quieter(S)
    driver(S)
    maker(S)
    catcher(S)
    callbacks(S)
    many(S)
    #close everything

def forever(S):
    #call forever
    begin = now()
    while True:
        #work forever 2
        brief(S)
        S['total forever'] = now() - begin
        if S['calls forever'] and S['calls brief'] % 50 == 0: print('going', flush=True)

def brief(S):
    #call brief

def tick(): pass

print("ready", flush=True)
while True:
    word = input()
    if word == 'tick':
        tick()
    elif word == 'go':
        parts = [Counter() for _ in range(9)]
        threads = [threading.Thread(target=threaded, args=(part,)) for part in parts[1:]]
        everything(parts[0])
        for one in threads: one.start()
        for one in threads: one.join()
        print(json.dumps(sum(parts, Counter())), flush=True)
    elif word == 'forever':
        forever(Counter())
`
  .replace(/#call (\w+)/g, "S['calls $1'] += 1")
  .replace(/#work (\w+) (\d+)/g, "A = now(); sleep($2 * MS / 1000); S['self $1'] += now() - A")
  .replace(/#open \w+/g, 'T = now()')
  .replace(/#close (\w+)/g, "S['total $1'] += now() - T");
