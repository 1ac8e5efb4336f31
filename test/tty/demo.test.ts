import { expect, it } from 'vitest';
import { BIN, pytrace } from '../cli/run-pytrace.js';
import { withPty } from './pty.js';

// In processes of their own, as it is started: what a test has loaded already would not be missed here.
it('shows its recording on a screen, in every view, without a tracer', async () => {
  await withPty([process.execPath, BIN, 'demo', '--recording'], { columns: 120, rows: 36 }, async (pty) => {
    await pty.waitForText(/CALL TREE[^]*tax_of/);
    for (const [key, picture] of [
      ['1', /SELF%[^]*tax_of/],
      ['3', /COLLECTIONS/],
      ['4', /__main__\.Session/],
    ] as const) {
      pty.type(key);
      await pty.waitForText(picture);
    }
    pty.type('q');
    expect(await pty.exit()).toBe(0);
  });
});

it('prints its recording where there is no screen', async () => {
  const { code, stdout, stderr } = await pytrace(['demo', '--recording']);
  expect(stderr).toContain('a recording of a real trace of workload.py');
  expect(stdout).toMatch(/CALL TREE[^]*tax_of/);
  expect(code).toBe(0);
});
