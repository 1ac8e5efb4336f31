"""A little web shop to look at with pytrace: nothing real, plain standard library, Python 3.6 or later.

    python3 workload.py            until it is stopped
    python3 workload.py 30         for 30 seconds

Each thread has one habit worth finding, as real programs have them:

    front      requests, a hot function (tax_of) below them, and a rush every few seconds
    catalog    a recursion over the tree of categories
    feed       generators that feed one another
    payments   exceptions, raised deep and caught far above
    sessions   a class that leaks: every Session is kept and none is forgotten
    reports    a large cache, and gc.collect() after each report: long pauses for everybody

It makes some hundred calls a second, so that even tracing every one of them costs it little. Loops with no call in them
stand for work: their time is the function's own.
"""

import gc
import sys
import threading
import time

STOCK = {'apple': 3, 'bread': 2, 'cheese': 9, 'dates': 5, 'eggs': 2}


class Cents(int):
    """An amount of money: made for each price and gone with it, as most objects of a healthy program."""


# A plain flag, and no import but these: what the interpreter does to start is seen by pytrace too.
shop_open = True


def wait_for_work(seconds):
    # A function of its own, so that waiting is told apart from working.
    time.sleep(seconds)


# front: what users wait for. Most of its work is in tax_of, although no single call of it is long.

def tax_of(price, country):
    share = 0
    for step in range(12000):
        share = (share * 31 + step) % 100
    return Cents(price * (19 if country == 'de' else 20) // 100)


def price_of(cart, country):
    total = 0
    for name in cart:
        price = Cents(STOCK[name] * 100)
        total += price + tax_of(price, country)
    return total


def render(total):
    page = ''
    for line in range(200):
        page += '<p>%d.%02d</p>' % divmod(total + line, 100)
    return page


def handle_request(number):
    cart = sorted(STOCK)[: 2 + number % 4]
    country = 'de' if number % 3 else 'at'
    return render(price_of(cart, country))


def front():
    number = 0
    while shop_open:
        number += 1
        handle_request(number)
        # A rush: for one second of four the shop is full.
        rush = int(time.monotonic()) % 4 == 0
        wait_for_work(0.015 if rush else 0.07)


# catalog: one function calls itself, six levels deep. Its total time must not be counted twice.

def make_tree(depth):
    tree = []
    if depth > 0:
        for _ in range(2 if depth > 2 else 1):
            tree.append(make_tree(depth - 1))
    return tree


def count_products(category):
    found = 1
    for below in category:
        found += count_products(below)
    return found


def catalog():
    tree = make_tree(5)
    while shop_open:
        count_products(tree)
        wait_for_work(0.6)


# feed: three generators in a row. Each item wakes them all and puts them back to sleep.

def read_prices():
    for number in range(8):
        yield number * 7 % 5


def only_changed(prices):
    last = None
    for price in prices:
        if price != last:
            yield price
        last = price


def as_lines(prices):
    for price in prices:
        yield 'price=%d' % price


def publish_feed():
    return '\n'.join(list(as_lines(only_changed(read_prices()))))


def feed():
    while shop_open:
        publish_feed()
        wait_for_work(0.6)


# payments: a refused card is an exception that unwinds several functions. It ends their calls as a return would.

def charge(card):
    if card % 3 == 0:
        raise ValueError('card refused')
    return card


def pay(card, tries):
    try:
        return charge(card)
    except ValueError:
        if tries == 0:
            raise
        # Once more, by calling itself, as people write it.
        return pay(card, tries - 1)


def checkout(card):
    return pay(card, 2)


def payments():
    card = 0
    while shop_open:
        card += 1
        try:
            checkout(card)
        except ValueError:
            pass
        wait_for_work(0.15)


# sessions: the leak. Every visit makes a Session, and FORGOTTEN keeps it for ever.

FORGOTTEN = []


class Session(tuple):
    """Who came, and what is in the basket."""

    def __init__(self, fields):
        self.remember()

    def remember(self):
        FORGOTTEN.append(self)


def sessions():
    user = 0
    while shop_open:
        user += 1
        Session((user, ['apple'] * 3))
        wait_for_work(0.12)


# reports: the pause. A cache of many small lists makes each full collection long, and a full collection follows each
# report, "to save memory". While it runs, no other thread does.

def fill_cache():
    cache = []
    for number in range(150000):
        cache.append([number, [number]])
    return cache


def make_report(cache):
    lines = []
    for entry in cache[:3000]:
        # A cycle each, which only the collector frees.
        line = {'entry': entry}
        line['self'] = line
        lines.append(line)
    return len(lines)


def save_memory():
    return gc.collect()


def reports():
    cache = fill_cache()
    while shop_open:
        make_report(cache)
        save_memory()
        wait_for_work(1.5)


def main(seconds):
    global shop_open
    threads = []
    for worker in [front, catalog, feed, payments, sessions, reports]:
        # Daemons: the program ends with main, however it ends.
        thread = threading.Thread(target=worker, name=worker.__name__)
        thread.daemon = True
        threads.append(thread)
        thread.start()
    print('The shop is open: %d threads.' % len(threads), flush=True)
    end = time.monotonic() + seconds if seconds else float('inf')
    try:
        while time.monotonic() < end:
            time.sleep(min(1, max(0, end - time.monotonic())))
    except KeyboardInterrupt:
        pass
    shop_open = False
    for thread in threads:
        thread.join(2)


if __name__ == '__main__':
    words = sys.argv[1:]
    if len(words) > 1 or (words and not words[0].replace('.', '', 1).isdigit()):
        sys.exit('usage: workload.py [SECONDS]')
    main(float(words[0]) if words else 0)
