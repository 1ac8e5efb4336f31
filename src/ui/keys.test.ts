import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KeyDecoder } from './keys.js';

const names = (text: string | Uint8Array) => {
  const decoder = new KeyDecoder();
  const keys = decoder.push(typeof text === 'string' ? Buffer.from(text) : text);
  return [...keys, ...decoder.flush()].map((key) => key.name);
};

describe('keys', () => {
  it('come one by one out of a burst', () => {
    expect(names('jjk q')).toEqual(['j', 'j', 'k', ' ', 'q']);
  });

  it('know the sequences of terminals', () => {
    expect(names('\u001b[A\u001b[B\u001b[C\u001b[D\u001bOA\u001b[1;5C')).toEqual([
      'up',
      'down',
      'right',
      'left',
      'up',
      'right',
    ]);
    expect(names('\u001b[5~\u001b[6~\u001b[H\u001b[F\u001b[1~\u001b[4~\u001bOH')).toEqual([
      'page-up',
      'page-down',
      'home',
      'end',
      'home',
      'end',
      'home',
    ]);
    expect(names('\t\u001b[Z\r\u007f\u0003\u001a\u001bOP\u001b[11~\u001b[[A')).toEqual([
      'tab',
      'shift-tab',
      'enter',
      'backspace',
      'ctrl-c',
      'ctrl-z',
      'f1',
      'f1',
      'f1',
    ]);
  });

  it('hold a lone Escape until it is sure', () => {
    const decoder = new KeyDecoder();
    expect(decoder.push(Buffer.from('\u001b'))).toEqual([]);
    expect(decoder.wait).toBeGreaterThan(0);
    expect(decoder.push(Buffer.from('[B'))).toEqual([{ name: 'down' }]);
    expect(decoder.wait).toBeUndefined();
    expect(decoder.push(Buffer.from('\u001b'))).toEqual([]);
    expect(decoder.flush()).toEqual([{ name: 'escape' }]);
  });

  it('do not obey what a terminal answers, nor Alt with a letter, nor a sequence cut short', () => {
    expect(names('\u001b[?62;22c\u001b[24;80R')).toEqual([]);
    expect(names('\u001bq')).toEqual([]);
    expect(names('\u001b[12')).toEqual([]);
    expect(names('\u001b\u001b[A')).toEqual(['escape', 'up']);
  });

  it('join characters that came in two reads', () => {
    const decoder = new KeyDecoder();
    const bytes = Buffer.from('é日');
    const keys = Array.from(bytes, (byte) => decoder.push(Uint8Array.of(byte))).flat();
    expect(keys.map((key) => key.text)).toEqual(['é', '日']);
  });

  it('take a paste as one, however it is cut, and never as commands', () => {
    const bytes = Buffer.from('a\u001b[200~\nq\u001b[31m Xü\nmore\u001b[201~b');
    for (let at = 1; at < bytes.length; at++) {
      const decoder = new KeyDecoder();
      const keys = [...decoder.push(bytes.subarray(0, at)), ...decoder.push(bytes.subarray(at))];
      expect(keys, `cut at ${at}`).toEqual([
        { name: 'a', text: 'a' },
        { name: 'paste', text: 'q[31m Xü' },
        { name: 'b', text: 'b' },
      ]);
    }
  });

  it('stay bounded and never throw, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 8 }), (chunks) => {
        const decoder = new KeyDecoder();
        for (const chunk of chunks) {
          for (const key of [...decoder.push(chunk), ...decoder.flush()]) {
            expect(key.text ?? '').not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
          }
        }
      }),
    );
    const decoder = new KeyDecoder();
    decoder.push(Buffer.from('\u001b[200~'));
    for (let at = 0; at < 1000; at++) decoder.push(Buffer.from('x'.repeat(1000)));
    expect(decoder.push(Buffer.from('\u001b[201~'))[0].text!.length).toBeLessThanOrEqual(4096);
  });
});
