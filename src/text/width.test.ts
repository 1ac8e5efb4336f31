import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { cut, cutMiddle, cutStart, fit, rememberedWidths, takeEnd, takeStart, textWidth } from './width.js';

const anyText = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.constantFrom('日本語テキスト', '👩‍👩‍👧‍👦 family', 'é́é', '●❚❚▾▸│├└█▏→µ', '한국어.py'),
);

describe('text', () => {
  it('measures as string-width does', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        fc.pre(!/[\u0000-\u001f\u007f-\u009f]/.test(text));
        expect(textWidth(text)).toBe(stringWidth(text));
      }),
    );
  });

  it('measures every character it thinks simple as one column', () => {
    for (let code = 0x20; code < 0x2800; code++) {
      const char = String.fromCharCode(code);
      if (code >= 0x7f && code < 0xa0) continue;
      expect(textWidth(char), code.toString(16)).toBe(stringWidth(char));
    }
  });

  it('fits to exactly the width asked for', () => {
    fc.assert(
      fc.property(
        anyText,
        fc.nat(50),
        fc.constantFrom('left', 'right', 'center'),
        fc.boolean(),
        (text, w, align, ascii) => {
          fc.pre(!/[\u0000-\u001f\u007f-\u009f]/.test(text));
          expect(stringWidth(fit(text, w, align as 'left', ascii))).toBe(w);
        },
      ),
    );
  });

  it('never cuts to more than the width', () => {
    fc.assert(
      fc.property(anyText, fc.nat(50), (text, w) => {
        for (const how of [cut, cutStart, cutMiddle, takeStart, takeEnd]) {
          expect(stringWidth(how(text, w))).toBeLessThanOrEqual(w);
        }
      }),
    );
  });

  it('cuts at the end, the start and in the middle', () => {
    expect(cut('handle_request', 8)).toBe('handle_…');
    expect(cutStart('sqlalchemy/orm/session.py:4331', 16)).toBe('…session.py:4331');
    expect(cutMiddle('gunicorn: worker [shop.wsgi]', 13)).toBe('gunico….wsgi]');
    expect(cutMiddle('gunicorn: worker [shop.wsgi]', 13, true)).toBe('gunico~.wsgi]');
    expect(cut('abc', 3)).toBe('abc');
    expect(cut('abc', 0)).toBe('');
  });

  it('does not cut a grapheme in two', () => {
    expect(takeStart('👩‍👩‍👧‍👦x', 1)).toBe('');
    expect(fit('日本', 3)).toBe('日…');
    expect(fit('日本語', 4)).toBe('日… ');
  });

  it('remembers a bounded number of widths', () => {
    for (let i = 0; i < 10_000; i++) textWidth(`語${i}`);
    expect(rememberedWidths()).toBeLessThanOrEqual(4096);
  });
});
