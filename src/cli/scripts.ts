import { readFileSync } from 'node:fs';
import { engines } from '../engines/choose.js';
import type { TraceRequest } from '../engines/engine.js';
import { findForRoot, readHost } from '../engines/find-engine.js';
import { findTarget } from '../target/find.js';
import { inspectTarget, needsFrames } from '../target/inspect.js';
import type { Target } from '../target/target.js';
import { ExitCode, UserError } from '../target/user-error.js';
import { sanitize, sanitizeStart } from '../text/printable.js';
import { viewOfScript } from '../views/registry.js';
import { parseOptions } from './options.js';
import { bundledScripts, type BundledScript } from './bundled-scripts.js';
import { shellLine } from '../text/shell-quote.js';
import { standardOutput } from './stdout.js';

/** Lists the bundled scripts, or prints one with the command that would run it. Returns the exit status. */
export async function scripts(words: readonly string[], raw: Readonly<Record<string, unknown>>): Promise<number> {
  const all = bundledScripts().filter(({ engine }) => raw['engine'] === undefined || engine === raw['engine']);
  const [verb, name, ...rest] = words;
  if (verb === undefined) {
    if (raw['target'] !== undefined)
      throw new UserError('--target needs a script: pytrace scripts show calls --target PID', ExitCode.usage);
    standardOutput.write(listing(all));
    return ExitCode.ok;
  }
  if (verb !== 'show' || name === undefined || rest.length > 0) {
    const what =
      verb === 'show' && name === undefined
        ? 'show needs the name of a script'
        : `${sanitizeStart(words.join(' '), 60)} is not understood`;
    throw new UserError(`${what}: say pytrace scripts, or pytrace scripts show ${known(all)}.`, ExitCode.usage);
  }
  const script = all.find((each) => each.name === name.replace(/\.(?:d|stp|bt)$/, ''));
  if (script === undefined)
    throw new UserError(`There is no script ${sanitizeStart(name, 60)}: there is ${known(all)}.`, ExitCode.usage);
  for (const line of await commandLines(script, raw['target'])) process.stderr.write(`# ${sanitize(line)}\n`);
  standardOutput.write(readFileSync(script.path, 'utf8'));
  return ExitCode.ok;
}

const known = (all: readonly BundledScript[]): string => [...new Set(all.map(({ name }) => name))].join(', ') || 'none';

function listing(all: readonly BundledScript[]): string {
  const width = (of: (script: BundledScript) => string, least: number): number =>
    Math.max(least, ...all.map((script) => of(script).length));
  const name = width((script) => script.name, 4);
  const engine = width((script) => script.engine, 6);
  const summary = width((script) => script.summary, 7);
  const row = (cells: readonly [string, string, string, string]): string =>
    `${cells[0].padEnd(name)}  ${cells[1].padEnd(engine)}  ${cells[2].padEnd(summary)}  ${cells[3]}\n`;
  return (
    row(['NAME', 'ENGINE', 'SUMMARY', 'PATH']) +
    all.map((script) => row([script.name, script.engine, script.summary, script.path])).join('')
  );
}

/** Stand for a process that is not named: no process has this id or this file. */
const NO_PID = 4_194_305;
const NO_ELF = '/path/to/python3';

/** What pytrace would run, and what is to be known of it. On standard error, so that standard output is the script alone. */
async function commandLines(script: BundledScript, word: unknown): Promise<string[]> {
  const engine = engines.find(({ id }) => id === script.engine)!;
  const facts = { id: script.engine, host: await readHost(true), ...(await findForRoot(script.engine)), version: '' };
  const target = typeof word === 'string' ? inspectTarget(findTarget(word)) : placeholder();
  const choice = viewOfScript(script.name)?.script(target, parseOptions({}));
  // A view may have another script for this target.
  const chosen = choice?.script === script.name || choice?.smallScript === script.name ? choice : undefined;
  const holds = chosen?.ptrace !== undefined;
  const request: TraceRequest = {
    parameters: chosen?.parameters ?? [],
    script: script.name,
    target,
    sudo: false,
    ptrace: holds ? 'allowed' : 'never',
  };
  const { file, args, env } = engine.command(facts, request);
  const known = args.map((arg) => arg.replaceAll(String(NO_PID), 'PID'));
  const before = chosen?.lineSemaphore ?? [];
  const lines = [`${script.engine} ${script.path}, run as root by:`, shellLine(env, [...before, file, ...known])];
  if (script.engine === 'dtrace' && holds) {
    lines.push(
      'dtrace holds the process by ptrace for this script; if dtrace is killed, so is the process: end it with ^C. ' +
        'pytrace does so only with --allow-ptrace.',
    );
  } else if (script.engine === 'dtrace' && facts.host.platform === 'linux') {
    lines.push(
      'pytrace adds -x syslibdir= and -x procfspath=, folders made for the run: a library of the one file that is needed, ' +
        'and a /proc in which dtrace cannot take hold of the process by ptrace.',
    );
  }
  if (script.engine === 'bpftrace' && chosen?.smallScript !== undefined && chosen.smallScript !== script.name)
    lines.push(`A bpftrace before 0.22 is given ${chosen.smallScript}.bt: pytrace scripts show ${chosen.smallScript}.`);
  if (script.engine === 'stap' && chosen?.debugFile !== undefined)
    lines.push('pytrace adds SYSTEMTAP_DEBUGINFO_PATH=, a folder with a debug file that names one function more.');
  if (before.length > 0) {
    lines.push(
      `Python 3.11 fires function-entry only while the semaphore of its line probe is up: what stands before ${script.engine} raises it for as long as that runs.`,
    );
  }
  if (typeof word !== 'string') {
    lines.push(
      `PID stands for the process${script.engine === 'stap' ? `, ${NO_ELF} for the file that holds its interpreter` : ''}: ` +
        'name one with --target, which also fills in where Python 3.15 keeps its frames.',
    );
  } else {
    if (target.python && needsFrames(target.python.version) && target.frames === null)
      lines.push('Where this Python keeps its frames is not known.');
    const objection = engine.objection(facts, request);
    if (objection !== null) lines.push(`Not here: ${objection}`);
  }
  return lines;
}

function placeholder(): Target {
  return {
    pid: NO_PID,
    startTime: 0,
    uid: 0,
    command: [],
    exe: NO_ELF,
    exeDeleted: false,
    python: null,
    elfVisibleHere: true,
    sameMountNamespace: true,
    frames: null,
  };
}
