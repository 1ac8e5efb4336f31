import { plain } from '../text/plain.js';
import { textWidth } from '../text/width.js';
import { plainText } from './sgr.js';

/** From, to: places in a plain text. */
type Range = readonly [number, number];

/** What stands between two cells of a row: a gap, or a line that is drawn. */
const BETWEEN = / {2,}|[\u2500-\u259f]+/g;
/** `12/s`, `CALLS/s`, `366 made/s`, `+/-`: a slash of pytrace's own. */
const NO_PATH = /(?<![^\s(])(?:[\d.,<]+[kMGTP]?|[A-Za-z]+)\/s(?![\w./:-])|\+\/-/g;
/** Where a path begins that is whole, or whose front was cut off. */
const PATH_START = /(?<![^\s("'=:,[])[/~…]/;
/** What may stand before a path in a cell of its own: the cursor, and a share. */
const BEFORE_PATH = /^[\s>*!?]*(?:<?[\d.]+% )?/;

/**
 * Hides the folders of paths, and names, in what is drawn: as text, so that it holds for every view. Each hidden column
 * gets a dot, so nothing moves. What it cannot tell from a path it hides too.
 */
export class Redactor {
  private readonly names: readonly string[];
  private readonly words: RegExp | undefined;
  private readonly dot: string;
  private readonly cut: string;

  /** `names`: of threads and users. */
  constructor(
    names: readonly string[],
    readonly ascii: boolean,
  ) {
    [this.dot, this.cut] = ascii ? ['*', '~'] : ['·', '…'];
    // A mere number says nothing of anybody, but would take others with it.
    const telling = names.map((name) => plain(name, ascii)).filter((name) => /\p{L}/u.test(name));
    this.names = [...new Set(telling)].sort((a, b) => b.length - a.length);
    const any = this.names.map((name) => name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')).join('|');
    this.words = any === '' ? undefined : new RegExp(`(?<![\\p{L}\\p{N}_])(?:${any})(?![\\p{L}\\p{N}_])`, 'gu');
  }

  /** A painted row of cells, as wide as before. A cell that holds a path holds little else. */
  row(painted: string): string {
    return this.hide(painted, (text) => cellsOf(text).flatMap(([from, to]) => this.folders(text, from, to, false)));
  }

  /** The same of words, in which there may be a path. */
  prose(painted: string): string {
    return this.hide(painted, (text) => this.folders(text, 0, text.length, true));
  }

  private hide(painted: string, paths: (text: string) => readonly Range[]): string {
    const text = plainText(painted);
    const ranges = [...(text.includes('/') ? paths(text) : []), ...this.named(text)];
    return ranges.length === 0 ? painted : replaced(painted, ranges, this.dot);
  }

  private folders(text: string, from: number, to: number, prose: boolean): readonly Range[] {
    // The slashes that are none of a path's get out of the way; nothing changes its place.
    const cell = text.slice(from, to).replace(NO_PATH, (found) => ' '.repeat(found.length));
    const last = cell.lastIndexOf('/');
    if (last < 0) return [];
    const begun = PATH_START.exec(cell.slice(0, last + 1))?.index;
    const first = cell.indexOf('/');
    // A slash before it belongs to a path that begins in an unusual way.
    const start =
      begun !== undefined && begun <= first
        ? begun
        : prose
          ? cell.lastIndexOf(' ', first) + 1
          : Math.min(first, BEFORE_PATH.exec(cell)![0].length);
    // A path whose end was cut off ends in a folder.
    const whole = cell.trimEnd();
    return [[from + start, from + (whole.endsWith(this.cut) ? whole.length : last + 1)]];
  }

  private named(text: string): readonly Range[] {
    if (this.words === undefined) return [];
    const ranges = [...text.matchAll(this.words)].map(({ 0: name, index }): Range => [index, index + name.length]);
    for (let at = text.indexOf(this.cut); at > 0; at = text.indexOf(this.cut, at + 1)) {
      const from = this.startOfCut(text, at);
      if (from !== undefined) ranges.push([from, at]);
    }
    return ranges;
  }

  /** Where a name begins of which the end was cut off at `at`. */
  private startOfCut(text: string, at: number): number | undefined {
    for (const name of this.names) {
      for (let length = Math.min(name.length - 1, at); length > 0; length--) {
        const from = at - length;
        if (text.startsWith(name.slice(0, length), from) && !/[\p{L}\p{N}_]/u.test(text[from - 1] ?? '')) return from;
      }
    }
    return undefined;
  }
}

function cellsOf(text: string): Range[] {
  const cells: Range[] = [];
  let from = 0;
  for (const { 0: gap, index } of text.matchAll(BETWEEN)) {
    cells.push([from, index]);
    from = index + gap.length;
  }
  return [...cells, [from, text.length]];
}

/** The painted line with dots in these places of its plain text, in the colours that are there. */
function replaced(painted: string, ranges: readonly Range[], dot: string): string {
  let at = 0;
  return painted
    .split(/(\u001b\[[0-9;:]*m)/)
    .map((piece, index) => {
      if (index % 2 === 1) return piece;
      const begin = at;
      at += piece.length;
      const inside = ranges
        .map(([from, to]): Range => [Math.max(0, from - begin), Math.min(piece.length, to - begin)])
        .filter(([from, to]) => from < to)
        .sort(([a], [b]) => a - b);
      let out = '';
      let done = 0;
      for (const [from, to] of inside) {
        if (to <= done) continue;
        const start = Math.max(from, done);
        out += piece.slice(done, start) + dot.repeat(textWidth(piece.slice(start, to)));
        done = to;
      }
      return out + piece.slice(done);
    })
    .join('');
}
