import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { XtermScreen } from './xterm-screen.js';

export interface PtyOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly cwd?: string;
  /** Over the environment of this process; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

export interface WaitOptions {
  readonly timeoutMs?: number;
  /** For the message when it does not come. */
  readonly what?: string;
}

const open = new Set<Pty>();
process.on('exit', () => {
  for (const pty of open) pty.killNow();
});

/**
 * A command in a real pseudo-terminal, made by script(1), with a model of its screen. End it with `close()`, or use
 * `withPty`, which does so also when the test fails.
 */
export class Pty {
  readonly screen: XtermScreen;
  /** Exit code of the command; 128 + n where signal n ended it. */
  readonly exited: Promise<number>;
  private code: number | undefined;
  private readonly folder = mkdtempSync(join(tmpdir(), 'pytrace-pty-'));
  private readonly child: ChildProcess;
  private known: { readonly pid: number; readonly device: string } | undefined;

  constructor(command: readonly string[], options: PtyOptions = {}) {
    const columns = options.columns ?? 120;
    const rows = options.rows ?? 36;
    this.screen = new XtermScreen(columns, rows);
    const about = quoted(join(this.folder, 'about'));
    // The shell becomes the command, so that its process id and exit code are the command's.
    const line = `stty rows ${rows} cols ${columns}; echo "$$ $(tty)" >${about}; exec ${command.map(quoted).join(' ')}`;
    // Continuous integration must not change what is drawn, nor the colours of this terminal.
    const env: NodeJS.ProcessEnv = {
      ...process.env,
      CI: 'false',
      TERM: 'xterm-256color',
      LANG: 'C.UTF-8',
      SHELL: '/bin/sh',
    };
    for (const name of ['LC_ALL', 'LC_CTYPE', 'NO_COLOR', 'FORCE_COLOR', 'COLORFGBG', 'NODE_ENV']) delete env[name];
    for (const [name, value] of Object.entries(options.env ?? {})) {
      if (value === undefined) delete env[name];
      else env[name] = value;
    }
    this.child = spawn('script', ['-q', '-f', '-e', '-c', line, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env,
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    });
    this.child.stdout!.on('data', (bytes: Buffer) => this.screen.write(bytes));
    this.child.stdin!.on('error', () => undefined);
    this.exited = new Promise((resolve, reject) => {
      this.child.on('error', reject);
      this.child.on('close', (code, signal) => {
        this.code = code ?? (signal === null ? 1 : 128);
        resolve(this.code);
      });
    });
    // Who does not wait for the end is not to be told of it as of an error nobody handled.
    this.exited.catch(() => undefined);
    open.add(this);
  }

  /** Process id of the command itself. */
  get pid(): number {
    return this.about().pid;
  }

  type(keys: string): void {
    this.child.stdin!.write(keys);
  }

  resize(columns: number, rows: number): void {
    this.screen.resize(columns, rows);
    spawnSync('stty', ['-F', this.about().device, 'rows', String(rows), 'cols', String(columns)]);
  }

  /** The terminal's modes, as stty(1) tells them. */
  modes(): string {
    return spawnSync('stty', ['-F', this.about().device, '-a'], { encoding: 'utf8' }).stdout;
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  /** Reads no more of what is written, as on a line that has stalled. */
  stall(): void {
    this.child.stdout!.pause();
  }

  /** Takes the terminal away, as when a window is closed. */
  hangUp(): void {
    this.child.kill('SIGKILL');
  }

  async waitFor(seen: (screen: XtermScreen) => boolean, options: WaitOptions = {}): Promise<void> {
    const until = Date.now() + (options.timeoutMs ?? 15_000);
    while (!(await this.settledAnd(seen))) {
      const gone = this.code !== undefined;
      if (gone || Date.now() > until) {
        const why = gone ? `the command ended with ${this.code}` : 'time is over';
        throw new Error(
          `${options.what ?? 'what was waited for'} did not come: ${why}. The screen:\n${this.screen.text()}`,
        );
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  waitForText(text: string | RegExp, options: WaitOptions = {}): Promise<void> {
    const found = (shown: string) => (typeof text === 'string' ? shown.includes(text) : text.test(shown));
    return this.waitFor((screen) => found(screen.text()), { what: String(text), ...options });
  }

  /** The exit code, waited for a bounded time. */
  async exit(timeoutMs = 15_000): Promise<number> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`still running. The screen:\n${this.screen.text()}`)), timeoutMs);
    });
    const code = await Promise.race([this.exited, late]).finally(() => clearTimeout(timer));
    await this.settledAnd(() => true);
    return code;
  }

  /** Ends the command if it still runs. */
  async close(): Promise<void> {
    this.killNow();
    await this.exited.catch(() => undefined);
    rmSync(this.folder, { recursive: true, force: true });
    open.delete(this);
  }

  killNow(): void {
    // Once it has been waited for, its process id may be someone else's.
    if (this.code === undefined) {
      try {
        process.kill(this.about().pid, 'SIGKILL');
      } catch {
        // Not begun yet, or gone: then the end of its terminal is enough.
      }
    }
    this.child.kill('SIGKILL');
  }

  private about(): { readonly pid: number; readonly device: string } {
    if (!this.known) {
      const [pid, device] = readFileSync(join(this.folder, 'about'), 'utf8').trim().split(' ');
      if (device === undefined) throw new Error('the command has not begun yet');
      this.known = { pid: Number(pid), device };
    }
    return this.known;
  }

  private settledAnd(seen: (screen: XtermScreen) => boolean): Promise<boolean> {
    return new Promise((resolve) => this.screen.terminal.write('', () => resolve(seen(this.screen))));
  }
}

/** Runs a command in a terminal for as long as `body` takes. */
export async function withPty<T>(
  command: readonly string[],
  options: PtyOptions,
  body: (pty: Pty) => Promise<T>,
): Promise<T> {
  const pty = new Pty(command, options);
  try {
    return await body(pty);
  } finally {
    await pty.close();
  }
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}
