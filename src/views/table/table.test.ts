import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textWidth } from '../../text/width.js';
import type { Viewport } from '../view.js';
import { arrange, type TableRows } from './arrange.js';
import { tableLines, tablePieces } from './lines.js';
import { reduceTable } from './reduce.js';
import { tableState, type TableState } from './state.js';
import { parseNameFilter } from './filter.js';

interface Row {
  readonly id: number;
  readonly name: string;
  readonly size: number;
}

const table: TableRows<Row> = {
  columns: [
    {
      id: 'size',
      heading: 'SIZE',
      width: 6,
      keep: 3,
      cell: ({ size }) => String(size),
      order: (a, b) => a.size - b.size,
    },
    { id: 'id', heading: 'ID', width: 5, keep: 1, cell: ({ id }) => String(id), order: (a, b) => a.id - b.id },
    {
      id: 'name',
      heading: 'NAME',
      width: 8,
      keep: 9,
      left: true,
      grow: 1,
      rising: true,
      cell: ({ name }) => name,
      order: (a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
    },
  ],
  key: ({ id }) => id,
  name: ({ name }) => name,
  place: () => '',
};
const rows = (sizes: readonly number[]): Row[] => sizes.map((size, id) => ({ id, name: `f${id % 7}`, size }));
const view = (width: number, height: number): Viewport => ({
  width,
  height,
  ascii: false,
  paint: (_mark, text) => text,
});
const press = (state: TableState, command: string, all: readonly Row[], now = 0): TableState =>
  reduceTable(state, command, all, table, 10, now);

describe('a table', () => {
  it('fills its rectangle exactly, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ id: fc.nat(), name: fc.string({ unit: 'grapheme' }), size: fc.nat() })),
        fc.integer({ min: 1, max: 120 }),
        fc.integer({ min: 0, max: 40 }),
        (all, width, height) => {
          const { lines } = tableLines(all, tableState('size'), table, view(width, height), height, 0);
          expect(lines).toHaveLength(height);
          for (const line of lines) expect(textWidth(line)).toBe(width);
        },
      ),
    );
  });

  it('sorts by every column, both ways, and names from the smallest', () => {
    const all = rows([3, 1, 2]);
    let state = tableState('size');
    expect(arrange(all, state, table, 0).map(({ size }) => size)).toEqual([3, 2, 1]);
    state = press(state, 'reverse', all);
    expect(arrange(all, state, table, 0).map(({ size }) => size)).toEqual([1, 2, 3]);
    state = press(press(state, 'sort', all), 'sort', all);
    expect(state.sort).toBe('name');
    expect(arrange(all, state, table, 0).map(({ name }) => name)).toEqual(['f0', 'f1', 'f2']);
    expect(press(state, 'sort', all).sort).toBe('size');
  });

  it('keeps the order while one moves through it, and lets new rows come at the end', () => {
    const before = rows([30, 20, 10]);
    const state = press(tableState('size'), 'down', before, 1e9);
    const after = [{ id: 9, name: 'new', size: 99 }, ...rows([1, 2, 3])];
    expect(arrange(after, state, table, 2e9).map(({ id }) => id)).toEqual([0, 1, 2, 9]);
    expect(arrange(after, state, table, 3.1e9).map(({ id }) => id)).toEqual([9, 2, 1, 0]);
    expect(tableLines(after, state, table, view(40, 10), 10, 3.1e9).selected?.id).toBe(1);
  });

  it('shows what passes the filter', () => {
    const all = rows([1, 2, 3, 4, 5, 6, 7, 8]);
    const state = { ...tableState('size'), filter: parseNameFilter('f0') };
    expect(arrange(all, state, table, 0).map(({ id }) => id)).toEqual([7, 0]);
  });

  it('says that the filter leaves nothing, whatever was typed, and is rid of it with Esc', () => {
    const all = rows([1, 2, 3]);
    const said = (text: string, rows: readonly Row[] = all, ascii = false): string =>
      tableLines(rows, { ...tableState('size'), filter: parseNameFilter(text) }, table, { ...view(80, 6), ascii }, 6, 0)
        .lines.join('\n')
        .replace(/ +/g, ' ');
    expect(said('xyz')).toContain('SIZE');
    expect(said('xyz')).toContain('No row matches "xyz": Esc clears the filter');
    expect(said('\u202e\x1b[2J')).toContain('No row matches "\\u{202e}\\x1b[2J": Esc');
    expect(said('x'.repeat(200))).toContain(`"${'x'.repeat(23)}…": Esc clears the filter`);
    expect(said('x'.repeat(200), all, true)).toContain(`"${'x'.repeat(23)}~": Esc clears the filter`);
    expect(said('f1')).not.toContain('matches');
    expect(said('xyz', [])).not.toContain('matches');
    const filtered = (text: string, detail: TableState['detail']): TableState => ({
      ...tableState('size'),
      detail,
      filter: parseNameFilter(text),
    });
    const after = ({ detail, filter }: TableState): readonly string[] => [detail, filter.text];
    expect(after(press(filtered('xyz', 'none'), 'back', all))).toEqual(['none', '']);
    expect(after(press(filtered('xyz', 'full'), 'back', all))).toEqual(['pane', '']);
    expect(after(press(filtered('f1', 'full'), 'back', all))).toEqual(['pane', 'f1']);
    const bare = tableState('size');
    expect(press(bare, 'back', all)).toBe(bare);
  });

  it('ends a heading before the column of marks', () => {
    const [size, ...others] = table.columns;
    const marked: TableRows<Row> = {
      ...table,
      columns: [{ ...size, marks: 2, cell: ({ size }) => `${size} !` }, ...others],
    };
    for (const sort of ['size', 'id']) {
      const [heading, row] = tableLines(rows([12]), tableState(sort), marked, view(40, 2), 2, 0).lines;
      expect(heading.indexOf('SIZE') + 'SIZE'.length).toBe(row.indexOf('12') + '12'.length);
    }
  });

  it('prints every row as text', () => {
    expect([...tablePieces(rows([5, 10]), tableState('size'), table, 0)].join('')).toBe(
      'SIZE  ID  NAME\n  10   1  f1\n   5   0  f0\n',
    );
  });
});
