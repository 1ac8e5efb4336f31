import { DemoSource } from './demo-source.js';
import { FakeClock } from './fake-clock.js';
import { XtermTerminal } from './xterm-terminal.js';
import { ESCAPE_WAIT_MS } from '../../src/ui/keys.js';
import { runApp, type AppEnd, type AppOptions } from '../../src/ui/terminal-app.js';

/** The application around the demo's view, in a modelled terminal and with its own time. */
export class ModelledApp {
  readonly clock = new FakeClock();
  readonly source = new DemoSource();
  terminal = new XtermTerminal(80, 24);
  /** Undefined while it runs. */
  outcome: AppEnd | Error | undefined = { why: 'quit' };
  ended: Promise<AppEnd | Error> = Promise.resolve({ why: 'quit' });

  constructor() {
    for (let at = 0; at < 20; at++) this.source.step();
  }

  begin(columns: number, rows: number, options: Partial<AppOptions> = {}): void {
    this.terminal = new XtermTerminal(columns, rows);
    this.outcome = undefined;
    const { source, clock, terminal } = this;
    this.ended = runApp({ source, theme: 'dark', ascii: false, terminal, clock, ...options }).catch(
      (error: unknown) => error as Error,
    );
    void this.ended.then((end) => (this.outcome = end));
  }

  /** What stands on the terminal once it has taken everything in. */
  async shown(): Promise<string> {
    await this.terminal.settled();
    return this.terminal.screen.text();
  }

  async typed(keys: string): Promise<string> {
    this.terminal.type(keys);
    // Long enough for a lone Escape to be one.
    this.clock.pass(ESCAPE_WAIT_MS + 10);
    return this.shown();
  }

  async finish(): Promise<void> {
    if (this.outcome === undefined) this.terminal.type('\u0003');
    while (this.outcome === undefined) {
      this.clock.pass(10);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await this.terminal.settled();
  }
}
