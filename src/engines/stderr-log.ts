import { mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Keeps an engine's stderr in memory, its beginning and its end, and writes a file only when something failed. */
export class StderrLog {
  private readonly head: Uint8Array[] = [];
  private headBytes = 0;
  private tail: Uint8Array[] = [];
  private tailBytes = 0;
  private dropped = 0;

  constructor(
    private readonly maxHead = 512 * 1024,
    private readonly maxTail = 128 * 1024,
  ) {}

  push(chunk: Uint8Array): void {
    if (this.headBytes < this.maxHead) {
      this.head.push(chunk);
      this.headBytes += chunk.length;
      return;
    }
    this.tail.push(chunk);
    this.tailBytes += chunk.length;
    while (this.tail.length > 1 && this.tailBytes - this.tail[0].length >= this.maxTail) {
      const gone = this.tail.shift()!;
      this.tailBytes -= gone.length;
      this.dropped += gone.length;
    }
  }

  bytes(): Uint8Array {
    const gap = this.dropped === 0 ? [] : [Buffer.from(`\n[… ${this.dropped} bytes left out …]\n`)];
    return Buffer.concat([...this.head, ...gap, ...this.tail]);
  }

  /** The file's path, or null where it cannot be written: a log must not be a second failure. */
  save(name: string): string | null {
    try {
      const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'pytrace-log-')), `${name}.log`);
      writeFileSync(file, this.bytes(), { mode: 0o600 });
      return file;
    } catch {
      return null;
    }
  }
}
