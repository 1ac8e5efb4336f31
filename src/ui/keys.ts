import { csiKey, plainKey, ss3Key } from './key-names.js';
import { TypedText } from './typed-text.js';

/**
 * A key as pressed. `name` is the printed character itself for one that prints (`q`, `/`, `é`), else a word: `up`,
 * `ctrl-c`, `escape`. A paste comes as one, with its `text`.
 */
export interface Key {
  readonly name: string;
  /** What it types at a prompt, where it types anything. */
  readonly text?: string;
}

/** So soon after ESC a character belongs to it (Alt with that character); ssh has been seen to part them by 80 ms. */
const ALT_WAIT_MS = 100;
/** How long a lone ESC waits for what can only be a sequence, before it is the key. */
export const ESCAPE_WAIT_MS = 200;
/** Nothing else that is unfinished outlives so much silence. */
const SILENCE_MS = 1000;

/** What is kept of a sequence, and of a paste; the rest of it is passed over. */
const MAX_SEQUENCE = 64;
const MAX_PASTE = 4096;
/** A hand does not type so many characters into one read. */
const BURST = 4;
const PASTE_ENDS = ['\u001b[201~', '\u009b201~'];

/** Ctrl-C and Ctrl-Z. */
const HEARD_ANYWAY = '\u0003\u001a';
const ESC = '\u001b';
const BEL = '\u0007';
const CAN = '\u0018';
const ST = '\u009c';

/** What follows ESC where a whole sequence begins; the others begin a string that goes on to its terminator. */
const INTRODUCERS = '[O]PX^_';
/** The same as single characters. */
const C1: Record<string, string> = {
  '\u009b': '[',
  '\u008f': 'O',
  '\u009d': ']',
  '\u0090': 'P',
  '\u0098': 'X',
  '\u009e': '^',
  '\u009f': '_',
};
/** Old forms of a mouse: the final byte, where no parameter stands before it -> how many bytes follow. */
const RAW_BYTES: Record<string, number> = { M: 3, t: 2, T: 6 };

/** What is unfinished, and for how much silence: then `flush` ends it. */
const WAITS = {
  ground: undefined,
  escape: ALT_WAIT_MS,
  'late-escape': ESCAPE_WAIT_MS,
  /** The Escape key has been told, but the rest of a sequence may still come. */
  answered: SILENCE_MS,
  /** After that, a character that may begin this rest, or may be a key. */
  suspect: ESCAPE_WAIT_MS,
  intermediate: ESCAPE_WAIT_MS,
  csi: SILENCE_MS,
  ss3: SILENCE_MS,
  raw: SILENCE_MS,
  string: SILENCE_MS,
  'string-escape': SILENCE_MS,
  paste: SILENCE_MS,
} as const;
type State = keyof typeof WAITS;

/**
 * Bytes from a terminal in raw mode, in whatever pieces they come, to keys. Each sequence of ECMA-48 and of terminals is
 * a key as a whole or nothing; none of its characters is ever a key. Ctrl-C and Ctrl-Z end whatever is unfinished.
 *
 * Tried instead: Node's readline knows no strings (an answer `ESC ] 11;rgb:… BEL` is obeyed as twenty keys), no private
 * parameters, no mice and no C1; Ink's parser none of OSC, DCS, APC, old mice and C1. Neither ends a paste or a sequence
 * that stays unfinished, nor drops a rest that comes after its ESC was answered.
 */
export class KeyDecoder {
  private bytes = new TypedText();
  private state: State = 'ground';
  /** Parameters of the sequence so far. */
  private sequence = '';
  /** The sequence's ESC has been told as a key: the rest is no other one. */
  private late = false;
  private suspect = '';
  /** How many characters an old mouse still sends. */
  private left = 0;
  private paste = '';
  /** What may be the beginning of the paste's end mark. */
  private mark = '';
  /** What was given up last, if nothing has come since: its rest may, where a line had stalled. */
  private lapsed: State = 'ground';

  /** The keys that are complete with these bytes. */
  push(bytes: Uint8Array): Key[] {
    const keys: Key[] = [];
    const text = this.bytes.push(bytes);
    if (text === '') return keys;
    if (this.state === 'ground' && text.length >= BURST && text[0] !== ESC) this.goOn();
    this.lapsed = 'ground';
    const pasteEnd = Math.max(...PASTE_ENDS.map((end) => text.lastIndexOf(end)));
    for (let at = 0; at < text.length;) {
      const char = String.fromCodePoint(text.codePointAt(at)!);
      // Except in a paste whose end is there already: that one is whole, and no key stands in it.
      const heard = HEARD_ANYWAY.includes(char) && (this.state !== 'paste' || pasteEnd < at);
      if (heard) this.abandon(keys);
      this.take(char, keys);
      at += char.length;
    }
    return keys;
  }

  /** So many ms of silence after the last byte call for a `flush`; undefined where nothing is unfinished. */
  get wait(): number | undefined {
    return WAITS[this.state];
  }

  /** Nothing has come for so long: the keys that this makes sure. Without an argument: nothing more is coming. */
  flush(silentMs = Infinity): Key[] {
    const keys: Key[] = [];
    for (let { wait } = this; wait !== undefined && wait <= silentMs; { wait } = this) this.expire(keys);
    return keys;
  }

  private expire(keys: Key[]): void {
    const { state } = this;
    if (state === 'escape') this.state = 'late-escape';
    else if (state === 'late-escape') {
      keys.push({ name: 'escape' });
      this.state = 'answered';
    } else {
      if (state === 'suspect') keys.push(...plainKey(this.suspect.codePointAt(0)!));
      this.abandon(keys);
      this.bytes = new TypedText();
      if (state === 'csi' || state === 'string' || state === 'paste') this.lapsed = state;
    }
  }

  /** Whatever is unfinished is over; of a paste there is what has come. */
  private abandon(keys: Key[]): void {
    if (this.state === 'paste') keys.push({ name: 'paste', text: oneLine(this.paste) });
    this.state = 'ground';
  }

  /** With what had lapsed, so that its rest is dropped too. */
  private goOn(): void {
    this.state = this.lapsed;
    this.late = true;
    this.paste = '';
    this.mark = '';
  }

  private take(char: string, keys: Key[]): void {
    switch (this.state) {
      case 'ground':
        return this.ground(char, keys);
      case 'escape':
      case 'late-escape':
        return this.afterEscape(char, keys);
      case 'answered':
        if (!INTRODUCERS.includes(char)) return this.ground(char, keys);
        this.suspect = char;
        this.state = 'suspect';
        return;
      case 'suspect':
        if (char >= ' ' && char <= '~') {
          this.begin(this.suspect, true);
          return this.take(char, keys);
        }
        keys.push(...plainKey(this.suspect.codePointAt(0)!));
        return this.ground(char, keys);
      case 'intermediate':
        if (char < ' ' || char > '~') return this.ground(char, keys);
        if (char > '/') this.state = 'ground';
        return;
      case 'csi':
        return this.csi(char, keys);
      case 'ss3':
        if (char < ' ' || char > '~') return this.ground(char, keys);
        if (/[\d;]/.test(char)) return;
        this.state = 'ground';
        if (!this.late) keys.push(...ss3Key(char));
        return;
      case 'raw':
        if (char < ' ') return this.ground(char, keys);
        if (--this.left === 0) this.state = 'ground';
        return;
      case 'string':
        if (char === BEL || char === CAN || char === ST) this.state = 'ground';
        else if (char === ESC) this.state = 'string-escape';
        return;
      case 'string-escape':
        if (char === '\\') this.state = 'ground';
        else if (char === ESC) this.state = 'escape';
        else this.afterEscape(char, keys);
        return;
      case 'paste':
        return this.pasted(char, keys);
    }
  }

  private ground(char: string, keys: Key[]): void {
    this.state = 'ground';
    if (char === ESC) this.state = 'escape';
    else if (char in C1) this.begin(C1[char], false);
    else keys.push(...plainKey(char.codePointAt(0)!));
  }

  private afterEscape(char: string, keys: Key[]): void {
    const late = this.state === 'late-escape';
    if (INTRODUCERS.includes(char)) this.begin(char, false);
    else if (late || char === ESC || char > '\u007f') {
      keys.push({ name: 'escape' });
      this.ground(char, keys);
      // Alt with a key: not a command here, and surely not Escape followed by that key's command.
    } else this.state = char >= ' ' && char <= '/' ? 'intermediate' : 'ground';
  }

  private begin(introducer: string, late: boolean): void {
    this.state = introducer === '[' ? 'csi' : introducer === 'O' ? 'ss3' : 'string';
    this.sequence = '';
    this.late = late;
  }

  private csi(char: string, keys: Key[]): void {
    const { sequence } = this;
    if (char < ' ' || char > '~') return this.ground(char, keys);
    if (char < '@' || (char === '[' && sequence === '')) {
      if (sequence.length < MAX_SEQUENCE) this.sequence += char;
      return;
    }
    this.state = 'ground';
    if (sequence === '' && char in RAW_BYTES) {
      this.left = RAW_BYTES[char];
      this.state = 'raw';
    } else if (sequence === '200' && char === '~') {
      this.paste = '';
      this.mark = '';
      this.state = 'paste';
    } else if (!this.late && sequence.length < MAX_SEQUENCE) keys.push(...csiKey(sequence, char));
  }

  private pasted(char: string, keys: Key[]): void {
    const mark = this.mark + char;
    if (PASTE_ENDS.includes(mark)) return this.abandon(keys);
    if (PASTE_ENDS.some((end) => end.startsWith(mark))) {
      this.mark = mark;
      return;
    }
    if (this.paste.length < MAX_PASTE) this.paste += this.mark;
    this.mark = '';
    if (PASTE_ENDS.some((end) => end.startsWith(char))) this.mark = char;
    else if (this.paste.length < MAX_PASTE) this.paste += char;
  }
}

/** Pasted text fit for a prompt: its first line that is not empty, nothing that controls. */
function oneLine(text: string): string {
  const line = text.split(/[\r\n]+/).find((part) => part.trim() !== '') ?? '';
  return line.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '').slice(0, MAX_PASTE);
}
