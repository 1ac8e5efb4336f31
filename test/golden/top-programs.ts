import { topTrace } from '../../src/views/top/top-trace.js';
import type { OpenView, PrintContext, TimeMark, ViewContext } from '../../src/views/trace-view.js';
import type { TopModel } from '../../src/views/top/top-model.js';
import type { TopSession } from '../../src/views/top/top-session.js';
import { TopStream } from './top-stream.js';

await topTrace.load();

const US = 1e3;
const MS = 1e6;

export interface TopRun {
  readonly opened: OpenView & { readonly session: TopSession; picture(): TopModel };
  readonly stream: TopStream;
  readonly printed: string[];
  /** Hands on what the program has printed. */
  feed(): void;
}

/** A view of `top` that is given the stream. */
export function topRun(
  stream: TopStream,
  over: { own?: Record<string, unknown>; function?: string; form?: string; marks?: TimeMark[] } = {},
): TopRun {
  const printed: string[] = [];
  let revision = 0;
  const context: ViewContext = {
    options: { thread: 0, function: over.function ?? '', file: '', minDuration: 0, depth: 0, own: over.own ?? {} },
    pid: 4242,
    python: '3.15.2',
    since: 'attach',
    now: () => stream.now,
    revision: () => revision++,
    notice: () => 'No events for 3 s: the probes are in place, but no Python function has been called yet.',
    marks: over.marks ?? [],
    ...(over.form === undefined ? {} : { print: print(over.form, printed) }),
  };
  const opened = topTrace.open(context) as TopRun['opened'];
  opened.session.onRecord = (record) => record.kind === 'A' && opened.printing?.begin();
  const feed = (): void => {
    opened.session.push(stream.take());
    opened.printing?.flush();
  };
  feed();
  return { opened, stream, printed, feed };
}

function print(form: string, printed: string[]): PrintContext {
  return {
    form,
    ascii: false,
    title: 'top of 4242 python3 shop.py',
    threadNames: new Map(),
    write: (text) => void printed.push(text),
    enough: () => void printed.push('(enough)\n'),
  };
}

/** A shop with three workers whose `reprice` becomes dearer in the last seconds. */
export function shopTop(own: Record<string, unknown> = {}, seconds = 42): TopRun {
  const stream = new TopStream(own.counts === true);
  const run = topRun(stream, { own, marks: [{ name: 'm1', at: 20e9 }] });
  for (const [tid, name] of [[41830, 'worker-1'], [41831, 'worker-2'], [41832, 'worker-3']] as const)
    run.opened.session.nameThread(tid, name);
  const handle = stream.fn('handle_request', '/srv/shop/views.py', 41);
  const reprice = stream.fn('Cart.reprice', '/srv/shop/cart.py', 88);
  const add = stream.fn('Money.__add__', '/srv/shop/money.py', 31);
  const loads = stream.fn('loads', '/usr/lib/python3.15/json/__init__.py', 299);
  const scan = stream.fn('_scan_once', '/usr/lib/python3.15/json/decoder.py', 343);
  const render = stream.fn('Template.render', '/srv/venv/lib/python3.15/site-packages/jinja2/environment.py', 1290);
  const root = stream.fn('root', '<template>', 12);
  const concat = stream.fn('concat', '/srv/venv/lib/python3.15/site-packages/jinja2/utils.py', 66);
  const mail = stream.fn('Mailer.compose', '/srv/shop/mail.py', 21);
  const flush = stream.fn('Session._flush', '/srv/venv/lib/python3.15/site-packages/sqlalchemy/orm/session.py', 4331);
  const heartbeat = stream.fn('heartbeat', '/srv/shop/health.py', 9);
  const boot = stream.fn('configure', '/srv/shop/settings.py', 3);
  for (let second = 0; second < seconds; second++) {
    if (second === 0) stream.call(41830, 0, boot, 81 * MS, 81 * MS);
    for (let request = 0; request < 60; request++) {
      const tid = 41830 + (request % 3);
      const slow = second > 35 ? 2 : 1;
      const repriced = (700 + ((request * 37) % 300)) * US * slow;
      stream.call(tid, handle, reprice, repriced + 3.4 * MS, repriced);
      stream.call(tid, reprice, add, (20 + (request % 30)) * US, (20 + (request % 30)) * US, 8);
      stream.call(tid, reprice, loads, 390 * US, 12 * US, 8);
      stream.call(tid, loads, scan, (8 + ((request * 37) % 60)) * US, (8 + ((request * 37) % 60)) * US, 64);
      stream.call(tid, request % 5 === 0 ? mail : handle, render, (1.7 + (request % 7) * 0.3) * MS, 1.1 * MS);
      stream.call(tid, render, root, 600 * US).call(tid, render, concat, 90 * US);
      stream.call(tid, handle, flush, request === 30 && second % 11 === 0 ? 42 * MS : (300 + request) * US);
      if (request % 5 === 0) stream.call(tid, handle, mail, 2.2 * MS, 0.4 * MS);
      stream.call(tid, 0, handle, repriced + 8 * MS, 0.3 * MS);
    }
    if (second % 7 === 0) stream.call(41832, 0, heartbeat, 150 * US);
    stream.snapshot();
  }
  run.feed();
  return run;
}

/** Names that would break a screen, a line or a table if they reached it as they are. */
export function hostileTop(): TopRun {
  const stream = new TopStream();
  const run = topRun(stream);
  run.opened.session.nameThread(9, 'evil\x1b[2Jname');
  const names = ['a\tb', 'line\nbreak', '\x1b[31mred\x1b[0m', '\u202egnp.exe', 'ＷＩＤＥ漢字', 'e\u0301tude', '👩‍👩‍👧', '', '\u0001', '=cmd()', 'a;b', '"quoted"', 'x'.repeat(300)];
  const main = stream.fn('<module>', '/tmp/a b\x07.py', 1);
  stream.call(9, 0, main, 900 * MS, 100 * MS);
  for (const [at, name] of names.entries())
    stream.call(9, main, stream.fn(name, `/tmp/${name.slice(0, 40)}.py`, 3), (at + 1) * 8 * MS, (at + 1) * 7 * MS);
  stream.snapshot();
  run.feed();
  return run;
}

/** Many functions at once. */
export function wideTop(functions = 5000): TopRun {
  const stream = new TopStream();
  const run = topRun(stream);
  const main = stream.fn('main', '/srv/big.py', 1);
  for (let second = 0; second < 3; second++) {
    for (let at = 0; at < functions; at++)
      stream.call(3 + (at % 4), main, stream.fn(`step_${at}`, '/srv/steps.py', at + 1), (1 + (at % 90)) * US);
    stream.call(3, 0, main, 950 * MS, 400 * MS).snapshot();
  }
  run.feed();
  return run;
}

/** Attached, and nothing has happened yet. */
export function silentTop(): TopRun {
  return topRun(new TopStream());
}
