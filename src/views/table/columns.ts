/** A column of a table; every one of them can be sorted by. */
export interface TableColumn<Row> {
  /** For `--sort` and headings of files. */
  readonly id: string;
  readonly heading: string;
  /** Columns of the screen, without the gap before it; the least where it grows. */
  readonly width: number;
  /** Smaller goes first where there is no room; the sorted column always stays. */
  readonly keep: number;
  /** Columns at the end of each cell for a mark behind its number: the heading ends before them. */
  readonly marks?: number;
  /** Left-aligned: texts. */
  readonly left?: boolean;
  /** Takes a share of the room that is left over, in this proportion. */
  readonly grow?: number;
  /** May be wider or narrower than there is room: it is fitted. `width` is that room. */
  readonly cell: (row: Row, ascii: boolean, width: number) => string;
  /** Rising order. */
  readonly order: (a: Row, b: Row) => number;
  /** Begins with the smallest: names. Numbers begin with the largest. */
  readonly rising?: boolean;
}

/** A column as it is laid out. */
export interface PlacedColumn<Row> {
  readonly column: TableColumn<Row>;
  readonly width: number;
}

/** Blank columns before each column but the first. */
export const GAP = 2;
/** Before the first column: `> ` marks the cursor's row. */
export const MARGIN = 2;

/** The columns that fit, with their widths; they fill `width` if one of them grows. */
export function placeColumns<Row>(
  columns: readonly TableColumn<Row>[],
  width: number,
  sorted: string,
): PlacedColumn<Row>[] {
  const kept = [...columns];
  const needed = (): number => kept.reduce((sum, column) => sum + column.width + GAP, MARGIN - GAP);
  while (kept.length > 1 && needed() > width) {
    const others = kept.filter((column) => column.id !== sorted);
    const first = others.reduce((least, column) => (column.keep < least.keep ? column : least));
    kept.splice(kept.indexOf(first), 1);
  }
  let left = Math.max(0, width - needed());
  let shares = kept.reduce((sum, column) => sum + (column.grow ?? 0), 0);
  return kept.map((column) => {
    const share = column.grow ?? 0;
    const more = shares > 0 ? Math.floor((left * share) / shares) : 0;
    left -= more;
    shares -= share;
    return { column, width: Math.min(column.width + more, Math.max(0, width - MARGIN)) };
  });
}
