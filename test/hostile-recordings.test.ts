import { describe, expect, it } from 'vitest';
import { textWidth } from '../src/text/width.js';
import { loadViews, VIEWS } from '../src/views/registry.js';
import type { OpenView } from '../src/views/trace-view.js';
import { HOSTILE, hostileLines } from './hostile-recordings.js';

await loadViews();

/** Enough for what is quadratic to run out of the time a test has. */
const COUNT = 20_000;

describe('a recording of one kind of record, each with a key of its own', () => {
  for (const kind of HOSTILE)
    it(`is shown: ${kind.name}`, () => {
      const opened: OpenView = VIEWS.find(({ id }) => id === kind.view)!.open({
        options: { thread: 0, function: '', file: '', minDuration: 0, depth: 0, own: {} },
        ...{ pid: 7, python: '3.15.2', since: 'attach', marks: [] },
        now: () => opened.session.newest,
        revision: () => opened.session.accepted,
        notice: () => 'nothing',
      });
      let text = '';
      for (const line of hostileLines(kind, COUNT)) {
        text += line;
        if (text.length < 1 << 16) continue;
        opened.session.push(Buffer.from(text, 'latin1'));
        text = '';
      }
      opened.session.push(Buffer.from(text, 'latin1'));
      opened.session.end();
      opened.session.average();
      const viewport = { width: 100, height: 30, ascii: false, paint: (_: string, painted: string) => painted };
      const lines = opened.slot.lines(viewport, opened.session.newest);
      expect(lines.map(textWidth)).toEqual(lines.map(() => 100));
      expect(lines.join('\n') + opened.diagnostics().join('\n')).not.toMatch(/NaN|Infinity/);
    });
});
