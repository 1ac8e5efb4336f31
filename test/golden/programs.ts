import { Traced } from './traced.js';

const US = 1e3;
const MS = 1e6;

/** A shop that serves requests in two threads, attached to while it ran; stopped in the middle of a request. */
export function shop(): Traced {
  const traced = new Traced().oldThread(41822, 'MainThread').oldThread(41830, 'worker-1').thread(41831, 'worker-2');
  traced.wait(2 * MS).enterUnseen(41830, 'handle_request', '/srv/shop/views.py', 41);
  traced.session.tick(0);
  for (let request = 0; request < 60; request++) {
    if (request > 0) traced.enter(41830, 'handle_request', '/srv/shop/views.py', 41);
    traced.wait(300 * US).enter(41830, 'reprice', '/srv/shop/cart.py', 88).wait(900 * US);
    for (let item = 0; item < 8; item++) {
      traced.call(41830, '__add__', '/srv/shop/money.py', 31, (20 + ((item * request) % 30)) * US);
      traced.enter(41830, 'loads', '/usr/lib/python3.15/json/__init__.py', 299).wait(5 * US);
      for (let scan = 0; scan < 8; scan++) {
        traced.call(41830, '_scan_once', '/usr/lib/python3.15/json/decoder.py', 343, (8 + ((scan * 37 + request) % 60)) * US);
      }
      traced.wait(4 * US).leave(41830);
    }
    traced.call(41830, 'quantize', '/srv/shop/money.py', 52, 33 * US).leave(41830);
    if (request === 0) {
      traced.enter(41830, '_find_and_load', '<frozen importlib._bootstrap>', 1349).wait(40 * US);
      traced.enter(41830, 'exec_module', '<frozen importlib._bootstrap_external>', 1020).wait(60 * US);
      traced.enter(41830, '<module>', '/srv/shop/templates.py', 1).wait(2 * MS);
      traced.call(41830, 'compile', '/srv/shop/templates.py', 17, 7 * MS).leave(41830).leave(41830).leave(41830);
    }
    traced.enter(41830, 'render', '/srv/venv/lib/jinja2/environment.py', 1290).wait(1.1 * MS);
    traced.call(41830, 'root', '<template>', 12, 600 * US).call(41830, 'concat', '/srv/venv/lib/jinja2/utils.py', 66, 90 * US);
    traced.leave(41830);
    if (request % 5 === 0) traced.call(41831, 'heartbeat', '/srv/shop/health.py', 9, 150 * US);
    if (request === 59) break;
    traced.enter(41830, 'commit', '/srv/shop/orm/session.py', 1989).wait(60 * US);
    traced.call(41830, '_flush', '/srv/shop/orm/session.py', 4331, 400 * US).leave(41830);
    traced.leave(41830).wait(200 * US);
  }
  traced.enter(41830, 'commit', '/srv/shop/orm/session.py', 1989).wait(60 * US);
  traced.enter(41830, '_flush', '/srv/shop/orm/session.py', 4331).wait(40 * US);
  return traced.feed(1e9);
}

/** A recursion 500 calls deep, in its innermost call. */
export function deep(): Traced {
  const traced = new Traced().thread(7, 'MainThread');
  traced.enter(7, '<module>', '/home/ann/tree.py', 1).wait(50 * US);
  for (let level = 1; level < 500; level++) {
    traced.enter(7, level % 7 === 3 ? 'visit_children' : 'visit', '/home/ann/tree.py', level % 7 === 3 ? 30 : 12).wait(10 * US);
    if (level % 100 === 50) traced.call(7, 'note', '/home/ann/tree.py', 44, 3 * US);
  }
  return traced;
}

/** Names that would break a screen, a line or a table if they reached it as they are. */
export function hostile(): Traced {
  const traced = new Traced().thread(9, 'evil\x1b[2Jname');
  const names = ['a\tb', 'line\nbreak', '\x1b[31mred\x1b[0m', '\u202egnp.exe', 'ＷＩＤＥ漢字', 'e\u0301tude', '👩‍👩‍👧', '', '\u0001', '=cmd()', 'a;b', '"quoted"', 'x'.repeat(300)];
  traced.enter(9, '<module>', '/tmp/a b\x07.py', 1).wait(MS);
  for (const name of names) traced.call(9, name, `/tmp/${name.slice(0, 40)}.py`, 3, 40 * US).wait(10 * US);
  return traced;
}

/** Ten thousand nodes and more: a hundred functions that each call a hundred others. */
export function wide(): Traced {
  const traced = new Traced().thread(3, 'MainThread');
  traced.enter(3, 'main', '/srv/big.py', 1).wait(US);
  for (let outer = 0; outer < 100; outer++) {
    traced.enter(3, `group_${outer}`, '/srv/big.py', 100 + outer).wait(US);
    for (let inner = 0; inner < 100; inner++) traced.call(3, `step_${outer}_${inner}`, '/srv/steps.py', 1 + inner, (1 + (inner % 9)) * US);
    traced.leave(3);
  }
  return traced;
}

/** Attached, and nothing has happened yet. */
export function silent(): Traced {
  return new Traced();
}
