import { execa } from 'execa';

/** The only file that starts children: arguments as arrays, no shell between, in the main thread. */

/** Where they run: the folder that we were started in may be gone, and a tracer has no use for it. */
const cwd = '/';

export interface GuardedChild {
  /** The guard's pid, undefined where the start failed. */
  readonly pid: number | undefined;
  /** Says `stop` and closes the lifeline; harmless when repeated. Continues what was stopped of its session. */
  stop(): void;
  /** Resolves, never rejects, when the process is gone and both pipes are at their end. */
  readonly done: Promise<ChildEnd>;
}

export interface ChildEnd {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** Why it could not be started at all; '' otherwise. */
  readonly startError: string;
}

/**
 * Starts a program, its stdin held open as a lifeline. Chunks are handed over as they come. `detached` gives it a
 * session of its own; `env` is its whole environment.
 * `onExit` is told when the program itself is gone, although others may still hold its pipes and `done` has to wait.
 */
export function startChild(
  file: string,
  args: readonly string[],
  onStdout: (chunk: Uint8Array) => void,
  onStderr: (chunk: Uint8Array) => void,
  onExit: () => void,
  detached: boolean,
  env: NodeJS.ProcessEnv,
): GuardedChild {
  const child = execa(file, [...args], {
    cwd,
    env,
    extendEnv: false,
    buffer: false,
    encoding: 'buffer',
    reject: false,
    detached,
    // execa must not kill it on our exit, since the closed lifeline stops it in good order.
    cleanup: false,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  child.stdout.on('data', onStdout);
  child.stderr.on('data', onStderr);
  // EPIPE when the guard is already gone: `done` tells that better.
  child.once('exit', onExit);
  child.stdin.on('error', () => undefined);
  let stopped = false;
  return {
    pid: child.pid,
    stop() {
      if (stopped) return;
      stopped = true;
      child.stdin.end('stop\n');
      try {
        if (detached && child.pid !== undefined) process.kill(-child.pid, 'SIGCONT');
      } catch {
        // gone
      }
    },
    done: child.then((result) => ({
      exitCode: result.exitCode,
      signal: result.signal,
      startError: child.pid === undefined ? (result.shortMessage ?? `could not start ${file}`) : '',
    })),
  };
}

export interface BriefRun {
  /** stdout and stderr together, at most 64 KB. */
  readonly output: string;
  readonly exitCode: number | undefined;
  readonly timedOut: boolean;
}

/** Runs a program that should answer at once. One that hangs, floods or leaves children on its pipes is left behind. */
export async function runBriefly(
  file: string,
  args: readonly string[],
  timeoutMs: number,
  env: NodeJS.ProcessEnv,
): Promise<BriefRun> {
  const child = execa(file, [...args], {
    cwd,
    all: true,
    reject: false,
    detached: true,
    cleanup: true,
    stdin: 'ignore',
    maxBuffer: 65_536,
    env: { ...env, LC_ALL: 'C' },
    extendEnv: false,
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<BriefRun>((resolve) => {
    timer = setTimeout(() => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      } catch {
        // gone in the meantime
      }
      // A grandchild in a session of its own may hold the pipes for ever: do not wait for them, nor stay alive for them.
      child.stdout.destroy();
      child.stderr.destroy();
      child.unref();
      resolve({ output: '', exitCode: undefined, timedOut: true });
    }, timeoutMs);
  });
  const done = child.then((result) => ({ output: result.all ?? '', exitCode: result.exitCode, timedOut: false }));
  try {
    return await Promise.race([done, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Runs a program on our own terminal (a password prompt) and gives its exit status; 127 where it cannot be started. */
export async function runOnTerminal(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const result = await execa(file, [...args], { cwd, env, extendEnv: false, stdio: 'inherit', reject: false });
  return result.exitCode ?? (result.signal === undefined ? 127 : 1);
}
