import type { Terminal, TerminalListener } from '../../src/ui/terminal.js';
import { XtermScreen } from './xterm-screen.js';

/** A terminal without a terminal: what is written can be looked at, what is typed comes from the test. */
export class XtermTerminal implements Terminal {
  readonly screen: XtermScreen;
  raw = false;
  writes = 0;
  /** While true, nothing that is written leaves: as on a line that has stopped. */
  stopped = false;
  private readonly held: (() => void)[] = [];
  private listener: TerminalListener | undefined;

  constructor(
    public columns: number,
    public rows: number,
  ) {
    this.screen = new XtermScreen(columns, rows);
  }

  write(data: string, done: () => void): void {
    this.writes++;
    if (this.stopped) this.held.push(() => this.screen.write(data, done));
    else this.screen.write(data, done);
  }

  writeNow(data: string): void {
    this.screen.write(data);
  }

  go(): void {
    this.stopped = false;
    for (const send of this.held.splice(0)) send();
  }

  setRaw(raw: boolean): void {
    this.raw = raw;
  }

  listen(listener: TerminalListener): () => void {
    this.listener = listener;
    return () => (this.listener = undefined);
  }

  get listening(): boolean {
    return this.listener !== undefined;
  }

  type(keys: string): void {
    this.listener?.input(Buffer.from(keys));
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    this.screen.resize(columns, rows);
    this.listener?.resized();
  }

  lose(): void {
    this.listener?.lost('EIO');
  }

  /** Until everything written has been taken in. */
  async settled(): Promise<void> {
    await new Promise<void>((resolve) => this.screen.terminal.write('', resolve));
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
