import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ESCAPE_WAIT_MS, KeyDecoder, type Key } from './keys.js';

/** A piece as one read brings it, and the silence after it, ms. */
interface Piece {
  readonly bytes: Uint8Array;
  readonly silentMs: number;
}

function decoded(pieces: readonly Piece[], decoder = new KeyDecoder()): Key[] {
  return pieces.flatMap(({ bytes, silentMs }) => [...decoder.push(bytes), ...decoder.flush(silentMs)]);
}

const bytes = (text: string) => Buffer.from(text);
const raw = (text: string) => Buffer.from(text, 'latin1');
const typed = (...steps: (string | number)[]) => {
  const pieces: { bytes: Uint8Array; silentMs: number }[] = [];
  for (const step of steps) {
    if (typeof step === 'string') pieces.push({ bytes: bytes(step), silentMs: 0 });
    else pieces.at(-1)!.silentMs = step;
  }
  return decoded(pieces).map(({ name }) => name);
};
const chars = (from: number, to: number, max: number) =>
  fc.string({ unit: fc.integer({ min: from, max: to }).map((at) => String.fromCharCode(at)), maxLength: max });

/** ESC with this character, the same as one character in UTF-8, and as one byte. */
const opening = (letter: string) => {
  const c1 = String.fromCharCode(letter.charCodeAt(0) + 0x40);
  return fc.constantFrom(bytes(`\u001b${letter}`), bytes(c1), raw(c1));
};
const joined = (...parts: fc.Arbitrary<Uint8Array>[]) => fc.tuple(...parts).map((all) => Buffer.concat(all));
const text = (arbitrary: fc.Arbitrary<string>) => arbitrary.map(bytes);

/** Any CSI, as long as it is not the beginning of something longer. */
const csi = joined(
  opening('['),
  text(
    fc
      .tuple(chars(0x30, 0x3f, 20), chars(0x20, 0x2f, 3), chars(0x40, 0x7e, 1))
      .filter(([parameters, between, final]) => final !== '' && !/^([[MtT]|200~)$/.test(parameters + between + final))
      .map((parts) => parts.join('')),
  ),
);
const ss3 = joined(
  opening('O'),
  text(fc.tuple(chars(0x30, 0x39, 2), chars(0x3c, 0x7e, 1).filter(Boolean)).map((parts) => parts.join(''))),
);
const string = fc
  .constantFrom(...']PX^_')
  .chain((letter) =>
    joined(
      opening(letter),
      text(
        fc.string({ unit: fc.constantFrom(...'1;rgb:/0fq3\r\n\té日[OB~\\'), maxLength: 40 }).map((rest) => `1${rest}`),
      ),
      fc.constantFrom(bytes('\u0007'), bytes('\u001b\\'), bytes('\u009c'), raw('\u009c')),
    ),
  );
const oldMouse = joined(
  fc
    .oneof(
      fc.tuple(
        fc.constant('M'),
        chars(0x20, 0x7e, 3).filter(({ length }) => length === 3),
      ),
      fc.tuple(
        fc.constant('t'),
        chars(0x20, 0x7e, 2).filter(({ length }) => length === 2),
      ),
      fc.tuple(
        fc.constant('T'),
        chars(0x20, 0x7e, 6).filter(({ length }) => length === 6),
      ),
      // UTF-8, and bytes that are none.
      fc.constantFrom(['M', ' \u0085é'], ['M', '#\u0441\u0442']),
    )
    .map(([letter, rest]) => bytes(`\u001b[${letter}${rest}`)),
);
const rawMouse = fc.constantFrom(
  raw('\u001b[M \u00ff\u00fe'),
  raw('\u001b[M \u00a0\u00b3'),
  raw('\u001b[M\u00f0\u00f1\u00f2'),
);
const mouse = fc
  .tuple(fc.constantFrom('<0;10;20', '<35;1;999', '32;10;20', '<64;5;5'), fc.constantFrom('M', 'm'))
  .map(([parameters, final]) => bytes(`\u001b[${parameters}${final}`));
const answers = fc
  .constantFrom(
    '\u001b[I',
    '\u001b[O',
    '\u001b[?62;22c',
    '\u001b[24;80R',
    '\u001b[?2026;2$y',
    '\u001b[?1u',
    '\u001b[[B',
  )
  .map(bytes);
const number = fc.oneof(fc.nat(300), fc.nat(0x11ffff)).map(String);
const kitty = fc
  .tuple(
    fc.array(number, { minLength: 1, maxLength: 3 }),
    fc.integer({ min: 0, max: 256 }),
    fc.constantFrom('', ':1', ':2', ':3'),
    fc.constantFrom('', ';113', ';'),
  )
  .map(([codes, mask, event, what]) => bytes(`\u001b[${codes.join(':')};${mask}${event}${what}u`));
const otherKeys = fc.tuple(fc.nat(16), number).map(([mask, code]) => bytes(`\u001b[27;${mask};${code}~`));
const paste = fc
  .tuple(
    fc.string({ unit: fc.constantFrom(...'q\r\n\u0003\u001a[2é日~01;', '\u001b'), maxLength: 30 }),
    fc.constantFrom('\u001b[', '\u009b'),
  )
  // What looks like its own end.
  .filter(([inside]) => !inside.includes('201~'))
  .map(([inside, csi]) => bytes(`${csi}200~${inside}\u001b[201~`));

/** All that terminals send and that is one thing. */
const sequence = fc.oneof(csi, ss3, string, oldMouse, rawMouse, mouse, answers, kitty, otherKeys, paste);

/** Any way in which it can come, with less than a second between its pieces. */
const inPieces = (whole: fc.Arbitrary<Buffer>) =>
  whole.chain((all) =>
    fc
      .array(fc.tuple(fc.integer({ min: 1, max: Math.max(1, all.length - 1) }), fc.nat(999)), { maxLength: 6 })
      .map((cuts) => {
        const at = new Map([...cuts].sort(([a], [b]) => a - b));
        const pieces: Piece[] = [];
        let from = 0;
        for (const [to, silentMs] of at) {
          // After an Escape that was answered, `[` alone is a key like any other.
          const sure = from === 1 && to === 2 && pieces[0].silentMs >= ESCAPE_WAIT_MS;
          pieces.push({ bytes: all.subarray(from, to), silentMs: sure ? silentMs % ESCAPE_WAIT_MS : silentMs });
          from = to;
        }
        return { all, pieces: [...pieces, { bytes: all.subarray(from), silentMs: 0 }] };
      }),
  );

describe('sequences', () => {
  it('are obeyed as a whole or not at all, in whatever pieces they come', () => {
    const control = /[\u0003\u001a]/;
    fc.assert(
      fc.property(inPieces(sequence), ({ all, pieces }) => {
        const next = { name: 'x', text: 'x' };
        const whole = decoded([{ bytes: all, silentMs: 0 }]);
        expect(whole.length).toBeLessThanOrEqual(1);
        expect(decoded([{ bytes: Buffer.concat([all, bytes('x')]), silentMs: 0 }])).toEqual([...whole, next]);
        // A Ctrl-C in a paste that has no end yet is one.
        if (pieces.length > 1 && control.test(all.toString())) return;
        const answered =
          pieces.length > 1 && pieces[0].bytes.length === 1 && all[0] === 0x1b && pieces[0].silentMs >= ESCAPE_WAIT_MS;
        const late = whole[0]?.name === 'paste' ? whole : [];
        expect(decoded([...pieces, { bytes: bytes('x'), silentMs: 0 }])).toEqual([
          ...(answered ? [{ name: 'escape' }, ...late] : whole),
          next,
        ]);
      }),
      { numRuns: 3000 },
    );
  });

  it('are no key where they are an answer, a mouse or a string', () => {
    fc.assert(
      fc.property(fc.oneof(string, oldMouse, rawMouse, mouse, answers), (all) => {
        expect(decoded([{ bytes: all, silentMs: 0 }])).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  it('never leave it deaf, whatever has come before', () => {
    const begun = sequence.chain((all) => fc.nat(all.length).map((end) => all.subarray(0, end)));
    const piece = fc.record({
      bytes: fc.oneof(fc.uint8Array({ maxLength: 20 }), begun, fc.constant(bytes('\u001b'))),
      silentMs: fc.oneof(fc.constant(0), fc.nat(1500)),
    });
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const decoder = new KeyDecoder();
        for (const { text } of decoded(pieces, decoder)) expect(text ?? '').not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
        const atOnce = new KeyDecoder();
        decoded(pieces, atOnce);
        expect(atOnce.push(bytes('\u0003')).at(-1)).toEqual({ name: 'ctrl-c' });
        decoder.flush(1000);
        expect(decoder.wait).toBeUndefined();
        expect(decoder.push(bytes('q'))).toEqual([{ name: 'q', text: 'q' }]);
      }),
      { numRuns: 3000 },
    );
  });

  it('leave text as it is, in whatever pieces it comes', () => {
    const printed = fc.string({ unit: 'binary', maxLength: 20 }).map((all) => all.replace(/[\p{Cc}\ufffd]/gu, ''));
    fc.assert(
      fc.property(inPieces(printed.map(bytes).filter(({ length }) => length > 0)), ({ all, pieces }) => {
        expect(
          decoded(pieces)
            .map((key) => key.text)
            .join(''),
        ).toBe(all.toString());
      }),
    );
  });
});

describe('an Escape', () => {
  it('is answered in time, and what belongs to it is not taken for it', () => {
    expect(typed('\u001b', 199)).toEqual([]);
    expect(typed('\u001b', 200)).toEqual(['escape']);
    expect(typed('\u001b', 80, '[B')).toEqual(['down']);
    expect(typed('\u001b', 199, '[', 900, '1', 900, 'B')).toEqual(['down']);
    expect(typed('\u001b', 80, 'q')).toEqual([]);
    expect(typed('\u001b', 120, 'q')).toEqual(['escape', 'q']);
    expect(typed('\u001b', 120, '/')).toEqual(['escape', '/']);
    expect(typed('\u001b\r')).toEqual([]);
    expect(typed('\u001b(', 150, 'B', 0, 'q')).toEqual(['q']);
  });

  it('that was answered drops the rest of its sequence, and hears the keys after it', () => {
    expect(typed('\u001b', 500, '[B', 0, 'q')).toEqual(['escape', 'q']);
    expect(typed('\u001b', 300, '[', 80, 'B', 0, 'q')).toEqual(['escape', 'q']);
    expect(typed('\u001b', 300, ']11;rgb:0/0/0\u001b\\', 0, 'q')).toEqual(['escape', 'q']);
    expect(typed('\u001b', 300, 'q')).toEqual(['escape', 'q']);
    expect(typed('\u001b', 300, '[', 200, 'q')).toEqual(['escape', '[', 'q']);
    expect(typed('\u001b', 300, ']', 50, '\u001b[A')).toEqual(['escape', ']', 'up']);
    expect(typed('\u001b', 1000, '[B')).toEqual(['escape', '[', 'B']);
  });
});

describe('what stays unfinished', () => {
  it('is given up after a second, and its rest is dropped where it comes in one', () => {
    expect(typed('\u001b[200~hello', 1000, 'q')).toEqual(['paste', 'q']);
    expect(typed('\u001b[200~hello', 1000, 'XX more\u001b[201~q')).toEqual(['paste', 'paste', 'q']);
    expect(typed('\u001b]11;rgb:0000', 1000, '/0000/0000\u001b\\q')).toEqual(['q']);
    expect(typed('\u001b]11;rgb:0000', 1000, 'q')).toEqual(['q']);
    expect(typed('\u001b[?1', 1000, '0;22c', 0, 'q')).toEqual(['q']);
    expect(typed('\u001b]11;', 1000, '\u001b[A')).toEqual(['up']);
  });

  it('is ended by Ctrl-C and Ctrl-Z, which are obeyed', () => {
    for (const begun of [
      '\u001b',
      '\u001b[',
      '\u001b[1;',
      '\u001bO',
      '\u001b[M',
      '\u001b]11;',
      '\u001b]1\u001b',
      '\u001bP',
      '\u001b(',
    ]) {
      expect(typed(`${begun}\u0003`), JSON.stringify(begun)).toEqual(['ctrl-c']);
      expect(typed(begun, 90, '\u001aq'), JSON.stringify(begun)).toEqual(['ctrl-z', 'q']);
    }
    expect(typed('\u001b[200~hello\u0003')).toEqual(['paste', 'ctrl-c']);
    expect(typed('\u001b[200~hello', 90, '\u001a')).toEqual(['paste', 'ctrl-z']);
    expect(typed('\u001b[200~a\u0003b\u001b[201~')).toEqual(['paste']);
  });
});

describe('keys of newer protocols', () => {
  it.each<[string, string[]]>([
    ['\u001b[99;5u', ['ctrl-c']],
    ['\u001b[99;69u', ['ctrl-c']],
    ['\u001b[1089::99;5u', ['ctrl-c']],
    ['\u001b[122;5:1u', ['ctrl-z']],
    ['\u001b[27;5;99~', ['ctrl-c']],
    ['\u001b[27u', ['escape']],
    ['\u001b[27;1:1u', ['escape']],
    ['\u001b[13u', ['enter']],
    ['\u001b[127u', ['backspace']],
    ['\u001b[9;2u', ['shift-tab']],
    ['\u001b[113u', ['q']],
    ['\u001b[113;1:2u', ['q']],
    ['\u001b[100:68;2u', ['D']],
    ['\u001b[100;2u', ['D']],
    ['\u001b[100;65u', ['D']],
    ['\u001b[100;66u', ['d']],
    ['\u001b[27;2;68~', ['D']],
    ['\u001b[47;1;47u', ['/']],
    ['\u001b[57400;129;49u', ['1']],
    ['\u001b[57419u', ['up']],
    ['\u001b[1;1:1B', ['down']],
    ['\u001b[1;1:3B', []],
    ['\u001b[5;1:3~', []],
    ['\u001b[113;1:3u', []],
    ['\u001b[113;3u', []],
    ['\u001b[113;5u', []],
    ['\u001b[99;6u', []],
    ['\u001b[57441;2u', []],
    ['\u001b[999999999999u', []],
    ['\u001b[u', []],
  ])('%j', (sent, keys) => {
    expect(typed(sent)).toEqual(keys);
  });
});
