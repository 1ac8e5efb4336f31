import stringWidth from 'string-width';

/**
 * Widths and cuts of text as a terminal shows it. The text is plain: paint it after it has its width, never before.
 * Where `ascii` is asked for, a cut ends in `~` instead of `…`.
 */
export type Align = 'left' | 'right' | 'center';

/** First-seen wide text costs some 40 µs to measure, and the same names come back in every frame. */
const MAX_MEASURED = 4096;
const measured = new Map<string, number>();
let segmenter: Intl.Segmenter | undefined;

/** Every code unit is one column by itself: no wide, combining or joining character among them. */
function simple(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0x20 && code <= 0x7e) continue;
    if (code >= 0xa0 && code <= 0x2ff && code !== 0xad) continue;
    if (code >= 0x391 && code <= 0x451) continue;
    if (code >= 0x2010 && code <= 0x2027) continue;
    if (code >= 0x2080 && code <= 0x2089) continue;
    if (code >= 0x2190 && code <= 0x2193) continue;
    if (code >= 0x2500 && code <= 0x25fc) continue;
    if (code === 0x275a || code === 0x203a) continue;
    return false;
  }
  return true;
}

/** Columns that a terminal needs for the text. */
export function textWidth(text: string): number {
  if (simple(text)) return text.length;
  const known = measured.get(text);
  if (known !== undefined) return known;
  const width = stringWidth(text);
  if (measured.size >= MAX_MEASURED) measured.clear();
  measured.set(text, width);
  return width;
}

/** How many texts are remembered: for the test that this stays bounded. */
export function rememberedWidths(): number {
  return measured.size;
}

function graphemes(text: string): string[] {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' });
  return Array.from(segmenter.segment(text), (part) => part.segment);
}

/** As much of the front as fits into `width` columns; no mark of the cut. */
export function takeStart(text: string, width: number): string {
  if (width <= 0) return '';
  if (simple(text)) return text.slice(0, width);
  let taken = '';
  let columns = 0;
  for (const grapheme of graphemes(text)) {
    columns += textWidth(grapheme);
    if (columns > width) break;
    taken += grapheme;
  }
  return taken;
}

/** As much of the back as fits into `width` columns; no mark of the cut. */
export function takeEnd(text: string, width: number): string {
  if (width <= 0) return '';
  if (simple(text)) return text.slice(Math.max(0, text.length - width));
  let taken = '';
  let columns = 0;
  for (const grapheme of graphemes(text).reverse()) {
    columns += textWidth(grapheme);
    if (columns > width) break;
    taken = grapheme + taken;
  }
  return taken;
}

/** At most `width` columns, the end cut off: `a_long_na…`. */
export function cut(text: string, width: number, ascii = false): string {
  if (textWidth(text) <= width) return text;
  return width < 1 ? '' : takeStart(text, width - 1) + (ascii ? '~' : '…');
}

/** At most `width` columns, the front cut off: `…/views.py:41`. For paths, whose end says most. */
export function cutStart(text: string, width: number, ascii = false): string {
  if (textWidth(text) <= width) return text;
  return width < 1 ? '' : (ascii ? '~' : '…') + takeEnd(text, width - 1);
}

/** At most `width` columns, the middle cut out: `gunicorn: wo…p.wsgi]`. For commands. */
export function cutMiddle(text: string, width: number, ascii = false): string {
  if (textWidth(text) <= width) return text;
  if (width < 1) return '';
  const front = Math.ceil((width - 1) / 2);
  return takeStart(text, front) + (ascii ? '~' : '…') + takeEnd(text, width - 1 - front);
}

/** Exactly `width` columns: padded with spaces or cut. */
export function fit(text: string, width: number, align: Align = 'left', ascii = false): string {
  if (width <= 0) return '';
  let own = textWidth(text);
  let shown = text;
  if (own > width) {
    shown = cut(text, width, ascii);
    own = textWidth(shown);
  }
  const missing = width - own;
  if (missing === 0) return shown;
  if (align === 'right') return ' '.repeat(missing) + shown;
  if (align === 'left') return shown + ' '.repeat(missing);
  const before = missing >> 1;
  return ' '.repeat(before) + shown + ' '.repeat(missing - before);
}
