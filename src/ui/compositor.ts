import { lineWidth, sliceColumns } from './sgr.js';

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One thing laid over what was laid before it. Without lines it is a hole through which the base shows again. */
export interface Piece {
  readonly rect: Rect;
  readonly lines?: readonly string[];
}

interface Segment {
  readonly x: number;
  readonly end: number;
  readonly piece: Piece | undefined;
}

/** The base with the pieces over it, in their order: `height` lines of exactly `width` columns. */
export function compose(base: readonly string[], pieces: readonly Piece[], width: number, height: number): string[] {
  const lines: string[] = [];
  for (let y = 0; y < height; y++) {
    let segments: Segment[] = [{ x: 0, end: width, piece: undefined }];
    for (const piece of pieces) {
      if (y >= piece.rect.y && y < piece.rect.y + piece.rect.height) segments = lay(segments, piece, width);
    }
    lines.push(segments.map((segment) => drawn(segment, base[y] ?? '', y)).join(''));
  }
  return lines;
}

function lay(segments: readonly Segment[], piece: Piece, width: number): Segment[] {
  const x = Math.max(0, piece.rect.x);
  const end = Math.min(width, piece.rect.x + piece.rect.width);
  if (end <= x) return [...segments];
  const out: Segment[] = [];
  let placed = false;
  for (const segment of segments) {
    if (segment.x < x) out.push({ ...segment, end: Math.min(segment.end, x) });
    if (!placed && segment.end > x) {
      out.push({ x, end, piece: piece.lines ? piece : undefined });
      placed = true;
    }
    if (segment.end > end) out.push({ ...segment, x: Math.max(segment.x, end) });
  }
  return out;
}

function drawn(segment: Segment, base: string, y: number): string {
  const { x, end, piece } = segment;
  if (piece === undefined) return sliceColumns(base, x, end);
  const line = piece.lines![y - piece.rect.y] ?? '';
  // The usual case: a whole line as wide as its place, taken as it is.
  if (x === piece.rect.x && end === x + piece.rect.width && lineWidth(line) === end - x) return line;
  return sliceColumns(line, x - piece.rect.x, end - piece.rect.x);
}
