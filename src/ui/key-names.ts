import type { Key } from './keys.js';

/** Final byte of a sequence, with the number before it where it ends in `~` -> key. */
const NAMED: Record<string, string> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  F: 'end',
  H: 'home',
  Z: 'shift-tab',
  P: 'f1',
  '1~': 'home',
  '2~': 'insert',
  '3~': 'delete',
  '4~': 'end',
  '5~': 'page-up',
  '6~': 'page-down',
  '7~': 'home',
  '8~': 'end',
  '11~': 'f1',
  '[A': 'f1',
};

const CONTROL: Record<number, string> = {
  0x03: 'ctrl-c',
  0x08: 'backspace',
  0x09: 'tab',
  0x0a: 'enter',
  0x0c: 'ctrl-l',
  0x0d: 'enter',
  0x15: 'ctrl-u',
  0x1a: 'ctrl-z',
  0x7f: 'backspace',
};

/** Code in kitty's protocol -> key, where it is no character; from 57414 on those of the number pad. */
const KITTY: Record<number, string> = {
  8: 'backspace',
  9: 'tab',
  13: 'enter',
  27: 'escape',
  127: 'backspace',
  57414: 'enter',
  57417: 'left',
  57418: 'right',
  57419: 'up',
  57420: 'down',
  57421: 'page-up',
  57422: 'page-down',
  57423: 'home',
  57424: 'end',
};
/** kitty's codes for keys without a character: a private range of Unicode. */
const KITTY_FIRST = 57344;
const KITTY_LAST = 63743;

const SHIFT = 1;
const CTRL = 4;
const CAPS = 64;
/** Alt, super, hyper and meta: nothing here is bound to them. */
const OTHERS = 2 | 8 | 16 | 32;
const RELEASE = '3';

/** The key of a character outside of sequences; none for what is no key. */
export function plainKey(point: number): Key[] {
  const control = CONTROL[point];
  if (control !== undefined) return [{ name: control }];
  if (!printable(point)) return [];
  const char = String.fromCodePoint(point);
  return [{ name: char, text: char }];
}

/** `ESC O` and this letter. */
export function ss3Key(final: string): Key[] {
  return /[A-Z]/.test(final) ? called(final) : [];
}

/** `ESC [`, these parameters (with what stands between them and the end) and this final byte; none for what is no key. */
export function csiKey(parameters: string, final: string): Key[] {
  // The console's function keys.
  if (parameters.startsWith('[')) return called(parameters + final);
  // Answers of the terminal, and mice.
  if (!/^[\d;:]*$/.test(parameters)) return [];
  const [first, modifiers = '', third] = parameters.split(';');
  if (final === 'u') return kittyKey(first.split(':').map(Number), modifiers, third);
  // xterm's form of the same (modifyOtherKeys).
  if (final === '~' && first === '27') return kittyKey([Number(third)], modifiers, undefined);
  if (modifiers.split(':')[1] === RELEASE) return [];
  return called(final === '~' ? `${first}~` : final);
}

/**
 * A key as kitty's protocol tells it: the character without Shift, with it, and where it stands on a Latin keyboard;
 * modifiers and what happened to it; what it typed.
 */
function kittyKey([code, shifted, latin]: readonly number[], modifiers: string, text: string | undefined): Key[] {
  const [mask, event] = modifiers.split(':');
  const held = (Number(mask) || 1) - 1;
  if (event === RELEASE || held & OTHERS) return [];
  const shift = (held & SHIFT) !== 0;
  if (held & CTRL) {
    const letter = String.fromCharCode(code > 127 && latin > 0 ? latin : code);
    return !shift && /^[a-zA-Z]$/.test(letter) ? plainKey(letter.charCodeAt(0) & 0x1f) : [];
  }
  const name = KITTY[code];
  if (name !== undefined) return [{ name: name === 'tab' && shift ? 'shift-tab' : name }];
  if (text) return text.split(':').map(Number).filter(printable).flatMap(plainKey);
  if (!printable(code) || (code >= KITTY_FIRST && code <= KITTY_LAST)) return [];
  if (shift && shifted > 0) return printable(shifted) ? plainKey(shifted) : [];
  const char = String.fromCodePoint(code);
  const upper = shift !== ((held & CAPS) !== 0);
  return plainKey((upper ? char.toUpperCase() : char).codePointAt(0)!);
}

function called(by: string): Key[] {
  const name = NAMED[by];
  return name === undefined ? [] : [{ name }];
}

/** A character that can be typed into a prompt: no control, no half of one, not what stands for rubbish. */
function printable(point: number): boolean {
  return (
    point >= 0x20 &&
    point <= 0x10ffff &&
    (point < 0x7f || point > 0x9f) &&
    (point < 0xd800 || point > 0xdfff) &&
    point !== 0xfffd
  );
}
