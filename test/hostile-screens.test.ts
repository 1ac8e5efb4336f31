import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseOptions } from '../src/cli/options.js';
import { replay, showReplay } from '../src/cli/replay.js';
import { ESCAPE_WAIT_MS } from '../src/ui/keys.js';
import type { Terminal, TerminalListener } from '../src/ui/terminal.js';
import { loadViews, VIEWS } from '../src/views/registry.js';
import { readAbout } from '../src/wire/recording.js';
import { escapeField } from '../src/wire/escape.js';
import { HOSTILE, markOf, streamOf } from './fakes/hostile.js';
import { capturedOutput } from './fakes/output.js';

await loadViews();

/** Takes what is written, and gives keys. */
class RecordingTerminal implements Terminal {
  readonly columns = 150;
  readonly rows = 44;
  written = '';
  private listener: TerminalListener | undefined;

  write(data: string, done: () => void): void {
    this.written += data;
    done();
  }
  writeNow(data: string): void {
    this.written += data;
  }
  setRaw(): void {
    // There is no line to set.
  }
  listen(listener: TerminalListener): () => void {
    this.listener = listener;
    return () => (this.listener = undefined);
  }
  type(keys: string): void {
    this.listener?.input(Buffer.from(keys));
  }
}

const folder = mkdtempSync(join(tmpdir(), 'pytrace-hostile-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const written = capturedOutput();

/** A title, a colour, a line that is cleared: as one would write them who means it. */
const SEQUENCES = '\u001b]0;PWN\u0007\u001b[35;7mred\u001b[2K\u009b31m\u001bPq\u001b\\\u001bc';
const KINDS = Object.values(HOSTILE);
const NAMED: readonly (readonly [string, string])[] = [
  ['sequences', SEQUENCES],
  ['the first of each kind', String.fromCodePoint(...KINDS.flatMap((codes) => codes.slice(0, 3)))],
  ['the last of each kind', String.fromCodePoint(...KINDS.flatMap((codes) => codes.slice(-3)))],
];

/** A recording of each view, with one text in all its fields, those of its head included. */
function recording(hostile: string, script = 'top'): string {
  const of = (name: string): string => `@P.${name}@${hostile}z`;
  const about = {
    ...{ pytrace: of('pytrace'), pid: 42, command: [of('command'), of('argument')], exe: of('exe') },
    ...{ python: of('python'), engine: 'dtrace', engineVersion: of('engineVersion'), script, since: 'attach' },
    startedAt: '2026-01-02T03:04:05.000Z',
    filters: { thread: 0, functionGlob: of('functionGlob'), fileGlob: of('fileGlob'), minDurationNs: 0, depth: 0 },
  };
  const lines = VIEWS.flatMap((view) =>
    streamOf(view, (kind, field) =>
      `${kind}.${field}` === 'H.script' ? view.scripts[0] : `${markOf(kind, field)}${hostile}z`,
    ),
  );
  const path = join(folder, 'recording');
  // A lone surrogate is an escape in JSON, and stays one on the wire.
  const head = `P\t1\t${escapeField(JSON.stringify(about))}`;
  writeFileSync(path, `${[head, ...lines].join('\n')}\n`, 'latin1');
  return path;
}

const BAD = new RegExp(
  `@[A-Za-z]\\.\\w+@[\\t\\n\\r]|[${Object.values(HOSTILE)
    .flat()
    .filter((code) => code !== 10 && code !== 13)
    .map((code) => `\\u{${code.toString(16)}}`)
    .join('')}]`,
  'u',
);
const badIn = (text: string): string => {
  const found = BAD.exec(text);
  return found === null ? '' : JSON.stringify(text.slice(Math.max(0, found.index - 60), found.index + 60));
};

/** What a terminal was sent, without the sequences of pytrace's own: what is left is what it shows. */
function shown(bytes: string): string {
  return bytes.replace(/\u001b(?:\[[\d;]*[mHJK]|\[\?\d+[hl]|\]52;c;[\w+/=]*\u0007)/g, ' ');
}

const clipboards = (bytes: string): string[] =>
  [...bytes.matchAll(/\u001b\]52;c;([\w+/=]*)\u0007/g)].map(([, coded]) => Buffer.from(coded, 'base64').toString());

describe('the head of a recording', () => {
  test.each(NAMED)('is fit once it is read: %s', (_, text) => {
    const about = readAbout(recording(text));
    expect(badIn(JSON.stringify(about, null, 1).replace(/\n/g, ' '))).toBe('');
    expect(about.python).toContain('@P.python@');
  });
});

describe('a recording with hostile texts', () => {
  test.each(NAMED)('shows nothing of it on any screen, in any dialog, or on the clipboard: %s', async (_, text) => {
    const terminal = new RecordingTerminal();
    // Controls would be keys.
    const typed = text.replace(/[\u0000-\u001f]/g, '');
    const options = parseOptions({ theme: 'dark' }, VIEWS[0]);
    const done = showReplay(recording(text), VIEWS[0], options, '', undefined, terminal);
    const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
    for (let waits = 0; waits < 2000 && !terminal.written.includes('@N.name@'); waits++) await wait(5);
    for (let view = 1; view <= VIEWS.length; view++) {
      terminal.type(String(view));
      // The list with its details, other forms of it, the clipboard, threads; the help with something typed at its search.
      for (const keys of [
        'j',
        '\r',
        'y',
        '\r',
        'y',
        'f',
        'y',
        'B',
        't',
        'j',
        '\r',
        '/',
        `a${typed}`,
        '\r',
        '?',
        `x${typed}`,
      ])
        terminal.type(keys);
      terminal.type('\u001b');
      await wait(ESCAPE_WAIT_MS + 80);
      terminal.type('/');
      terminal.type('\u0015');
      terminal.type('\r');
    }
    terminal.type('D');
    terminal.type('\u0003');
    await done;
    const sent = terminal.written;
    expect(badIn(shown(sent))).toBe('');
    expect(/\u001b\]0|\u001b\[35;7m/.test(sent)).toBe(false);
    const copied = clipboards(sent);
    expect(copied.some((each) => each.includes('@N.name@'))).toBe(true);
    for (const each of copied) expect(badIn(each)).toBe('');
    // The log has been looked at, and all is there.
    for (const mark of ['@P.pytrace@', '@L.cause@']) expect(sent.includes(mark), mark).toBe(true);
  });

  test.each(NAMED)('prints nothing of it in any form of any view: %s', async (_, text) => {
    for (const view of VIEWS)
      for (const form of ['json', ...view.forms.map(({ id }) => id)]) {
        written.out = written.err = '';
        const raw = { view: view.id, ...(form === 'json' ? { json: true } : { output: form }) };
        const before = process.stdout.listeners('error');
        await replay(recording(text, view.scripts[0]), raw, false);
        // A program writes to its output once; this one many times.
        for (const each of process.stdout.listeners('error'))
          if (!before.includes(each)) process.stdout.off('error', each as () => void);
        expect(written.out, form).toContain('@');
        expect(badIn(written.out), form).toBe('');
        expect(badIn(written.err), form).toBe('');
      }
  });
});
