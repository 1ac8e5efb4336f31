import { spawn, type ChildProcess } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { fakeFolder } from '../fakes/fake-folder.js';

export const ROOT = join(import.meta.dirname, '..', '..');
export const BIN = join(ROOT, 'dist', 'bin.js');
const LIMIT_MS = 20_000;

/** PATH with the fake tracers of one behaviour first. */
export function pathWith(behaviour: string): string {
  return [fakeFolder(behaviour), process.env.PATH ?? ''].join(delimiter);
}

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const open = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of open) child.kill('SIGKILL');
});

/** A pytrace without a terminal. `ended` rejects, and pytrace is killed, where it takes too long. */
export class Running {
  stdout = '';
  stderr = '';
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;

  constructor(file: string, args: readonly string[], env: Readonly<Record<string, string>> = {}, limitMs = LIMIT_MS) {
    this.child = spawn(file, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    open.add(this.child);
    this.child.stdout!.on('data', (chunk: Buffer) => (this.stdout += chunk.toString()));
    this.child.stderr!.on('data', (chunk: Buffer) => (this.stderr += chunk.toString()));
    this.ended = new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        this.child.kill('SIGKILL');
        reject(new Error(`${args.join(' ')} took too long.\n${this.stdout.slice(-500)}\n${this.stderr.slice(-500)}`));
      }, limitMs);
      this.child.on('error', reject);
      this.child.on('close', (code, signal) => {
        clearTimeout(late);
        open.delete(this.child);
        resolve({ code: code ?? (signal === null ? 1 : 128), stdout: this.stdout, stderr: this.stderr });
      });
    });
    this.ended.catch(() => undefined);
  }
}

export function start(args: readonly string[], env?: Readonly<Record<string, string>>): Running {
  return new Running(process.execPath, [BIN, ...args], env);
}

/** Runs pytrace to its end. */
export function pytrace(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended> {
  return start(args, env).ended;
}

/** Whether a process lives: not gone, and no zombie. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
