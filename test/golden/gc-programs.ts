import { GcLines, type Pair } from './gc-traced.js';

const US = 1e3;
const MS = 1e6;

const REPRICE: Pair = [0x7f1000, 40];
const LOADS: Pair = [0x7f2000, 12];
const SCAN: Pair = [0x7f3000, 88];
const RENDER: Pair = [0x7f4000, 4];
const COMMIT: Pair = [0x7f5000, 30];

function named(lines: GcLines): GcLines {
  const known: readonly (readonly [Pair, number, string, string, number])[] = [
    [REPRICE, 80, 'Cart.reprice', '/srv/shop/cart.py', 91],
    [LOADS, 299, 'loads', '/usr/lib/python3.13/json/__init__.py', 346],
    [SCAN, 340, 'JSONDecoder.raw_decode', '/usr/lib/python3.13/json/decoder.py', 343],
    [RENDER, 1280, 'Environment.render', '/srv/venv/lib/jinja2/environment.py', 1290],
    [COMMIT, 1980, 'Session.commit', '/srv/shop/orm/session.py', 1989],
  ];
  for (const [[code, instr], firstLine, name, file, line] of known) lines.name(code, firstLine, name, file).at(code, instr, line);
  return lines;
}

/** A shop with three workers: many short collections of the young generation, and some long ones of the oldest. */
export function shop(): GcLines {
  const lines = named(new GcLines()).thread(41822, 'MainThread').thread(41830, 'worker-1').thread(41831, 'worker-2');
  const stacks: Pair[][] = [[SCAN, LOADS, REPRICE], [RENDER], [REPRICE], [COMMIT, REPRICE]];
  for (let at = 0; at < 900; at++) {
    lines.wait((70 + ((at * 37) % 60)) * MS);
    const tid = 41830 + (at % 2);
    const stack = stacks[(at * 7) % 4];
    lines.collect(tid, 0, (90 + ((at * 53) % 170)) * US, (at * 13) % 50, ...stack);
    if (at % 11 === 10) lines.collect(tid, 1, (900 + ((at * 71) % 2900)) * US, (at * 17) % 120, ...stack);
    if (at % 40 === 39) lines.collect(41822, 2, (at % 120 === 119 ? 61 + (at % 13) : 18 + ((at * 3) % 20)) * MS, 2000 + ((at * 31) % 900), ...stack);
  }
  return lines.wait(400 * MS);
}

/** Names that would break a screen if they reached it as they are; one collection without any frame. */
export function hostile(): GcLines {
  const lines = new GcLines().thread(9, 'evil\x1b[2Jname');
  const names = ['a\tb', 'line\nbreak', '\x1b[31mred', '\u202egnp.exe', 'ＷＩＤＥ漢字', 'e\u0301tude', '', '=cmd()', 'x'.repeat(300)];
  for (const [at, name] of names.entries()) lines.name(4096 + at * 64, 3, name, `/tmp/${name.slice(0, 40)}.py`).at(4096 + at * 64, 2, 7);
  for (const at of names.keys()) {
    lines.wait(30 * MS).collect(9, at % 3, (1 + at * at) * MS, at, [4096 + at * 64, 2], [4096 + ((at + 1) % names.length) * 64, 2]);
  }
  return lines.wait(MS).collect(10, 2, 30 * MS, 1).wait(MS);
}
