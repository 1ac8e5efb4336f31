import { describe, expect, it } from 'vitest';
import { viewById } from '../views/registry.js';
import { filterWords, passedOver, refuseFilters, refuseReplayFilters } from './filters.js';
import { parseOptions } from './options.js';

const view = (id: string) => viewById(id)!;

describe('filters', () => {
  it('that a view cannot apply are refused with those that it can', () => {
    expect(() => refuseFilters(view('gc'), parseOptions({ depth: '3' }))).toThrow(
      '--depth: gc cannot filter by it; leave it out, or filter with --thread, --file, --function and --min-duration.',
    );
    expect(() => refuseFilters(view('objects'), parseOptions({ function: 'f*' }))).toThrow('filter with --thread and');
    for (const raw of [{ thread: '7' }, { file: '*.py' }, { function: 'f' }, { minDuration: '5ms' }, { depth: '2' }])
      for (const id of ['calls', 'top']) expect(() => refuseFilters(view(id), parseOptions(raw))).not.toThrow();
  });

  it('are said where a view was switched to', () => {
    const options = parseOptions({ depth: '3', minDuration: '1ms', thread: '7' });
    expect(passedOver(view('objects'), options)).toMatch(
      / cannot filter by --min-duration and --depth: it counts all\.$/,
    );
    expect(passedOver(view('calls'), options)).toBe('');
    expect(filterWords(view('objects'), options)).toBe('--thread');
    expect(filterWords(view('top'), parseOptions({}))).toBe('');
  });

  it('of a recording are those that its sums leave', () => {
    expect(() => refuseReplayFilters(view('top'), parseOptions({ thread: '7' }))).toThrow(
      '--thread: a recording of top holds sums that cannot be taken apart by it; give it when recording.',
    );
    expect(() => refuseReplayFilters(view('top'), parseOptions({ file: '*.py' }))).not.toThrow();
  });
});
