import { sanitizeLines } from '../text/printable.js';
import type { Viewport } from '../views/view.js';
import { AppState, type AppEffects } from './app-state.js';
import type { AppSource, Stage } from './app-source.js';
import { realClock, type Clock } from './clock.js';
import { FrameLoop } from './frame-loop.js';
import { InkChrome } from './ink-chrome.js';
import { KeyDecoder, type Key } from './keys.js';
import { Painter } from './painter.js';
import { RealTerminal } from './real-terminal.js';
import { Screen } from './screen.js';
import type { Terminal } from './terminal.js';
import { theme, type ThemeName } from './theme.js';

export interface AppOptions {
  readonly source: AppSource;
  readonly theme: ThemeName;
  readonly ascii: boolean;
  /** Id of the view to begin with. */
  readonly view?: string;
  /** How often numbers may change; calm to read rather than smooth. */
  readonly fps?: number;
  /** Ends the application from outside. */
  readonly stop?: AbortSignal;
  readonly terminal?: Terminal;
  readonly clock?: Clock;
}

/** Why the application ended. The terminal is as it was before whenever this is told. */
export type AppEnd =
  | { readonly why: 'quit' | 'stopped' }
  | { readonly why: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly why: 'lost-terminal'; readonly how: string };

const DEFAULT_FPS = 4;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Terminals take no more than this as a clipboard, in base64. */
const MAX_CLIPBOARD = 74_000;
/** After this a stop that did not come is taken not to come: no shell is there to go back to. */
const STOP_WAIT_MS = 100;

/** Has the terminal until it is quit, lost or told to stop. Rejects, with the terminal given back, when something throws. */
export async function runApp(options: AppOptions): Promise<AppEnd> {
  const app = new TerminalApp(options);
  try {
    return await app.run();
  } finally {
    await app.close();
  }
}

class TerminalApp implements AppEffects {
  private readonly clock: Clock;
  private readonly terminal: Terminal;
  private readonly screen: Screen;
  private readonly chrome = new InkChrome();
  private decoder = new KeyDecoder();
  private readonly state: AppState;
  private readonly painter: Painter;
  private readonly loop: FrameLoop;
  private readonly undo: (() => void)[] = [];
  private stopListening: (() => void) | undefined;
  private cancelSilence: (() => void) | undefined;
  private revision = -1;
  private stage: Stage['kind'] | undefined;
  private second = -1;
  private suspended = false;
  private end: (end: AppEnd) => void = () => undefined;
  private fail: (error: unknown) => void = () => undefined;

  constructor(private readonly options: AppOptions) {
    this.clock = options.clock ?? realClock;
    this.terminal = options.terminal ?? new RealTerminal();
    this.screen = new Screen(this.terminal);
    const { paint } = theme(options.theme);
    const viewport: Viewport = {
      width: this.terminal.columns,
      height: this.terminal.rows,
      ascii: options.ascii,
      paint,
    };
    this.state = new AppState(options.source, this.clock, this, viewport, options.view);
    this.painter = new Painter(this.state, this.chrome, this.clock, paint, options.ascii);
    this.loop = new FrameLoop(
      this.clock,
      options.fps ?? DEFAULT_FPS,
      () => this.hasNews(),
      () => this.draw(),
    );
    this.screen.onDrained = () => this.guarded(() => this.loop.now());
  }

  run(): Promise<AppEnd> {
    return new Promise((resolve, reject) => {
      this.end = resolve;
      this.fail = reject;
      // Whatever happens from here on, the terminal is given back: this is arranged before it is taken.
      this.giveBackAtExit();
      this.onSignals();
      this.enter();
      this.guarded(() => this.loop.start());
    });
  }

  /** The terminal first, then everything else. */
  async close(): Promise<void> {
    this.loop.stop();
    this.cancelSilence?.();
    this.stopListening?.();
    await this.screen.leaveSettled(this.clock);
    await this.state.close();
    for (const undo of this.undo.splice(0).reverse()) undo();
    this.chrome.close();
  }

  quit(): void {
    this.end({ why: 'quit' });
  }

  redraw(): void {
    this.screen.invalidate();
  }

  changed(): void {
    this.guarded(() => this.loop.now());
  }

  copy(text: string): boolean {
    const coded = Buffer.from(sanitizeLines(text)).toString('base64');
    if (coded.length > MAX_CLIPBOARD) return false;
    this.screen.emit(`\u001b]52;c;${coded}\u0007`);
    return true;
  }

  suspend(): void {
    if (this.suspended) return;
    this.suspended = true;
    this.loop.stop();
    this.cancelSilence?.();
    this.stopListening?.();
    void this.screen.leaveSettled(this.clock).then(() => {
      // The default action of this signal is to stop; ours would be to come here again.
      process.off('SIGTSTP', this.suspendBySignal);
      process.kill(process.pid, 'SIGTSTP');
      const cancel = this.clock.after(STOP_WAIT_MS, () => {
        if (this.suspended) this.resume();
      });
      this.undo.push(cancel);
    });
  }

  private readonly suspendBySignal = (): void => this.suspend();

  private readonly resume = (): void => {
    if (this.suspended) {
      this.suspended = false;
      process.on('SIGTSTP', this.suspendBySignal);
    } else {
      // Stopped and continued without having been asked: the terminal may have been anyone's meanwhile.
      this.stopListening?.();
      this.screen.forget();
    }
    this.enter();
    this.guarded(() => this.loop.start());
    this.changed();
  };

  private enter(): void {
    // What was unfinished when the terminal was someone else's has no rest.
    this.cancelSilence?.();
    this.decoder = new KeyDecoder();
    this.screen.enter();
    this.stopListening = this.terminal.listen({
      input: (bytes) => this.guarded(() => this.input(bytes)),
      resized: () => this.changed(),
      lost: (how) => {
        this.screen.forget();
        this.end({ why: 'lost-terminal', how });
      },
    });
  }

  private giveBackAtExit(): void {
    const leave = () => this.screen.leave();
    process.on('exit', leave);
    // Before Node prints the error, so that it is printed where it can be read.
    process.on('uncaughtExceptionMonitor', leave);
    this.undo.push(() => process.off('exit', leave).off('uncaughtExceptionMonitor', leave));
    const { stop } = this.options;
    const stopped = () => this.end({ why: 'stopped' });
    stop?.addEventListener('abort', stopped);
    this.undo.push(() => stop?.removeEventListener('abort', stopped));
    if (stop?.aborted) stopped();
  }

  private onSignals(): void {
    const handler = (signal: NodeJS.Signals) => this.end({ why: 'signal', signal });
    for (const signal of SIGNALS) process.on(signal, handler);
    process.on('SIGTSTP', this.suspendBySignal).on('SIGCONT', this.resume);
    this.undo.push(() => {
      for (const signal of SIGNALS) process.off(signal, handler);
      process.off('SIGTSTP', this.suspendBySignal).off('SIGCONT', this.resume);
    });
  }

  private input(bytes: Uint8Array): void {
    this.obey(this.decoder.push(bytes), 0);
  }

  /** One frame for a burst of keys; `silentMs`: since when nothing has come. */
  private obey(keys: readonly Key[], silentMs: number): void {
    this.cancelSilence?.();
    const { wait } = this.decoder;
    if (wait !== undefined) {
      this.cancelSilence = this.clock.after(wait - silentMs, () => {
        // While this program was busy it was no silence: what has come meanwhile is read first.
        this.cancelSilence = this.clock.after(0, () => this.guarded(() => this.obey(this.decoder.flush(wait), wait)));
      });
    }
    for (const key of keys) this.state.key(key);
    if (silentMs === 0 || keys.length > 0) this.loop.now();
  }

  /** Something to draw that nobody asked for: news for the picture, or another second. */
  private hasNews(): boolean {
    const stage = this.options.source.stage().kind;
    if (this.state.dirty || stage === 'starting' || stage !== this.stage) return true;
    if (Math.floor(this.clock.now() / 1000) !== this.second) return true;
    return !this.state.frozen && this.options.source.revision() !== this.revision;
  }

  private draw(): void {
    const revision = this.options.source.revision();
    const stage = this.options.source.stage().kind;
    const fresh = this.state.dirty || stage !== this.stage || (!this.state.frozen && revision !== this.revision);
    const frame = this.painter.frame(this.screen.width, this.screen.height, fresh);
    this.revision = revision;
    this.stage = stage;
    this.second = Math.floor(this.clock.now() / 1000);
    this.state.dirty = false;
    this.screen.present(frame);
    if (this.options.source.bell?.()) this.screen.emit('\u0007');
  }

  /** What throws ends the application in order, not the process in the middle of it. */
  private guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.fail(error);
    }
  }
}
