import { describe, expect, it } from 'vitest';
import { topRun, type TopRun } from '../../../test/golden/top-programs.js';
import { START } from '../../../test/golden/traced.js';
import { TopStream } from '../../../test/golden/top-stream.js';
import { TOP_OPTIONS, settled } from './options.js';

function traced(form: string, own: Record<string, unknown> = {}): TopRun {
  const run = topRun(new TopStream(own.counts === true), { form, own });
  const { stream } = run;
  const work = stream.fn('work', '/srv/a b\x1b.py', 3);
  const idle = stream.fn('\u0001', '/srv/idle.py', 9);
  for (let second = 0; second < 3; second++) {
    stream.call(7, 0, work, 2e6, 1.5e6, 10).call(8, work, idle, 4e5).snapshot();
    run.feed();
  }
  stream.end();
  run.feed();
  run.opened.session.end();
  run.opened.printing!.end('duration');
  return run;
}

const lines = (run: TopRun): Record<string, unknown>[] =>
  run.printed
    .join('')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('top without a screen', () => {
  it('prints all sums each interval as JSON, the last of them at the end', () => {
    const run = traced('json');
    const all = lines(run);
    expect(all.map(({ type }) => type)).toEqual([
      'header',
      ...Array.from({ length: 3 }, () => ['snapshot', 'function', 'function']).flat(),
      'end',
    ]);
    expect(run.printed.join('')).toContain(`{"type":"snapshot","ts":${START + 1_000_000_000n},"cumulative":true}`);
    expect(all[5]).toEqual({
      type: 'function',
      file: '/srv/a b\x1b.py',
      function: 'work',
      line: 3,
      calls: 20,
      selfNs: 3e7,
      totalNs: 4e7,
      p50Ns: 2e6,
      p99Ns: 2e6,
      maxNs: 2e6,
    });
    expect(all[3].function).toBeNull();
    expect(all.at(-1)).toMatchObject({ type: 'end', reason: 'duration', events: 33, lost: 0 });
    expect(run.printed.join('')).not.toContain('\x1b');
  });

  it('prints the sums once more at the end only where it has more to tell', () => {
    const run = topRun(new TopStream(), { form: 'json' });
    // Its name never comes, which only the end knows.
    run.stream.call(7, 0, 0x7f00, 1e6).snapshot().end();
    run.feed();
    run.opened.session.end();
    run.opened.printing!.end('duration');
    const all = lines(run);
    expect(all.map(({ type }) => type)).toEqual(['header', 'snapshot', 'snapshot', 'function', 'end']);
    expect(all[3]).toMatchObject({ function: '?', calls: 1 });
  });

  it('prints one table with --once, and then has enough', () => {
    const run = traced('json', { once: true, limit: 1, sort: 'function' });
    expect(run.printed.filter((text) => text === '(enough)\n').length).toBeGreaterThan(0);
    expect(lines(run).map(({ type }) => type)).toEqual(['header', 'snapshot', 'function', 'end']);
    expect(lines(run)[2].function).toBeNull();
  });

  it('has no times where none were taken', () => {
    const row = lines(traced('json', { counts: true }))[2];
    expect(row).toEqual({ type: 'function', file: '/srv/a b\x1b.py', function: 'work', line: 3, calls: 10 });
  });

  it('prints tables of text, with what their numbers are of', () => {
    const text = traced('table').printed.join('');
    expect(text).toBe(
      [
        ...[1, 2, 3].flatMap(() => [
          '# top of 4242 python3 shop.py: 11 calls of 2 functions in the last 1.0s; 100% = 1.0s of one of 2 threads; wall time: includes waiting',
          'SELF%    SELF  TOTAL%  CALLS  CALLS/s     AVG     P50     P99     MAX  FUNCTION  MODULE:LINE',
          '  1.5  15.0ms     2.0     10       10  2.00ms  2.00ms  2.00ms  2.00ms  work      /srv/a b\\x1b.py:3',
          ' <0.1   400µs    <0.1      1      1.0   400µs   400µs   400µs   400µs  (null)    /srv/idle.py:9',
          '',
        ]),
        '# top of 4242 python3 shop.py: 33 calls of 2 functions in 3.0s since the attach; 100% = 3.0s of one of 2 threads; wall time: includes waiting',
        'SELF%    SELF  TOTAL%  CALLS  CALLS/s     AVG     P50     P99     MAX  FUNCTION  MODULE:LINE',
        '  1.5  45.0ms     2.0     30       10  2.00ms  2.00ms  2.00ms  2.00ms  work      /srv/a b\\x1b.py:3',
        ' <0.1  1.20ms    <0.1      3      1.0   400µs   400µs   400µs   400µs  (null)    /srv/idle.py:9',
        '',
        '',
      ].join('\n'),
    );
  });

  it('writes what is shown to files', () => {
    const { opened } = traced('json');
    const [csv, json, text] = opened.exports().map((each) => [...each.pieces('top of 4242')].join(''));
    expect(csv.split('\r\n')[1]).toBe(
      '"work","/srv/a b\\x1b.py",3,30,10.0,45000000,60000000,0.015000,0.020000,2000000,2000000,2000000,2000000',
    );
    expect(json.split('\n')).toHaveLength(3);
    expect(text).toContain('33 calls of 2 functions in the last 3.0s');
    opened.slot.command('window', { width: 80, height: 20, ascii: false, paint: (_mark, all) => all }, 0);
    opened.slot.filter('idle');
    expect([...opened.exports()[0].pieces('')].join('').split('\r\n')).toHaveLength(3);
  });

  it('refuses columns that are none, and says which there are', () => {
    const sort = TOP_OPTIONS.find(({ flags }) => flags.startsWith('--sort'))!;
    expect(() => sort.parse!('cost')).toThrow('is no column: take one of self%, self, total%');
    expect(sort.parse!('p99')).toBe('p99');
    expect(settled({ own: { counts: true, sort: 'p99' } }).sort).toBe('calls');
  });
});
