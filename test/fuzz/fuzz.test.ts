import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { textWidth } from '../../src/text/width.js';
import { loadViews, VIEWS, viewOfScript } from '../../src/views/registry.js';
import type { OpenView, PrintContext, TraceView } from '../../src/views/trace-view.js';
import type { Viewport } from '../../src/views/view.js';
import { SplitStreams } from '../../src/wire/split-streams.js';
import { mutated, random } from './mutations.js';

await loadViews();

const RECORDING = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'demo/shop.ptrace');
/** More than once in a while: `PYTRACE_FUZZ=200000 npx vitest run test/fuzz`. */
const CASES = Number(process.env.PYTRACE_FUZZ ?? 400);
const FIRST_SEED = Number(process.env.PYTRACE_FUZZ_SEED ?? 1);
const SIZES = [
  [120, 36],
  [80, 24],
  [40, 10],
  [200, 60],
] as const;
const KEYS = [
  'down',
  'enter',
  'sort',
  'window',
  'mode',
  'next-thread',
  'last',
  'toggle',
  'expand-all',
  'generation',
  'reverse',
];
/** Of the demo's 10,000 lines so many at a time, with the first ones: a case takes milliseconds. */
const STRETCH = 120;

const lines = readFileSync(RECORDING, 'latin1').trimEnd().split('\n');
const heads = lines.flatMap((line, at) => (line.startsWith('H\t') ? [at] : []));

/** A piece of each view's stream, with its header. */
function piece(next: () => number): string[] {
  const out = [lines[0]];
  for (const [at, head] of heads.entries()) {
    const end = heads[at + 1] ?? lines.length;
    out.push(...lines.slice(head, head + 2));
    const from = head + 2 + Math.floor(next() * (end - head - 2));
    // A whole snapshot is much longer than a stretch: what is between its ends is taken in steps.
    const begin = lines.lastIndexOf(lines.slice(head, from + 1).findLast((line) => line.startsWith('S\t')) ?? '', from);
    if (begin >= 0 && begin > head) out.push(lines[begin]);
    out.push(...lines.slice(from, Math.min(end, from + STRETCH)));
    const tail = lines.slice(from, end).find((line) => line.startsWith('s\t'));
    if (tail !== undefined) out.push(tail);
  }
  out.push(lines[lines.length - 1]);
  return out;
}

const NOT_FINITE = /NaN|Infinity|undefined|\[object/;
const OPTIONS = { thread: 0, function: '', file: '', minDuration: 0, depth: 0, own: {} };

function open(view: TraceView, form?: string): { opened: OpenView; printed: () => string } {
  let printed = '';
  const print: PrintContext | undefined =
    form === undefined
      ? undefined
      : {
          ...{ form, ascii: false, title: 'fuzz' },
          get threadNames() {
            return opened.session.threadNames;
          },
          write: (text) => void (printed += text),
          enough: () => undefined,
        };
  const opened: OpenView = view.open({
    ...{ options: OPTIONS, pid: 7, python: '3.15.2', since: 'attach', marks: [] },
    now: () => opened.session.newest,
    revision: () => opened.session.accepted,
    notice: () => 'nothing',
    ...(print && { print }),
  });
  return { opened, printed: () => printed };
}

function shown(text: string, what: string): void {
  const bad = NOT_FINITE.exec(text);
  if (bad !== null) throw new Error(`${what}: ${text.slice(Math.max(0, bad.index - 80), bad.index + 40)}`);
}

/** All that is drawn, printed and written of one recording. */
async function look(text: string, view: TraceView, seed: number, next: () => number): Promise<void> {
  const form = view.forms[seed % (view.forms.length + 1)]?.id ?? 'json';
  const { opened, printed } = open(view, form);
  const { session, slot, printing } = opened;
  session.onRecord = (record) => {
    if (record.kind === 'A') printing!.begin();
  };
  const streams = new SplitStreams((script, bytes) => {
    if (script === undefined || viewOfScript(script) === view) session.push(bytes);
  });
  const bytes = Buffer.from(text, 'latin1');
  const half = Math.floor(next() * bytes.length);
  streams.push(bytes.subarray(0, half));
  printing!.flush();
  session.tick(session.newest);
  if (seed % 2 === 0) opened.freeze();
  const draw = async ([width, height]: readonly [number, number], ascii: boolean): Promise<void> => {
    // A picture is kept for a turn of the event loop, and with it all that it is of.
    await new Promise((resolve) => setImmediate(resolve));
    const viewport: Viewport = { width, height, ascii, paint: (_, painted) => painted };
    const drawn = slot.lines(viewport, session.newest);
    expect(drawn).toHaveLength(height);
    for (const line of drawn) {
      if (textWidth(line) !== width) throw new Error(`${textWidth(line)} for ${width} columns: ${line}`);
      shown(line, `screen of ${view.id}`);
    }
    const { context, message } = slot.chrome(viewport, session.newest);
    shown(context + message, `words of ${view.id}`);
    for (const key of KEYS) if (next() < 0.2) slot.command(key, viewport, session.newest);
  };
  await draw(SIZES[seed % SIZES.length], seed % 3 === 0);
  streams.push(bytes.subarray(half));
  streams.end();
  opened.thaw();
  session.end();
  session.tick(session.newest + 1e9);
  await draw(SIZES[(seed + 1) % SIZES.length], false);
  if (next() < 0.3) opened.reset?.();
  session.average();
  await draw(SIZES[(seed + 2) % SIZES.length], seed % 2 === 0);
  for (const rate of session.eventRates) expect(Number.isFinite(rate) && rate >= 0).toBe(true);
  shown([...opened.summary(), ...opened.diagnostics()].join('\n'), `words of ${view.id}`);
  shown(
    opened
      .threads()
      .map(({ name, note }) => name + note)
      .join('\n'),
    `threads of ${view.id}`,
  );
  if (session.armed) printing!.end('duration');
  shown(printed(), `${form} of ${view.id}`);
  if (form === 'json') for (const line of printed().trimEnd().split('\n')) if (line !== '') JSON.parse(line);
  if (seed % 5 !== 0) return;
  for (const { extension, pieces } of opened.exports()) {
    const file = [...pieces('fuzz')].join('');
    shown(file, `${extension} of ${view.id}`);
    // One object, or one a line.
    if (extension.endsWith('.json'))
      for (const one of view.id === 'calls' || view.id === 'gc' ? [file] : file.trimEnd().split('\n'))
        if (one !== '') JSON.parse(one);
  }
}

describe('a recording that was changed', () => {
  it(`is shown without a fault, ${CASES} of them`, { timeout: 0 }, async () => {
    const faults: string[] = [];
    for (let seed = FIRST_SEED; seed < FIRST_SEED + CASES; seed++) {
      const next = random(seed);
      const text = `${mutated(piece(next), next).join('\n')}\n`;
      const view = VIEWS[seed % VIEWS.length];
      try {
        await look(text, view, seed >> 2, next);
      } catch (error) {
        faults.push(`${seed} ${view.id}: ${(error as Error).stack?.slice(0, 700)}`);
      }
    }
    expect(faults.slice(0, 5).join('\n\n'), `${faults.length} faults`).toBe('');
  });
});
