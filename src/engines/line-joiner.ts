/**
 * Joins the fragments of a stderr to whole lines: dtrace writes its prefix and its text separately. Longer lines are
 * cut, so that an engine that prints no newline costs no memory.
 */
export class LineJoiner {
  private readonly decoder = new TextDecoder();
  private rest = '';
  private cut = false;

  constructor(
    private readonly line: (text: string) => void,
    private readonly maxLength = 4_096,
  ) {}

  push(chunk: Uint8Array): void {
    const text = this.decoder.decode(chunk, { stream: true });
    let from = 0;
    for (;;) {
      const to = text.indexOf('\n', from);
      if (to < 0) break;
      this.append(text.slice(from, to));
      this.flush();
      from = to + 1;
    }
    this.append(text.slice(from));
  }

  /** At the end of the stream: what came without a newline is a line too. */
  end(): void {
    this.append(this.decoder.decode());
    if (this.rest !== '') this.flush();
  }

  private append(text: string): void {
    if (this.cut) return;
    this.rest += text;
    if (this.rest.length <= this.maxLength) return;
    this.rest = this.rest.slice(0, this.maxLength);
    this.cut = true;
  }

  private flush(): void {
    const text = this.rest.endsWith('\r') ? this.rest.slice(0, -1) : this.rest;
    this.rest = '';
    this.cut = false;
    this.line(text);
  }
}
