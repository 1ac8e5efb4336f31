/** Every character beyond ASCII that pytrace draws with, and what stands for it where only ASCII can be shown. */
export interface Glyphs {
  readonly ascii: boolean;
  readonly live: string;
  readonly frozen: string;
  readonly open: string;
  readonly closed: string;
  /** Tree lines. */
  readonly pipe: string;
  readonly branch: string;
  readonly corner: string;
  readonly dash: string;
  /** Upper corners, and the lower right one, of a frame. */
  readonly topLeft: string;
  readonly topRight: string;
  readonly bottomRight: string;
  readonly arrow: string;
  readonly path: string;
  readonly up: string;
  readonly down: string;
  readonly sorted: string;
  readonly sortedUp: string;
  readonly ellipsis: string;
  readonly dot: string;
  readonly micro: string;
  readonly sum: string;
  readonly delta: string;
  /** Heights of one column, lowest first; the first is nothing at all. */
  readonly heights: readonly string[];
  /** Eighths of one column's width; the first is nothing at all. */
  readonly eighths: readonly string[];
  readonly keys: { readonly left: string; readonly right: string; readonly up: string; readonly down: string };
}

export const UTF8: Glyphs = {
  ascii: false,
  live: '●',
  frozen: '❚❚',
  open: '▾',
  closed: '▸',
  pipe: '│',
  branch: '├',
  corner: '└',
  dash: '─',
  topLeft: '┌',
  topRight: '┐',
  bottomRight: '┘',
  arrow: '→',
  path: '›',
  up: '▲',
  down: '▼',
  sorted: '▾',
  sortedUp: '▴',
  ellipsis: '…',
  dot: '·',
  micro: 'µ',
  sum: 'Σ',
  delta: 'Δ',
  heights: [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  eighths: [' ', '▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'],
  keys: { left: '←', right: '→', up: '↑', down: '↓' },
};

export const ASCII: Glyphs = {
  ascii: true,
  live: '*',
  frozen: '||',
  open: 'v',
  closed: '>',
  pipe: '|',
  branch: '|',
  corner: '`',
  dash: '-',
  topLeft: '+',
  topRight: '+',
  bottomRight: '+',
  arrow: '->',
  path: '>',
  up: '+',
  down: '-',
  sorted: 'v',
  sortedUp: '^',
  ellipsis: '~',
  dot: '-',
  micro: 'u',
  sum: 'sum',
  delta: 'd',
  heights: [' ', '.', '.', ':', ':', '-', '=', '+', '#'],
  eighths: [' ', '.', '.', ':', ':', '=', '=', '#', '#'],
  keys: { left: 'Left', right: 'Right', up: 'Up', down: 'Down' },
};

export function glyphsFor(ascii: boolean): Glyphs {
  return ascii ? ASCII : UTF8;
}

/** Whether only ASCII may be shown: asked for, or the locale is not UTF-8. LC_ALL outweighs LC_CTYPE outweighs LANG. */
export function wantsAscii(flag: boolean | undefined, env: Readonly<Record<string, string | undefined>>): boolean {
  if (flag !== undefined) return flag;
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || '';
  return !/utf-?8/i.test(locale);
}
