import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Symbols } from '../wire/symbols.js';
import { FunctionTable } from './functions.js';

function table(limit?: number): { functions: FunctionTable; symbol: number } {
  const symbols = new Symbols();
  const run = Buffer.from('f\t/a.py');
  return { functions: new FunctionTable(symbols, limit), symbol: symbols.intern(run, 0, run.length) };
}

describe('functions of one name and file', () => {
  it('are found by their line in whatever order they came, and what lies between belongs to the one above', () => {
    const lines = fc.uniqueArray(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 600 }), (each, line) => {
        const { functions, symbol } = table();
        const made = each.map((first) => functions.entered(symbol, first, true));
        expect(new Set(made).size).toBe(each.length);
        for (const [at, first] of each.entries()) expect(functions.entered(symbol, first, true)).toBe(made[at]);
        const above = each.filter((first) => first <= line);
        const nearest = above.length > 0 ? Math.max(...above) : Math.min(...each);
        expect(functions.info(functions.at(symbol, line)).line).toBe(nearest);
      }),
    );
  });

  it('are 60,000 as quickly as a few, and beyond the bound counted as the nearest', () => {
    const { functions, symbol } = table();
    // Falling and then rising: each is put before all others, then behind.
    for (let line = 300_000; line > 240_000; line--) functions.entered(symbol, line, true);
    for (let line = 300_001; line < 400_000; line++) functions.entered(symbol, line, true);
    expect(functions.size).toBe(65_536);
    expect(functions.folded).toBeGreaterThan(0);
    expect(functions.info(functions.at(symbol, 270_000)).line).toBe(270_000);
  });
});
