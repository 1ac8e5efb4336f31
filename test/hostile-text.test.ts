import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TraceDisplay } from '../src/cli/display.js';
import { RECORDS } from '../src/wire/records.js';
import { loadViews, VIEWS } from '../src/views/registry.js';
import type { PrintContext, TraceView, ViewContext } from '../src/views/trace-view.js';
import { HOSTILE, hostileTexts, markOf, streamOf, stringFields, unescaped, WRITTEN_KINDS } from './fakes/hostile.js';

await loadViews();

/** A field's mark with what must not follow it as it is: names hold no line's end. */
const BROKEN = /@[A-Za-z]\.\w+@[\t\n\r]/;
const classOf = (codes: readonly number[]): RegExp =>
  new RegExp(`[${codes.map((code) => `\\u{${code.toString(16)}}`).join('')}]`, 'u');
const IN_A_LINE = classOf(Object.values(HOSTILE).flat());
const IN_LINES = classOf(
  Object.values(HOSTILE)
    .flat()
    .filter((code) => code !== 10 && code !== 13),
);

/** What may not stand there, or ''. `lines`: ends of lines may. */
function unfit(text: string, lines: boolean): string {
  const found = BROKEN.exec(text) ?? (lines ? IN_LINES : IN_A_LINE).exec(text);
  return found === null ? '' : JSON.stringify(text.slice(Math.max(0, found.index - 80), found.index + 80));
}

interface Output {
  readonly what: string;
  readonly text: string;
  readonly lines: boolean;
}

const FILTERS = { thread: 0, function: '', file: '', minDuration: 0, depth: 0 };

/** All that one view can say of a stream. */
function outputsOf(view: TraceView, stream: Uint8Array, live = ''): Output[] {
  const outputs: Output[] = [];
  const told = (what: string, text: string, lines = false): void => {
    outputs.push({ what: `${view.id} ${what}`, text, lines });
  };
  const context = (more: Partial<ViewContext> = {}): ViewContext => ({
    options: { ...FILTERS, own: { sites: true } },
    ...{ pid: 42, python: '3.15.2', since: 'attach', marks: [], revision: () => 1, now: () => 2e9 },
    notice: () => 'nothing yet',
    ...more,
  });

  // On the screen.
  const display: TraceDisplay = new TraceDisplay(
    { pid: 42, python: 'python3.15', command: 'python3', users: [], engine: 'dtrace 2' },
    [{ view, unavailable: () => undefined, open: (marks) => view.open(context({ marks })) }],
    view.id,
    'title',
  );
  const opened = display.opened(view.id);
  const { session, slot } = opened;
  session.push(stream);
  // What no record tells: a live trace's own sources.
  session.nameThread(44, `@t.name@${live}`);
  session.lose(`@l.cause@${live}`, 1);
  display.note(`@n.note@${live}`);
  session.end();
  session.average();
  const viewport = { width: 230, height: 44, ascii: false, paint: (_mark: unknown, text: string): string => text };
  for (const command of ['', ...slot.keys.map((key) => key.command)]) {
    if (command !== '') slot.command(command, viewport, 2e9);
    for (const line of slot.lines(viewport, 2e9)) told(`line after ${command}`, line);
    const { context: words, message } = slot.chrome(viewport, 2e9);
    told('context', words);
    told('message', message);
  }
  for (const line of display.diagnostics()) told('diagnostics', line);
  for (const { name, note } of display.threads()) told('thread', `${name} ${note}`);
  for (const line of opened.summary()) told('summary', line);
  for (const secret of display.secrets()) told('secret', secret);
  told('failure', display.failure());
  for (const value of Object.values(display.header())) if (typeof value === 'string') told('header', value);
  for (const { extension, pieces } of opened.exports())
    told(`export ${extension}`, [...pieces('title')].join(''), true);

  // Printed.
  for (const form of ['json', ...view.forms.map(({ id }) => id)]) {
    let written = '';
    const print: PrintContext = {
      ...{ form, ascii: false, title: 'title', threadNames: new Map(session.threadNames), enough: () => undefined },
      write: (text) => (written += text),
    };
    const printed = view.open(context({ print }));
    printed.session.onRecord = ({ kind }) => {
      if (kind === 'A') printed.printing!.begin();
    };
    printed.session.push(stream);
    printed.session.end();
    printed.printing!.flush();
    printed.printing!.end('interrupted');
    told(form, written, true);
    if (form === 'json') for (const line of written.trimEnd().split('\n')) JSON.parse(line);
  }
  return outputs;
}

const bytes = (lines: readonly string[]): Uint8Array => Buffer.from(`${lines.join('\n')}\n`, 'latin1');

/** Each view with each of its scripts, and once with a name for the script that no script has. */
const STREAMS = VIEWS.flatMap((view) => [
  ...view.scripts.map((script) => ({ view, script, foreign: false })),
  { view, script: view.scripts[0], foreign: true },
]);

/** The stream with one text in all its fields. */
function streamWith({ view, script, foreign }: (typeof STREAMS)[number], hostile: string, escaped = true): Uint8Array {
  return bytes(
    streamOf(
      view,
      (kind, field) => (`${kind}.${field}` === 'H.script' && !foreign ? script : `${markOf(kind, field)}${hostile}z`),
      escaped ? undefined : unescaped,
    ),
  );
}

describe('a text from outside', () => {
  test('has a record in the streams for each field that there is', () => {
    const kinds = [...RECORDS, ...VIEWS.flatMap(({ records }) => records)].map(({ kind }) => kind);
    for (const kind of kinds) expect(kind === 'P' || WRITTEN_KINDS.has(kind), kind).toBe(true);
  });

  test('is found in what is written, whatever field it comes in', () => {
    const all = STREAMS.flatMap((stream) => outputsOf(stream.view, streamWith(stream, '')))
      .map(({ text }) => text)
      .join('\n');
    // Why a trace ended and what the kernel calls a type are compared and never shown; P is no record of a stream.
    const missing = stringFields()
      .filter(({ kind }) => !'PQt'.includes(kind))
      .map(({ kind, field }) => markOf(kind, field))
      .filter((mark) => !all.includes(mark));
    expect(missing).toEqual([]);
  });

  test.each(STREAMS)(
    'brings nothing unprintable to any output: $view.id, script $script, foreign $foreign',
    (stream) => {
      for (const hostile of hostileTexts(48))
        for (const { what, text, lines } of outputsOf(stream.view, streamWith(stream, hostile), hostile))
          expect(unfit(text, lines), what).toBe('');
    },
  );

  test('of any characters is as harmless', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...STREAMS),
        fc.string({ unit: 'binary', maxLength: 40 }),
        fc.boolean(),
        (stream, hostile, escaped) => {
          for (const { what, text, lines } of outputsOf(stream.view, streamWith(stream, hostile, escaped), hostile)) {
            expect(unfit(text, lines), what).toBe('');
            expect(text.replace(/\r?\n/g, ''), what).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}]/u);
          }
        },
      ),
      { numRuns: 10 },
    );
  });
});
