import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { fakeEngine, has } from '../../test/fakes/request.js';
import { guarded } from './guard.js';
import { isAlive } from './left-behind.js';

interface Guarded {
  readonly child: ChildProcess;
  readonly engine: Promise<number>;
  /** stdout shows that. */
  shown(text: string): Promise<void>;
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** Processes of a session that live, in the order of their start. */
function membersOf(session: number): { readonly pid: number; readonly parent: number }[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids
    .flatMap((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ');
        const [parent, , of] = stat.slice(1).map(Number);
        return of === session && stat[0] !== 'Z' ? [{ pid: Number(pid), parent, started: Number(stat[19]) }] : [];
      } catch {
        return []; // ended meanwhile
      }
    })
    .sort((a, b) => a.started - b.started || a.pid - b.pid);
}

const sessions: number[] = [];
// A test that fails leaves nobody standing.
afterEach(() => {
  for (const { pid } of sessions.splice(0).flatMap(membersOf)) process.kill(pid, 'SIGKILL');
});

/** `before`: shell commands that the guard begins with; `tools`: its PATH. */
function start(shell: readonly string[], behaviour: string, libdir = '', own = '', before = '', tools = ''): Guarded {
  const call = [fakeEngine('dtrace', behaviour).path!, '-s', 'calls.d', '4321', '', 'a b'];
  const args = [...guarded('dtrace', libdir, call, own, undefined, tools).args];
  args[1] = `${before}\n${args[1]}`;
  const child = spawn(shell[0], [...shell.slice(1), ...args], { detached: true, stdio: 'pipe' });
  sessions.push(child.pid!);
  let stdout = '';
  let stderr = '';
  let look = (): void => undefined;
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    look();
  });
  child.stdin.on('error', () => undefined);
  return {
    child,
    engine: new Promise((resolve) => {
      child.stderr.on('data', (chunk: Buffer) => {
        stderr += chunk.toString();
        const pid = /^pytrace-guard: engine (\d+)\n/.exec(stderr);
        if (pid !== null) resolve(Number(pid[1]));
      });
    }),
    shown: (text) =>
      new Promise((resolve) => {
        look = () => stdout.includes(text) && resolve();
        look();
      }),
    ended: new Promise((resolve) => child.once('close', (code) => resolve({ code, stdout, stderr }))),
  };
}

const shells = [['sh'], ['dash'], ['busybox', 'sh'], ['bash', '--posix']].filter(([program]) => has(program));

for (const shell of shells) {
  describe(`the guard in ${shell.join(' ')}`, () => {
    it('stops in order when told to, and passes the status on', async () => {
      const guard = start(shell, 'good');
      const engine = await guard.engine;
      await guard.shown('main');
      guard.child.stdin!.end('stop\n');
      const end = await guard.ended;
      expect(end.code).toBe(0);
      expect(end.stdout).toMatch(/\nZ\t\d+\t\d+\n\n$/);
      expect(end.stderr).toBe(`pytrace-guard: engine ${engine}\npytrace-guard: clean\n`);
    });

    it('ends a program that pytrace has started and still holds, when pytrace dies', async () => {
      const held = spawn('sleep', ['100'], { stdio: 'ignore' });
      const gone = new Promise((resolve) => held.once('exit', (_code, signal) => resolve(signal)));
      held.kill('SIGSTOP');
      const started = (pid: number): string => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')[19];
      const other = start(shell, 'good', '', `${held.pid!}:1`);
      await other.shown('main');
      other.child.stdin!.end();
      await other.ended;
      expect(isAlive(held.pid!)).toBe(true);
      const guard = start(shell, 'good', '', `${held.pid!}:${started(held.pid!)}`);
      await guard.shown('main');
      guard.child.stdin!.end();
      expect(await gone).toBe('SIGTERM');
      await guard.ended;
    });

    it('kills what ignores SIGTERM within 2 s when the lifeline breaks, even stopped', async () => {
      const guard = start(shell, 'ignores-term');
      const engine = await guard.engine;
      await guard.shown('main');
      process.kill(engine, 'SIGSTOP');
      const before = performance.now();
      guard.child.stdin!.destroy();
      expect((await guard.ended).code).toBe(137);
      expect(performance.now() - before).toBeLessThan(2_500);
      expect(isAlive(engine)).toBe(false);
    });

    it('kills only what stands: within close(2) it would leave its probe in the target', async () => {
      const log = path.join(mkdtempSync(path.join(os.tmpdir(), 'pytrace-')), 'kills');
      // Writes down in which state each process was that got a signal.
      const spy = `kill() { read -r seen <"/proc/$2/stat"; echo "$1 $2 \${seen##*) }" >>'${log}'; command kill "$@"; }`;
      const guard = start(shell, 'ignores-term', '', '', spy);
      const engine = await guard.engine;
      await guard.shown('main');
      guard.child.stdin!.destroy();
      expect((await guard.ended).code).toBe(137);
      const kills = readFileSync(log, 'utf8').match(new RegExp(`^-(?:TERM|STOP|KILL) ${engine} .`, 'gm'));
      expect(kills).toEqual([expect.stringMatching(/^-TERM/), expect.stringMatching(/^-STOP/), `-KILL ${engine} T`]);
    });

    it('continues a stopped engine so that it ends in order', async () => {
      const guard = start(shell, 'good');
      const engine = await guard.engine;
      await guard.shown('main');
      process.kill(engine, 'SIGSTOP');
      guard.child.stdin!.destroy();
      const end = await guard.ended;
      expect(end.code).toBe(0);
      expect(end.stdout).toMatch(/\nZ\t/);
    });

    const victims = ['guard', 'watcher', 'waker', 'engine'] as const;
    it.each(victims)('ends, engine and all, when its %s was stopped and then pytrace dies', async (victim) => {
      const guard = start(shell, 'good');
      const engine = await guard.engine;
      await guard.shown('main');
      const own = guard.child.pid!;
      // In the order in which they were started.
      const [watcher, waker] = membersOf(own).filter(({ parent, pid }) => parent === own && pid !== engine);
      process.kill({ guard: own, watcher: watcher.pid, waker: waker.pid, engine }[victim], 'SIGSTOP');
      guard.child.stdin!.destroy();
      const end = await guard.ended;
      expect(end.stderr).toBe(`pytrace-guard: engine ${engine}\npytrace-guard: clean\n`);
      expect(isAlive(engine)).toBe(false);
      await expect.poll(() => membersOf(own), { timeout: 3_000 }).toEqual([]);
    });

    it('continues a sudo that was stopped, and is rid of it', async () => {
      const sudo = path.join(mkdtempSync(path.join(os.tmpdir(), 'pytrace-')), 'sudo');
      writeFileSync(sudo, '#!/bin/sh\n"$@"\nexit $?\n', { mode: 0o755 });
      const guard = start([sudo, ...shell], 'good');
      await guard.engine;
      await guard.shown('main');
      process.kill(guard.child.pid!, 'SIGSTOP');
      guard.child.stdin!.destroy();
      expect((await guard.ended).code).toBe(0);
    });

    it('goes on when it is stopped, and sees the end of its engine', async () => {
      const guard = start(shell, 'good');
      const engine = await guard.engine;
      await guard.shown('main');
      process.kill(guard.child.pid!, 'SIGSTOP');
      process.kill(engine, 'SIGKILL');
      expect((await guard.ended).code).toBe(137);
    });

    it('leaves none of its parts when it is killed', async () => {
      const guard = start(shell, 'good');
      const engine = await guard.engine;
      await guard.shown('main');
      process.kill(guard.child.pid!, 'SIGKILL');
      guard.child.stdin!.destroy();
      await expect.poll(() => membersOf(guard.child.pid!), { timeout: 3_000 }).toEqual([]);
      expect(isAlive(engine)).toBe(false);
    });

    it('finds its own tools where it is told to', async () => {
      const trap = mkdtempSync(path.join(os.tmpdir(), 'pytrace-trap-'));
      const seen = path.join(trap, 'seen');
      for (const tool of ['sleep', 'cat', 'rm', 'tr', 'ln', 'stty', 'sh'])
        writeFileSync(path.join(trap, tool), `#!/bin/sh\necho "$0" >>'${seen}'\n`, { mode: 0o755 });
      const folder = mkdtempSync(path.join(os.tmpdir(), 'pytrace-'));
      mkdirSync(path.join(folder, 'proc'));
      const guard = start(shell, 'ignores-term', folder, '', `PATH='${trap}'`, '/usr/bin:/bin');
      await guard.shown('main');
      guard.child.stdin!.destroy();
      await guard.ended;
      expect(existsSync(folder)).toBe(false);
      expect(existsSync(seen)).toBe(false);
    });

    it('survives signals and removes only its own folder', async () => {
      const libdir = mkdtempSync(path.join(os.tmpdir(), 'pytrace-'));
      symlinkSync('/nowhere', path.join(libdir, 'bpf_dlib.o'));
      const guard = start(shell, 'dies', libdir);
      const engine = await guard.engine;
      await guard.shown('A\t');
      for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGPIPE', 'SIGQUIT'] as const) {
        process.kill(guard.child.pid!, signal);
        // let the shell take each by itself: pending ones of a kind merge
        await guard.shown('R\t');
      }
      expect(isAlive(engine)).toBe(true);
      expect((await guard.ended).code).toBe(1);
      expect(existsSync(libdir)).toBe(false);
    });

    it('cleans up though nobody reads its messages any more', async () => {
      const guard = start(shell, 'good');
      const engine = await guard.engine;
      await guard.shown('main');
      guard.child.stdout!.destroy();
      guard.child.stderr!.destroy();
      guard.child.stdin!.destroy();
      await guard.ended;
      expect(isAlive(engine)).toBe(false);
    });
  });
}
