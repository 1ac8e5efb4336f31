import { describe, expect, it } from 'vitest';
import { GcLines, gcModel } from '../../../test/golden/gc-traced.js';
import { parseConditions, violated } from './fail-if.js';
import { ALL } from './generations.js';

const MS = 1e6;

describe('--fail-if', () => {
  it('understands conditions', () => {
    expect(parseConditions('p99>20ms, gen2.max > 1s,share>5%,count>100')).toEqual([
      { text: 'p99>20ms', place: ALL, measure: 'p99', limit: 20 * MS },
      { text: 'gen2.max > 1s', place: 2, measure: 'max', limit: 1e9 },
      { text: 'share>5%', place: ALL, measure: 'share', limit: 0.05 },
      { text: 'count>100', place: ALL, measure: 'count', limit: 100 },
    ]);
  });

  it('says what it needs', () => {
    for (const text of ['', 'p98>1ms', 'p99<1ms', 'gen3.p99>1ms', 'p99', 'p99>1ms,']) {
      expect(() => parseConditions(text), text).toThrow(/needs conditions such as/);
    }
    expect(() => parseConditions('p99>20')).toThrow('needs a time with its unit after p99>, such as p99>20ms');
    expect(() => parseConditions('share>0.1')).toThrow(/percentage/);
    expect(() => parseConditions('count>2ms')).toThrow(/whole number/);
  });

  it('says which does not hold, and by how much', () => {
    const lines = new GcLines();
    for (let at = 1; at <= 100; at++) lines.wait(10 * MS).collect(7, at === 100 ? 2 : 0, (at === 100 ? 80 : 1) * MS, 0);
    const model = gcModel(lines.session(), lines.now);
    const say = (text: string): string => violated(parseConditions(text), model);
    expect(say('p99>20ms,gen0.max>2ms')).toBe('');
    expect(say('max>20ms')).toBe(
      'Failed by --fail-if: max of all collections was 80.0ms, limit 20.0ms (4.0 times the limit) [max>20ms].',
    );
    expect(say('gen2.p50>79ms,count>99')).toBe(
      'Failed by --fail-if: p50 of generation 2 was 80.0ms, limit 79.0ms (1.013 times the limit) [gen2.p50>79ms]; ' +
        'count of all collections was 100, limit 99 (1.010 times the limit) [count>99].',
    );
    expect(say('share>5%')).toMatch(/share of all collections was 15\.\d%, limit 5\.0%/);
    expect(violated(parseConditions('p99>1ms'), gcModel(new GcLines().session(), 1e9))).toBe('');
  });

  it('says of what a number is where shorter pauses are only counted, and fails where that leaves it open', () => {
    const lines = new GcLines().wait(1e9).collect(7, 2, 5 * MS, 0);
    lines.line('V', 0, 30, 12 * MS).line('V', 2, 10, 3 * MS);
    const model = gcModel(lines.session(), lines.now, { minPause: MS });
    const say = (text: string): string => violated(parseConditions(text), model);
    expect(say('count>40')).toMatch(/count of all collections was 41, limit 40 .*\[count>40\]/);
    expect(say('total>15ms')).toMatch(/total of all collections was 20\.0ms/);
    expect(say('gen2.p50>3ms')).toMatch(/p50 of generation 2 of 1\.00ms or longer was 5\.00ms/);
    expect(say('gen0.max>1ms,gen1.max>10us')).toBe('');
    expect(say('gen0.max>500us')).toBe(
      'Failed by --fail-if: max of generation 0 is not known, as all took less than --min-duration 1.00ms [gen0.max>500us].',
    );
  });
});
