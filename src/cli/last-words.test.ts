import { expect, test } from 'vitest';
import { objectsTrace } from '../views/objects/objects-trace.js';
import { ObjectsStream } from '../../test/fakes/objects-stream.js';
import { FREE } from '../target/standstill.js';
import { lastWords } from './last-words.js';
import { parseOptions } from './options.js';
import type { TraceEnd } from './trace.js';

await objectsTrace.load();

const END: TraceEnd = {
  reason: 'interrupted',
  sentence: '',
  details: [],
  clean: true,
  targetRuns: true,
  exit: null,
  watchedMs: 2000,
  stood: { ms: 0, last: FREE, now: FREE },
  saved: '/home/alice/traces/run.ptrace',
};

function opened() {
  const context = { options: parseOptions({}), pid: 7, python: '3.13.1', since: 'attach' as const, marks: [] };
  const view = objectsTrace.open({ ...context, now: () => 2e9, revision: () => 0, notice: () => '' });
  const reason = 'most are made in a function that this stripped Python has no symbol for; SystemTap sees it';
  view.session.push(
    new ObjectsStream()
      .arm()
      .line(`y\tcreated\t${reason}`)
      .snapshot(1, [[16, 5, 1]])
      .named(16, 'shop', 'Item')
      .end(2)
      .take(),
  );
  return view;
}

test('are wrapped for a terminal alone', () => {
  const said = (columns: number | undefined) => lastWords(END, [opened()], 7, { ascii: false, columns }).split('\n');
  const plain = said(undefined);
  expect(Math.max(...plain.map((line) => line.length))).toBeGreaterThan(100);
  const wrapped = said(80);
  expect(Math.max(...wrapped.map((line) => line.length))).toBeLessThanOrEqual(80);
  expect(wrapped.join(' ').split(/\s+/)).toEqual(plain.join(' ').split(/\s+/));
  expect(wrapped.find((line) => line.includes('sees it'))).toMatch(/^ {2}\S/);
});

test('hide what the screens have hidden', () => {
  const style = { ascii: false, columns: undefined, secrets: ['Item'] };
  const said = lastWords({ ...END, sentence: 'See /srv/secret/log.' }, [opened()], 7, style);
  expect(said).toMatch(/See ············log\.[^]*shop\.····[^]*saved: ·+run\.ptrace/);
  expect(said).not.toMatch(/alice|secret|Item/);
});
