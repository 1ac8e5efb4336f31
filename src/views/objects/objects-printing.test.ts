import { describe, expect, it } from 'vitest';
import { BASE, ObjectsStream, opened } from '../../../test/fakes/objects-stream.js';
import type { PrintContext } from '../trace-view.js';

function printed(form: string, own: Record<string, unknown> = {}) {
  let text = '';
  let enough = 0;
  const print: PrintContext = {
    ...{ form, ascii: false, title: 'pytrace objects 4242', threadNames: new Map() },
    write: (more) => (text += more),
    enough: () => enough++,
  };
  const view = opened(new ObjectsStream().arm(), {
    print,
    options: { thread: 0, function: '', file: '', minDuration: 0, depth: 0, own },
  });
  view.printing!.begin();
  const push = (stream: ObjectsStream): void => {
    view.session.push(new ObjectsStream(stream.script).take());
    view.session.push(stream.take());
    view.printing!.flush();
  };
  return { view, push, text: () => text, enough: () => enough };
}

const first = (): ObjectsStream =>
  new ObjectsStream().snapshot(1, [
    [7, 10, 4],
    [8, 1, 3],
  ]);
const names = (): ObjectsStream => new ObjectsStream().named(7, 'shop', 'Money').named(8, '', 'f.<locals>.\u202e');

describe('JSON', () => {
  it('is cumulative snapshots, each with the names that came after it', () => {
    const { view, push, text } = printed('json');
    push(first());
    expect(text()).not.toContain('snapshot');
    push(names());
    push(
      new ObjectsStream().snapshot(2, [
        [7, 20, 4],
        [8, 1, 3],
      ]),
    );
    view.printing!.end('duration');
    const lines = text().trimEnd().split('\n');
    for (const line of lines) JSON.parse(line);
    const f = '"class":"f.<locals>.\\u202e","created":1,"destroyed":3,"alive":-2}';
    expect(lines.slice(1)).toEqual([
      `{"type":"snapshot","ts":${BASE + 1_000_000_000n},"cumulative":true}`,
      '{"type":"class","class":"shop.Money","created":10,"destroyed":4,"alive":6}',
      `{"type":"class",${f}`,
      `{"type":"snapshot","ts":${BASE + 2_000_000_000n},"cumulative":true}`,
      '{"type":"class","class":"shop.Money","created":20,"destroyed":4,"alive":16}',
      `{"type":"class",${f}`,
      '{"type":"end","reason":"duration","events":28,"lost":0}',
    ]);
  });

  it('says where it is partial', () => {
    const { view, text } = printed('json');
    view.session.insert(['y\tcreated\tnot understood']);
    view.printing!.end('interrupted');
    expect(text()).toContain('"partial":"not understood"');
  });
});

describe('tables', () => {
  it('come each interval, and a cumulative one at the end', () => {
    const { view, push, text } = printed('table', { limit: 1 });
    push(first());
    push(names());
    push(
      new ObjectsStream().snapshot(2, [
        [7, 20, 4],
        [8, 1, 3],
      ]),
    );
    view.printing!.end('duration');
    expect(text().match(/^# pytrace.*$/gm)).toEqual([
      '# pytrace objects 4242: 2 classes, last 1 s; instances that existed before are not counted',
      '# pytrace objects 4242: 2 classes, since attach; instances that existed before are not counted',
    ]);
    expect(text()).toContain('# 1 more class (--limit)');
    expect(text()).toMatch(/\+16 +10 +2\.0 .*shop\.Money/);
  });

  it('is one with --once', () => {
    const { view, push, text, enough } = printed('table', { once: true });
    push(first());
    expect([enough(), text()]).toEqual([1, '']);
    view.printing!.end('interrupted');
    expect(text().match(/^# pytrace/gm)).toHaveLength(1);
  });
});
