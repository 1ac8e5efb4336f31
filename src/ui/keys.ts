import { StringDecoder } from 'node:string_decoder';

/**
 * A key as pressed. `name` is the printed character itself for one that prints (`q`, `/`, `é`), else a word: `up`,
 * `ctrl-c`, `escape`. A paste comes as one, with its `text`.
 */
export interface Key {
  readonly name: string;
  /** What it types at a prompt, where it types anything. */
  readonly text?: string;
}

/** How long a lone ESC waits for the rest of its sequence, which may come in a later read. */
export const ESCAPE_WAIT_MS = 30;
/** A terminal that sends more than this in one sequence or paste is not obeyed. */
const MAX_SEQUENCE = 64;
const MAX_PASTE = 4096;
const PASTE_START = '\u001b[200~';
const PASTE_END = '\u001b[201~';

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

/** Bytes from a terminal in raw mode, in whatever pieces they come, to keys. */
export class KeyDecoder {
  private readonly utf8 = new StringDecoder('utf8');
  private held = '';
  /** The text of a paste that has begun and not ended. */
  private paste: string | undefined;

  /** The keys that are complete with these bytes. */
  push(bytes: Uint8Array): Key[] {
    this.held += this.utf8.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return this.decode(false);
  }

  /** Something is held back; call `flush` when nothing follows within ESCAPE_WAIT_MS. */
  get waiting(): boolean {
    return this.paste === undefined && this.held.length > 0;
  }

  /** No more is coming: what is held is what it looks like. */
  flush(): Key[] {
    return this.paste === undefined ? this.decode(true) : [];
  }

  private decode(final: boolean): Key[] {
    const keys: Key[] = [];
    for (;;) {
      if (this.paste !== undefined) {
        if (!this.endPaste(keys)) return keys;
        continue;
      }
      if (this.held === '') return keys;
      if (this.held.startsWith(PASTE_START)) {
        this.held = this.held.slice(PASTE_START.length);
        this.paste = '';
        continue;
      }
      const taken = this.held[0] === '\u001b' ? this.escape(keys, final) : this.plain(keys);
      if (taken === 0) return keys;
      this.held = this.held.slice(taken);
    }
  }

  /** Moves held text into the paste; true when its end has come. */
  private endPaste(keys: Key[]): boolean {
    const end = this.held.indexOf(PASTE_END);
    // The end mark itself may come in two reads.
    const upTo = end < 0 ? Math.max(0, this.held.length - PASTE_END.length + 1) : end;
    this.paste = (this.paste! + this.held.slice(0, upTo)).slice(0, MAX_PASTE);
    this.held = this.held.slice(end < 0 ? upTo : end + PASTE_END.length);
    if (end < 0) return false;
    keys.push({ name: 'paste', text: oneLine(this.paste) });
    this.paste = undefined;
    return true;
  }

  private plain(keys: Key[]): number {
    const point = this.held.codePointAt(0)!;
    const char = String.fromCodePoint(point);
    const control = CONTROL[point];
    if (control !== undefined) keys.push({ name: control });
    else if (point >= 0x20 && (point < 0x7f || point > 0x9f) && point !== 0xfffd) keys.push({ name: char, text: char });
    return char.length;
  }

  /** Takes one sequence off the front; 0 when it is not complete yet. */
  private escape(keys: Key[], final: boolean): number {
    const held = this.held;
    const second = held[1];
    if (second === '[' || second === 'O') {
      const match = (second === 'O' ? SS3 : CSI).exec(held);
      if (match) {
        const name = NAMED[named(match[1], match[2])];
        if (name !== undefined) keys.push({ name });
        return match[0].length;
      }
      if (!final && held.length < MAX_SEQUENCE && PARTIAL.test(held)) return 0;
    } else if (second === undefined && !final) {
      return 0;
    } else if (second === '\u001b') {
      keys.push({ name: 'escape' });
      return 1;
    } else if (second !== undefined && second >= ' ' && second !== '\u007f') {
      // Alt with a character: not a command here, and surely not Escape followed by that character's command.
      return 1 + String.fromCodePoint(held.codePointAt(1)!).length;
    }
    keys.push({ name: 'escape' });
    // What had begun as a sequence and did not end as one is dropped whole, or its letters would be obeyed as keys.
    return second === '[' || second === 'O' ? Math.min(held.length, MAX_SEQUENCE) : 1;
  }
}

const CSI = /^\u001b\[(\[|[0-?]*[ -/]*)([@-Z\\-~])/;
const SS3 = /^\u001bO()([A-Z])/;
const PARTIAL = /^\u001b(O|\[\[|\[[0-?]*[ -/]*)$/;

/** `5~`; `A` also where it comes with modifiers, as `1;2A`. */
function named(parameters: string, final: string): string {
  if (final === '~') return `${parameters.split(';')[0]}~`;
  if (parameters === '[') return `[${final}`;
  return /^[0-9;]*$/.test(parameters) ? final : '';
}

/** Pasted text fit for a prompt: its first line that is not empty, nothing that controls. */
function oneLine(text: string): string {
  const line = text.split(/[\r\n]+/).find((part) => part.trim() !== '') ?? '';
  return line.replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '');
}
