// A Python program that collects garbage a known number of times, in known places, and times it by gc.callbacks. Its first
// line tells of its main thread and functions.
// One round of work a line of input; each prints what CPython says of it. Between rounds nothing is collected.
export const program = `
import gc, json, sys, threading, time
gc.disable()
class Node: pass
class Sized:
    def __init__(self): middle()
def garbage(n):
    for i in range(n):
        a, b = Node(), Node()
        a.b, b.a = b, a
def innermost(): gc.collect(1)
def middle(): innermost()
def outer(): Sized()
def key(x): gc.collect(1); return x
def sorts(): sorted([1], key=key)
def generator(): gc.collect(1); yield 1
def loops():
    for x in generator(): pass
keep = []
times = []
def timed(phase, info):
    if phase == "start": times.append([info["generation"], time.perf_counter_ns(), 0])
    else: times[-1][2] = time.perf_counter_ns()
def collects(count):
    for i in range(count):
        garbage(20)
        gc.collect(0)
def stats():
    return [[s["collections"], s["collected"] + s["uncollectable"]] for s in gc.get_stats()]
def work(busy):
    gc.callbacks.append(timed)
    for i in range(busy):
        garbage(50); gc.collect(0)
        garbage(300); gc.collect(1)
        garbage(1000); gc.collect(2); gc.collect()
    # Automatic ones.
    gc.enable()
    for i in range(busy): garbage(3000)
    gc.disable()
    gc.callbacks.remove(timed)
    threads = [threading.Thread(target=collects, args=(10 * n,)) for n in (1, 2, 3)]
    for thread in threads: thread.start()
    by_thread = {thread.native_id: 10 * n for n, thread in enumerate(threads, 1)}
    for thread in threads: thread.join()
    for i in range(10): outer(); sorts(); loops()
    return by_thread
# A heap that takes some milliseconds to look through.
def fill(n): keep.extend([Node()] for i in range(n))
def place(f): return [id(f.__code__), f.__name__, getattr(f.__code__, "co_qualname", None), f.__code__.co_firstlineno]
print(json.dumps({"main": threading.get_native_id(), "places": [place(f) for f in
    (innermost, middle, Sized.__init__, outer, key, sorts, generator, loops)]}))
fill(int(sys.argv[1]))
print("ready")
for line in sys.stdin:
    if line == "tick\\n": continue
    if line == "forever\\n":
        while True: gc.collect(2)
    times.clear()
    before = stats()
    by_thread = work(int(sys.argv[2]))
    if line == "slowly\\n":
        time.sleep(1.5)
        gc.collect(0)
    after = stats()
    print(json.dumps({
        "stats": [[a - b for a, b in zip(x, y)] for x, y in zip(after, before)],
        "times": [[g, end - start] for g, start, end in times],
        "threads": by_thread,
    }))
`;

/** Its arguments. */
export const size = { chroot: ['60000', '30'], vm: ['20000', '8'] };
/** What lies between probe and callback counts; an emulated machine takes long for it. */
export const tolerance = { chroot: 0.05, vm: 0.15 };
