import { afterEach, beforeEach, vi } from 'vitest';

/** What is written to the standard output and error during each test of the describe block, or file, that calls it. */
export function capturedOutput(): { out: string; err: string } {
  const written = { out: '', err: '' };
  beforeEach(() => {
    written.out = written.err = '';
    vi.spyOn(process.stdout, 'write').mockImplementation((text, done?: unknown) => {
      written.out += String(text);
      if (typeof done === 'function') (done as () => void)();
      return true;
    });
    vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      written.err += String(text);
      return true;
    });
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
  return written;
}
