/** What stands for a byte that is no text. */
const UNREADABLE = '\ufffd';

/**
 * UTF-8 as a keyboard sends it, in whatever pieces, to text. A byte that belongs to no character is U+FFFD, but 0x80 to
 * 0x9f are the control characters that terminals with eight bits mean by them: 0x9b begins a sequence. No decoder of
 * the platform tells these from other rubbish.
 */
export class TypedText {
  private held: number[] = [];
  private missing = 0;

  /** The characters that are complete with these bytes. */
  push(bytes: Uint8Array): string {
    let text = '';
    for (const byte of bytes) {
      if (this.missing > 0 && byte >= 0x80 && byte <= 0xbf) {
        this.held.push(byte);
        if (--this.missing === 0) text += this.release();
        continue;
      }
      text += this.release();
      this.missing = following(byte);
      if (this.missing > 0) this.held.push(byte);
      else text += byte < 0x80 ? String.fromCharCode(byte) : alone(byte);
    }
    return text;
  }

  /** What is held back: the character, or its bytes one by one where they are none. */
  private release(): string {
    const { held } = this;
    this.held = [];
    this.missing = 0;
    if (held.length === 0) return '';
    const text = Buffer.from(held).toString('utf8');
    return text.includes(UNREADABLE) ? UNREADABLE.repeat(held.length) : text;
  }
}

/** How many bytes follow this one in its character. */
function following(byte: number): number {
  if (byte >= 0xc2 && byte <= 0xdf) return 1;
  if (byte >= 0xe0 && byte <= 0xef) return 2;
  return byte >= 0xf0 && byte <= 0xf4 ? 3 : 0;
}

function alone(byte: number): string {
  return byte >= 0x80 && byte <= 0x9f ? String.fromCharCode(byte) : UNREADABLE;
}
