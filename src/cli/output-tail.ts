import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { sanitize } from '../wire/names.js';

const BYTES = 4096;
const LINES = 50;

/** The last lines of what a program that pytrace started has printed to a file, under a heading. */
export function outputTail(path: string): string[] {
  const lines = tailOf(path)
    .split('\n')
    .filter((line) => line.trim() !== '');
  return [`output of the program (${path}):`, ...lines.slice(-LINES).map((line) => `  ${sanitize(line)}`)];
}

function tailOf(path: string): string {
  try {
    const { size } = statSync(path);
    const fd = openSync(path, 'r');
    try {
      const buffer = Buffer.alloc(Math.min(BYTES, size));
      readSync(fd, buffer, 0, buffer.length, Math.max(0, size - BYTES));
      return buffer.toString('utf8');
    } finally {
      closeSync(fd);
    }
  } catch {
    return '';
  }
}
