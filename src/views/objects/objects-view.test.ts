import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostile, partial, probed, shop } from '../../../test/golden/objects-programs.js';
import { BASE, ObjectsStream, opened } from '../../../test/fakes/objects-stream.js';
import { textWidth } from '../../text/width.js';
import type { Viewport } from '../view.js';
import { OBJECTS_KEYS } from './keys.js';

const viewport = (width = 120, height = 36, ascii = false): Viewport => ({
  width,
  height,
  ascii,
  paint: (_, text) => text,
});

describe('the screen', () => {
  it('has its size and is ASCII where asked, whatever is pressed', () => {
    const commands = [...OBJECTS_KEYS.map(({ command }) => command), 'down', 'page-down', 'last', 'first', 'sort-back'];
    const views = [shop(), partial(), hostile(), probed()].map((stream) => opened(stream));
    fc.assert(
      fc.property(
        fc.constantFrom(...views),
        fc.array(fc.constantFrom(...commands), { maxLength: 8 }),
        fc.integer({ min: 1, max: 140 }),
        fc.integer({ min: 1, max: 45 }),
        fc.boolean(),
        fc.constantFrom('', 'shop', 're:[', 'mod:opt'),
        (view, pressed, width, height, ascii, filter) => {
          const at = viewport(width, height, ascii);
          view.slot.filter(filter);
          for (const command of pressed) view.slot.command(command, at, view.slot.now());
          const lines = view.slot.lines(at, view.slot.now());
          expect(lines).toHaveLength(height);
          for (const line of lines) {
            expect(textWidth(line), line).toBe(width);
            if (ascii) expect(line).toMatch(/^[\x20-\x7e]*$/);
          }
          const { context, message } = view.slot.chrome(at, view.slot.now());
          if (ascii) expect(context + message).toMatch(/^[\x20-\x7e]*$/);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('is ASCII where a word is longer than a line', () => {
    const lines = opened(partial()).slot.lines(viewport(12, 36, true), 0);
    for (const line of lines) expect(line).toMatch(/^[\x20-\x7e]*$/);
  });

  it('stays as it is while frozen, and counting goes on', () => {
    const view = opened(new ObjectsStream().arm().snapshot(1, [[7, 10, 0]]));
    view.freeze();
    const before = view.slot.lines(viewport(), view.slot.now());
    view.session.push(Buffer.from(`S\t${BASE + 2_000_000_000n}\nO\t7\t90\t1\ns\t${BASE + 2_000_000_000n}\n`));
    expect(view.slot.lines(viewport(), view.slot.now())).toEqual(before);
    view.thaw();
    expect(view.slot.lines(viewport(), view.slot.now())[1]).toContain('+89');
  });
});

describe('the parts of the screen', () => {
  const lines = (stream: ObjectsStream, commands: readonly string[] = [], height = 36): string[] => {
    const { slot } = opened(stream);
    for (const command of commands) slot.command(command, viewport(), slot.now());
    return slot.lines(viewport(120, height), slot.now());
  };

  it('leave no lines empty that the details can use', () => {
    const title = (stream: ObjectsStream, height: number): number =>
      lines(stream, [], height).findIndex((line) => line.startsWith('─ '));
    // A heading and six classes, and then as many as there is no room for.
    expect(title(shop(), 36)).toBe(8);
    expect(title(shop(), 60)).toBe(8);
    const stream = new ObjectsStream().arm();
    stream.snapshot(
      1,
      Array.from({ length: 100 }, (_, at) => [at + 1, 1, 0] as const),
    );
    expect(title(stream, 36)).toBe(22);
  });

  it('draw instances by whole numbers, at the right where there is less than a minute', () => {
    const drawn = lines(partial()).flatMap((line) => /(\S+)┤(.*)/.exec(line) ?? []);
    const [labels, rows] = [1, 2].map((at) => drawn.filter((_, index) => index % 3 === at));
    expect(labels[0]).toBe('+25');
    expect(labels.at(-1)).toBe('0');
    for (const label of labels) expect(label).toMatch(/^[+-]?\d+$/);
    for (const row of rows) expect(row.slice(0, 40).trim()).toBe('');
    expect(lines(partial()).join('\n')).toContain('alive, last 3.0s of 60 s');
    expect(lines(shop()).join('\n')).toContain('alive, last 60 s ');
  });

  it('set digits below each other where some numbers have a ?', () => {
    const [heading, ...rows] = lines(partial());
    const end = heading.indexOf('FREED/s') + 'FREED/s'.length;
    expect(rows.slice(0, 3).map((row) => row.slice(end - 3, end + 1))).toEqual(['  0?', '2.0?', ' 40 ']);
  });

  it('say from when sites are where the numbers beside them are of less', () => {
    const where = (commands: readonly string[]): boolean =>
      lines(shop(), commands).some((line) => line.startsWith('  since attach:'));
    expect([where([]), where(['window'])]).toEqual([false, true]);
  });
});

describe('one of a kind', () => {
  it('is told in the singular', () => {
    const stream = (): ObjectsStream =>
      new ObjectsStream()
        .arm()
        .line(`S\t${BASE}`)
        .snapshot(1, [[7, 1, 0]]);
    const view = opened(stream());
    expect(view.summary()[0]).toBe('1 instance of 1 class made, 0 destroyed');
    expect(view.diagnostics()).toEqual([
      'source: allocations of heap types',
      'shown by address, as no name could be read in time: 1 class',
      'left out, as no end of it came: 1 snapshot',
    ]);
    const choice = view.exports().find(({ extension }) => extension === '.txt')!;
    const text = [...choice.pieces('t')].join('');
    expect(text).toContain('# t: 1 class, since attach;');
    const builtin = opened(stream().named(7, 'builtins', 'generator'));
    expect(builtin.slot.lines(viewport(), 0).join(' ').replace(/ +/g, ' ')).toContain('destroyed (1 class): B');
  });
});

describe('where counts begin', () => {
  const row = (view: ReturnType<typeof opened>): string => view.slot.lines(viewport(), view.slot.now())[1];
  const context = (view: ReturnType<typeof opened>): string => view.slot.chrome(viewport(), view.slot.now()).context;

  it('is moved by a, and by a reset', () => {
    const view = opened(new ObjectsStream().arm().snapshot(1, [[7, 10, 0]]));
    view.slot.command('baseline', viewport(), 0);
    expect(row(view)).toMatch(/^> +0 /);
    expect(context(view)).toContain('since baseline 0.0s ago');
    view.session.push(new ObjectsStream().snapshot(3, [[7, 14, 1]]).take());
    expect(row(view)).toMatch(/^> +\+3 +2\.0 +0\.5 +\+3 /);
    view.reset!();
    expect(context(view)).toContain('since reset');
    // What an end tells stays what it was.
    expect(view.session.table.created[0]).toBe(14);
  });

  it('is the window that is chosen', () => {
    const stream = new ObjectsStream().arm();
    for (let second = 1; second <= 30; second++) stream.snapshot(second, [[7, second * 10, second > 25 ? 5 : 0]]);
    const view = opened(stream);
    expect(row(view)).toContain('+295');
    const told = [10, 60, 0, 1].map(() => {
      view.slot.command('window', viewport(), 0);
      return `${context(view)} ${row(view).trim().split(/ +/)[1]}`;
    });
    expect(told.map((text) => text.replace(/ +builtins hidden/, ''))).toEqual([
      'last 1 s +10',
      'last 10 s +95',
      'last 30s +295',
      'since attach +295',
    ]);
  });

  it('goes on after a pause in which nothing was watched', () => {
    const stream = new ObjectsStream()
      .arm()
      .snapshot(10, [[7, 10, 0]])
      .named(7, 'm', 'C')
      .end(10);
    stream
      .line(`H\t1\t${BASE}\t1\tobjects-alloc\tstap`)
      .arm(110)
      .snapshot(120, [[7, 30, 0]])
      .named(7, 'm', 'C');
    const view = opened(stream);
    // 40 in 20 s of which something was seen.
    expect(row(view)).toMatch(/^> +\+40 +2\.0 /);
  });
});
