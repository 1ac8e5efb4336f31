import xterm from '@xterm/headless';

/** What a terminal shows after the bytes that it was sent. */
export class XtermScreen {
  readonly terminal: xterm.Terminal;
  /** All that was ever sent: for what must never be in it. */
  sent = '';

  constructor(columns: number, rows: number) {
    this.terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 });
  }

  write(data: string | Uint8Array, done?: () => void): void {
    this.sent += typeof data === 'string' ? data : Buffer.from(data).toString('latin1');
    this.terminal.write(data, done);
  }

  resize(columns: number, rows: number): void {
    this.terminal.resize(columns, rows);
  }

  /** The rows in sight, without their colours and without spaces at their ends. */
  lines(): string[] {
    const { active } = this.terminal.buffer;
    const lines: string[] = [];
    for (let row = 0; row < this.terminal.rows; row++) {
      lines.push((active.getLine(active.baseY + row)?.translateToString(true) ?? '').trimEnd());
    }
    return lines;
  }

  text(): string {
    return this.lines().join('\n');
  }

  /** Rows that have scrolled out of sight on the normal screen. */
  scrollback(): number {
    return this.terminal.buffer.normal.baseY;
  }

  alternate(): boolean {
    return this.terminal.buffer.active.type === 'alternate';
  }
}
