// What a story is given: `t`, with targets, tracers and pytrace itself to start. Whatever a story starts is gone when
// it ends, however it ends. How to write a story: see README.md beside this file.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const checkout = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** `command` starts the interpreter under the pid that is spawned; `elf` is the file that has the probes. */
export const pythons = {
  3.9: { command: '/usr/local/bin/python3.9', elf: '/opt/python3.9/usr/bin/python3.9' },
  3.11: { command: '/usr/local/bin/python3.11', elf: '/opt/python3.11/usr/bin/python3.11' },
  3.13: { command: '/usr/bin/python3.13', elf: '/usr/bin/python3.13' },
  3.14: { command: '/usr/bin/python3.14', elf: '/usr/bin/python3.14' },
  3.15: { command: '/usr/bin/python3.15', elf: '/usr/bin/python3.15' },
};

/**
 * What a story's `engines` can name: the engine's id, the place where it runs unless `@` says another, and the folder
 * of an edition that stands before all others on PATH.
 */
export const editions = {
  dtrace: { engine: 'dtrace', place: 'chroot' },
  stap: { engine: 'stap', place: 'vm' },
  bpftrace: { engine: 'bpftrace', place: 'chroot' },
  'bpftrace-0.17': { engine: 'bpftrace', place: 'chroot', folder: '/opt/bpftrace-0.17/bin' },
};

/** PATH as the stories of an edition have it. */
export const pathOf = ({ folder }) => [...(folder ? [folder] : []), process.env.PATH].join(delimiter);

/**
 * stap's arguments for one of pytrace's own scripts as pytrace itself gives them, less what differs from run to run. The
 * engine is asked, so that the module compiled beforehand is the one that pytrace will look for.
 */
export async function viewModule(script, elf) {
  const exports = await import(join(checkout, 'dist/engines/stap.js'));
  const engine = Object.values(exports).find((value) => value?.id === 'stap');
  const target = { pid: 1, exe: elf, python: { elf: { path: elf } } };
  // Scripts that print sums are compiled with further limits; what the values are does not count.
  const sums = ['top', 'objects', 'objects-alloc'].includes(script);
  const parameters = sums ? [{ name: 'interval_ms', value: 0 }] : [];
  const request = { script, target, parameters, sudo: false };
  const { args } = engine.command({ id: 'stap', path: 'stap', version: '' }, request);
  // The value of -x does not count, but the executable of a live process does: without it stap takes that of the script.
  const at = args.indexOf('-x');
  return at < 0 ? args : args.toSpliced(at, 2);
}

export class Skipped extends Error {}

/**
 * A UTS namespace (its own host name, which nobody asks for) of one run of a story. Whatever is started in it stays in it,
 * also through sudo and where the environment is not handed on: so it can be told what a story has left running.
 */
class Home {
  constructor() {
    // Ends with us, by its stdin.
    const keeper = spawn('unshare', ['--uts', 'cat'], { stdio: ['pipe', 'ignore', 'inherit'] });
    this.keeper = keeper.pid;
    this.close = () => keeper.stdin.end();
    const file = `/proc/${keeper.pid}/ns/uts`;
    const ours = readlinkSync('/proc/self/ns/uts');
    for (const end = Date.now() + 10_000; (this.name = readlinkSync(file)) === ours;) {
      if (Date.now() > end) throw new Error('no namespace could be made');
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
    /** What goes before a command; it executes that in its own place. */
    this.prefix = ['nsenter', `--uts=${file}`, '--'];
  }

  has(pid) {
    return Number(pid) !== this.keeper && readlinkSync(`/proc/${pid}/ns/uts`) === this.name;
  }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A started process: its output so far, ways to wait for more of it, and its end. */
class Started {
  stdout = '';
  stderr = '';
  /** null while it runs, then { code, signal }. */
  ended = null;
  #wakers = new Set();

  /** Every limit is multiplied by `patience`. */
  constructor(file, args, patience, options) {
    this.patience = patience;
    this.name = [file, ...args].join(' ');
    const [command, ...words] = [...options.prefix, file, ...args];
    this.child = spawn(command, words, { cwd: options.cwd, env: options.env, stdio: 'pipe', detached: true });
    this.pid = this.child.pid;
    const take = (stream) => (text) => {
      this[stream] += text;
      this.#wake();
    };
    this.child.stdout.setEncoding('utf8').on('data', take('stdout'));
    this.child.stderr.setEncoding('utf8').on('data', take('stderr'));
    this.child.stdin.on('error', () => {});
    this.child.on('error', (error) => {
      this.stderr += `${error.message}\n`;
      this.#finish({ code: 127, signal: null });
    });
    this.child.on('close', (code, signal) => this.#finish({ code, signal }));
  }

  #finish(how) {
    this.ended ??= how;
    this.#wake();
  }

  #wake() {
    for (const waker of this.#wakers) waker();
  }

  /** The complete lines of stdout so far. */
  get lines() {
    return this.stdout.split('\n').slice(0, -1);
  }

  /** The complete lines of stdout so far, each parsed; a line that is not JSON throws and says which. */
  get json() {
    return this.lines.map((line) => {
      try {
        return JSON.parse(line);
      } catch {
        throw new Error(`not a JSON line: ${line}`);
      }
    });
  }

  /** Resolves with the first truthy value `look` gives, asked anew after each output; rejects at the end or in time. */
  async when(look, ms = 10_000, what = 'what was awaited') {
    const value = look();
    if (value) return value;
    let waker, timer;
    try {
      return await new Promise((resolve, reject) => {
        const give = (sentence) => reject(new Error(`${sentence}\n${this.report()}`));
        const limit = ms * this.patience;
        timer = setTimeout(() => give(`${what} did not come in ${limit} ms`), limit);
        waker = () => {
          try {
            const found = look();
            if (found) resolve(found);
            else if (this.ended) give(`it ended before ${what} came`);
          } catch (error) {
            reject(error);
          }
        };
        this.#wakers.add(waker);
        waker();
      });
    } finally {
      clearTimeout(timer);
      this.#wakers.delete(waker);
    }
  }

  /** Resolves with the match of `pattern` in stdout. */
  see(pattern, ms) {
    return this.when(() => pattern.exec(this.stdout), ms, `${pattern} on stdout`);
  }

  /** Resolves with the match of `pattern` in stderr. */
  seeError(pattern, ms) {
    return this.when(() => pattern.exec(this.stderr), ms, `${pattern} on stderr`);
  }

  /** Resolves once it has ended and its output is complete. */
  async end(ms = 15_000) {
    await this.when(() => this.ended, ms, 'the end');
    return this;
  }

  get code() {
    return this.ended?.code ?? null;
  }

  get signal() {
    return this.ended?.signal ?? null;
  }

  /** Writes a line to its stdin. */
  say(text) {
    this.child.stdin.write(`${text}\n`);
  }

  /** Sends it a signal: the process alone, not its group. */
  kill(signal = 'SIGTERM') {
    if (!this.ended) this.child.kill(signal);
  }

  report() {
    const tail = (text) => (text.length > 1500 ? `…${text.slice(-1500)}` : text).trimEnd();
    const state = this.ended ? `ended, code ${this.code}, signal ${this.signal}` : 'running';
    return `of ${this.name} (pid ${this.pid}, ${state})\nstdout: ${tail(this.stdout)}\nstderr: ${tail(this.stderr)}`;
  }
}

/** Makes the `t` of one run of a story, and `cleanup`, which ends everything it started and says what had to be killed. */
export function kit({ edition, version, place, lanes = 1 }) {
  const { engine } = editions[edition];
  const dir = mkdtempSync(join(tmpdir(), 'pytrace-story-'));
  // Every limit below is given in milliseconds of a real machine with nothing else to do. An emulated one is several
  // times slower, and stories that run side by side share theirs.
  const slow = place === 'vm' ? 6 : 1;
  const patience = slow * lanes;
  const home = new Home();
  const path = pathOf(editions[edition]);
  const baseEnv = { ...process.env, PATH: path, PYTHONDONTWRITEBYTECODE: '1' };
  const started = [];
  const targets = new Set();
  let files = 0;

  /** Processes of this story that are still there. */
  function alive() {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        try {
          if (!home.has(name)) return [];
          if (/^State:\s*Z/m.test(readFileSync(`/proc/${name}/status`, 'latin1'))) return [];
          const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').join(' ').trim();
          return [{ pid: Number(name), command }];
        } catch {
          return []; // gone meanwhile
        }
      });
  }

  const t = {
    engine,
    edition,
    version,
    place,
    slow,
    patience,
    dir,
    python: pythons[version].command,
    elf: pythons[version].elf,
    sleep: (ms) => sleep(ms * patience),
    skip(reason) {
      throw new Skipped(reason);
    },

    /** Resolves with the first truthy value of `look`, asked every 50 ms. */
    async until(look, ms = 5000, what = 'what was awaited') {
      for (const end = Date.now() + ms * patience; ; await sleep(50)) {
        const value = await look();
        if (value) return value;
        if (Date.now() > end) throw new Error(`${what} did not come in ${ms * patience} ms`);
      }
    },

    /** Starts a program; `env` adds to the environment. */
    start(file, args = [], { env = {}, cwd = dir } = {}) {
      const process = new Started(file, args.map(String), patience, {
        prefix: home.prefix,
        cwd,
        env: { ...baseEnv, ...env },
      });
      started.push(process);
      return process;
    },

    /** Writes a file into the story's own folder. */
    file(name, text) {
      const path = join(dir, name);
      writeFileSync(path, text);
      return path;
    },

    /**
     * A Python program to trace, ready when it has printed `ready` on a line of its own. `program` is its text (several
     * lines) or a path below the checkout. Let it wait in input() and `say('go')` once the tracer is armed.
     */
    async target(program, { args = [], env = {}, python = t.python, ready = /^ready$/m } = {}) {
      const path = program.includes('\n') ? t.file(`target${files++ || ''}.py`, program) : join(checkout, program);
      const target = t.start(python, ['-u', path, ...args], { env });
      targets.add(target.pid);
      await target.see(ready, 10_000);
      return target;
    },

    /** pytrace, started and left running. */
    startPytrace(args, options) {
      return t.start(process.execPath, [join(checkout, 'dist/bin.js'), ...args], options);
    },

    /** pytrace, run to its end. */
    pytrace(args, { timeout = 30_000, ...options } = {}) {
      const run = t.startPytrace(args, options);
      run.child.stdin.end();
      return run.end(timeout);
    },

    /** dtrace itself on a D program. */
    dtrace(program, args = []) {
      return t.start('dtrace', ['-q', '-x', 'syslibdir=/dtrace-lib', '-s', t.file('story.d', program), ...args]);
    },

    /** bpftrace itself on a program, narrowed to a process; `args` are its $1, $2… */
    bpftrace(program, { args = [], pid }) {
      return t.start('bpftrace', ['-q', '--no-warnings', '-p', pid, t.file('story.bt', program), ...args]);
    },

    /** stap itself on a script below the checkout, listed in the story's `modules` with the same arguments. */
    stap(script, { args = [], pid } = {}) {
      return t.start('stap', [...(pid ? ['-x', pid] : []), join(checkout, script), ...args]);
    },

    /** Has the target do something small (`say(word)`) until the tracer's stdout shows `pattern`: then it is armed. */
    async armed(tracer, target, pattern, { word = 'tick', ms = 20_000 } = {}) {
      const nudge = setInterval(() => target.say(word), 200);
      try {
        return await tracer.see(pattern, ms);
      } finally {
        clearInterval(nudge);
      }
    },

    /** Whatever this story started and is still there, its targets left out: [] is what a clean end leaves. */
    leftovers: () => alive().filter(({ pid }) => !targets.has(pid)),

    /** The kernel's dynamic user probes, one a line: dtrace's own pair stays behind after SIGKILL. */
    uprobes: () => readFileSync('/sys/kernel/tracing/uprobe_events', 'utf8').split('\n').filter(Boolean),
  };

  async function cleanup() {
    for (const process of started) if (!targets.has(process.pid)) process.kill('SIGTERM');
    // A tracer needs some seconds to take its probes out; after SIGKILL some stay in the kernel.
    const end = Date.now() + (place === 'vm' ? 40_000 : 12_000) * lanes;
    while (Date.now() < end && t.leftovers().length > 0) await sleep(50);
    const killed = t.leftovers();
    const kill = (which) => {
      for (const { pid, command } of alive()) {
        if (!which(command)) continue;
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // gone meanwhile
        }
      }
    };
    if (killed.length > 0) {
      // The tracers first: their guards take out of the kernel what they leave.
      kill((command) => /^\S*(dtrace|stap|stapio|bpftrace)\b/.test(command));
      await sleep(3000);
    }
    kill(() => true);
    await Promise.all(started.map((one) => one.when(() => one.ended, 5000, 'the end').catch(() => {})));
    home.close();
    rmSync(dir, { recursive: true, force: true });
    return killed;
  }

  return { t, cleanup };
}
