/** What has to be sent so that a line becomes another one: a text, and the column where it is put. */
export interface ChangedPart {
  readonly column: number;
  readonly text: string;
}

/**
 * The part in which two lines of one width differ. Both hold only characters of one column, and SGR. Cut only where no
 * colour is on: what stands left and right of the part is on the terminal already, in the colours it has there.
 */
export function changedPart(before: string, after: string): ChangedPart {
  const shorter = Math.min(before.length, after.length);
  let same = 0;
  while (same < shorter && before.charCodeAt(same) === after.charCodeAt(same)) same++;
  const start = plainPlaceBefore(after, same);
  let tail = 0;
  const most = shorter - start;
  while (tail < most && before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail))
    tail++;
  // Both lines end alike from here on; the end may be left where it begins without a colour in both.
  const end = plainPlaceAfter(after, after.length - tail);
  const column = columnsOf(after, 0, start);
  if (end >= after.length || !plainAt(before, before.length - (after.length - end))) {
    return { column, text: after.slice(start) };
  }
  return { column, text: after.slice(start, end) };
}

const ESC = 0x1b;
const M = 0x6d;

/** The last place up to `at` that is not inside a sequence and where no colour is on. */
function plainPlaceBefore(line: string, at: number): number {
  let place = 0;
  let plain = true;
  let i = 0;
  while (i < at) {
    if (line.charCodeAt(i) === ESC) {
      const end = endOfSequence(line, i);
      if (end > at) return plain ? i : place;
      plain = resets(line, i, end);
      i = end;
    } else i++;
    if (plain) place = i;
  }
  return place;
}

/** The first place from `at` on that is not inside a sequence and where no colour is on. */
function plainPlaceAfter(line: string, at: number): number {
  let plain = true;
  let i = 0;
  for (;;) {
    if (i >= at && plain) return i;
    if (i >= line.length) return line.length;
    if (line.charCodeAt(i) === ESC) {
      const end = endOfSequence(line, i);
      plain = resets(line, i, end);
      i = end;
    } else i++;
  }
}

/** Whether no colour is on at this place, and it is not inside a sequence. */
function plainAt(line: string, at: number): boolean {
  return plainPlaceBefore(line, at) === at;
}

function endOfSequence(line: string, at: number): number {
  let end = at;
  while (end < line.length && line.charCodeAt(end) !== M) end++;
  return Math.min(end + 1, line.length);
}

function resets(line: string, from: number, to: number): boolean {
  return (to - from === 4 && line[from + 2] === '0') || to - from === 3;
}

function columnsOf(line: string, from: number, to: number): number {
  let columns = 0;
  for (let i = from; i < to;) {
    if (line.charCodeAt(i) === ESC) i = endOfSequence(line, i);
    else {
      columns++;
      i++;
    }
  }
  return columns;
}
