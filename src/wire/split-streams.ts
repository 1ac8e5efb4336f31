const NEWLINE = 10;
const HEADER = Buffer.from('\nH\t', 'latin1');
/** A line that is longer is no record; it is handed on in pieces. */
const MAX_LINE = 1 << 17;

/**
 * Takes a recording apart that holds streams of several scripts one after another: each begins with its header. What
 * stands before the first header belongs to none.
 */
export class SplitStreams {
  private script: string | undefined;
  private kept: Uint8Array = new Uint8Array(0);

  /** `take` gets whole lines of the named script; undefined before the first header. */
  constructor(private readonly take: (script: string | undefined, lines: Uint8Array) => void) {}

  push(chunk: Uint8Array): void {
    const bytes = this.kept.length > 0 ? Buffer.concat([this.kept, chunk]) : chunk;
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    this.lines(bytes.subarray(0, end));
    this.kept = bytes.slice(end);
    if (this.kept.length > MAX_LINE) this.end();
  }

  /** The last line may lack its newline. */
  end(): void {
    if (this.kept.length > 0) this.take(this.script, this.kept);
    this.kept = new Uint8Array(0);
  }

  private lines(bytes: Uint8Array): void {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    let start = 0;
    while (start < buffer.length) {
      if (buffer[start] === HEADER[1] && buffer[start + 1] === HEADER[2]) {
        const line = buffer.toString('latin1', start, buffer.indexOf(NEWLINE, start));
        this.script = line.split('\t')[4] ?? this.script;
      }
      const next = buffer.indexOf(HEADER, start);
      const end = next < 0 ? buffer.length : next + 1;
      this.take(this.script, buffer.subarray(start, end));
      start = end;
    }
  }
}
