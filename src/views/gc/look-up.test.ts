import { describe, expect, it } from 'vitest';
import { GcLines } from '../../../test/golden/gc-traced.js';
import type { Code } from '../../target/code-names.js';
import { lookUpCodes, type Names } from './look-up.js';
import { trail, placeOfCollection } from './words.js';

const code = (name: string, firstLine = 10): Code => ({
  ...{ name, qualname: `Class.${name}`, file: `/srv/${name}\t.py`, firstLine, flags: 0 },
  line: (instr) => (instr === 99 ? null : firstLine + instr),
  holds: (instr) => instr < 200,
});

class Memory implements Names {
  reads = 0;
  readonly codes = new Map<number, Code>();
  get(address: number): Code | null {
    this.reads++;
    return this.codes.get(address) ?? null;
  }
}

const shown = (lines: GcLines) => {
  const session = lines.session();
  return {
    session,
    last: () => session.store.listed().map((one) => `${trail(one, false)} ${placeOfCollection(one, false)}`.trim()),
  };
};

describe('names of functions', () => {
  it('are read once each, and told to session and recording alike', () => {
    const memory = new Memory();
    memory.codes.set(1000, code('inner')).set(2000, code('outer', 50));
    const lines = new GcLines().collect(7, 0, 5, 0, [1000, 3], [2000, 4]).collect(7, 0, 5, 0, [1000, 5]);
    const { session, last } = shown(lines);
    expect(last()).toEqual(['? › ?', '?']);
    const records = lookUpCodes(session, memory);
    expect(records).toEqual([
      'N\t1000\t10\tClass.inner\t/srv/inner\\011.py',
      'n\t1000\t3\t13',
      'n\t1000\t5\t15',
      'N\t2000\t50\tClass.outer\t/srv/outer\\011.py',
      'n\t2000\t4\t54',
    ]);
    session.insert(records);
    expect(last()).toEqual(['Class.outer › Class.inner /srv/inner\\t.py:13', 'Class.inner /srv/inner\\t.py:15']);
    session.push(lines.collect(7, 0, 5, 0, [1000, 3]).bytes());
    expect(last().at(-1)).toBe('Class.inner /srv/inner\\t.py:13');
    expect(lookUpCodes(session, memory)).toEqual([]);
    expect(memory.reads).toBe(3);
  });

  it('change when another function takes an address; what was named keeps its name', () => {
    const memory = new Memory();
    memory.codes.set(1000, code('first'));
    const lines = new GcLines().collect(7, 0, 5, 0, [1000, 3]);
    const { session, last } = shown(lines);
    session.insert(lookUpCodes(session, memory));
    memory.codes.set(1000, code('second', 70));
    session.push(lines.collect(7, 0, 5, 0, [1000, 8]).bytes());
    session.insert(lookUpCodes(session, memory));
    session.push(lines.collect(7, 0, 5, 0, [1000, 3]).bytes());
    session.insert(lookUpCodes(session, memory));
    expect(last()[0]).toBe('Class.first /srv/first\\t.py:13');
    expect(last()[2]).toBe('Class.second /srv/second\\t.py:73');
    expect(session.quality).toBe('partial');
  });

  it('are no more believed where the function has gone, or never had such an instruction', () => {
    const memory = new Memory();
    memory.codes.set(1000, code('first')).set(2000, code('other'));
    const lines = new GcLines().collect(7, 0, 5, 0, [1000, 3]).collect(7, 0, 5, 0, [2000, 250]);
    const { session, last } = shown(lines);
    session.insert(lookUpCodes(session, memory));
    expect(last()).toEqual(['Class.first /srv/first\\t.py:13', '-']);
    expect(session.partialReason).toBeUndefined();
    memory.codes.delete(1000);
    session.push(lines.collect(7, 0, 5, 0, [1000, 3]).bytes());
    session.insert(lookUpCodes(session, memory));
    session.push(lines.collect(7, 0, 5, 0, [1000, 3]).bytes());
    expect(last()[0]).toBe('Class.first /srv/first\\t.py:13');
    expect(last().at(-1)).toBe('-');
    expect(session.partialReason).toMatch(/others took their addresses/);
  });

  it('stay unknown where nothing can be read', () => {
    const lines = new GcLines().collect(7, 0, 5, 0, [1000, -1]).collect(7, 0, 5, 0);
    const { session, last } = shown(lines);
    const records = lookUpCodes(session, null);
    expect(records).toEqual(['N\t1000\t-1\t\\001\t\\001']);
    session.insert(records);
    expect(last()).toEqual(['-', '-']);
    expect(session.codes.unreadable).toBe(true);
  });

  it('do not break a line of the stream that has come in part', () => {
    const lines = new GcLines().collect(7, 0, 5, 0, [1000, 3]);
    const { session, last } = shown(lines);
    const bytes = lines.collect(7, 2, 77, 1, [1000, 3]).bytes();
    session.push(bytes.subarray(0, 20));
    session.insert(['N\t1000\t10\tname\t/file.py', 'n\t1000\t3\t12']);
    session.push(bytes.subarray(20));
    expect(session.scanner.malformed).toBe(0);
    expect(last()).toEqual(['name /file.py:12', 'name /file.py:12']);
  });
});
