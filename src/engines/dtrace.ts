import type { Command, Engine, EngineFacts, EngineFolders, EngineMessage, HostFacts, TraceRequest } from './engine.js';
import { dtraceMessage } from './dtrace-message.js';
import { elfObjection } from './elf-objection.js';
import { printable } from '../text/printable.js';
import { readStat, readStatus, readThreadIds } from '../target/proc.js';
import { decimal, literalPiece } from './literal.js';
import { libraryObjection, missingEngine } from './not-for-root.js';
import { parametersFor } from './parameters.js';
import { kernelPidsObjection } from './pid-namespace.js';
import { scriptPath } from './script-path.js';

const systems: readonly NodeJS.Platform[] = ['linux', 'darwin', 'freebsd', 'sunos'];

/**
 * What dtrace 2.0.7 takes literally as the value of `$$N`, tried with each: quotes, `$1`, `%s`, `/*`, newlines and
 * UTF-8 arrive as they are, nothing breaks out of the string. But a backslash starts an escape (a trailing one is
 * lost), and an argument that begins with `-` is read as an option wherever it stands: `-w` would allow destructive
 * actions and `-c CMD` would run a command. Strings are cut at strsize - 1 without a word.
 */
const literal = /[^\\\p{Cc}\p{Cs}]/u;
const maxLiteralBytes = 100;

export function dtraceLiteral(text: string): string {
  return literalPiece(text, literal, maxLiteralBytes).replace(/^-+/, '');
}

function install(host: HostFacts): string {
  if (host.family === 'debian') return 'install package dtrace (Debian 13, Ubuntu 25.04 or later)';
  if (host.family === 'fedora') return 'install package dtrace (dtrace-utils)';
  return 'install dtrace (dtrace-utils on Linux)';
}

function ptraceObjection({ target, ptrace }: TraceRequest): string | null {
  const { pid } = target;
  if (ptrace === 'needed') {
    return (
      `dtrace can count this only while it holds process ${pid} by ptrace, with breakpoints that end the process if dtrace ` +
      'is killed: use bpftrace or SystemTap, which do without (--engine bpftrace, --engine stap), or allow it with --allow-ptrace.'
    );
  }
  if (ptrace !== 'allowed') return null;
  // A process has one tracer at a time; dtrace itself only says that there is no such process.
  const tracer = readStatus(pid)?.tracer ?? 0;
  if (tracer !== 0) {
    const name = printable(readStat(tracer)?.comm ?? 'another tracer');
    return `Process ${pid} is held by ${name} (pid ${tracer}): end that first, or use --engine bpftrace or --engine stap.`;
  }
  const threads = readThreadIds(pid).length;
  if (threads < 2) return null;
  return (
    `dtrace must hold process ${pid} by ptrace for this, and the process has ${threads} threads: it would be killed as soon as ` +
    'one of them but the first loads a shared library; use bpftrace or SystemTap, which do without (--engine bpftrace, --engine stap).'
  );
}

/** dtrace reads sums once in aggrate (1 s): of a snapshot they would be that old. */
function sumsRate({ parameters }: TraceRequest): string[] {
  const interval = parameters.find(({ name }) => name === 'interval_ms')?.value;
  if (typeof interval !== 'number' || interval <= 0) return [];
  return ['-x', `aggrate=${Math.min(500, Math.max(50, Math.floor(interval / 2)))}ms`];
}

export const dtrace: Engine = {
  id: 'dtrace',

  objection(facts: EngineFacts, request: TraceRequest): string | null {
    if (!systems.includes(facts.host.platform)) return `dtrace does not run on ${facts.host.platform}.`;
    if (facts.path === null) return missingEngine(facts, 'dtrace', install(facts.host));
    return (
      libraryObjection() ??
      kernelPidsObjection('dtrace', facts.host) ??
      ptraceObjection(request) ??
      elfObjection('dtrace', request.target)
    );
  },

  /**
   * No -p on Linux unless it was allowed: it plants breakpoints in the target, which kill it if dtrace itself is killed.
   * With it goes -Z: not every build has all of the script's functions; and no other /proc, through which dtrace could
   * not take hold of the target. Never switchrate on Linux: unset it wakes for each event (0.15 ms), set it polls in a busy loop. Elsewhere the default
   * is one second, hence 10hz there.
   */
  command(facts: EngineFacts, request: TraceRequest, folders: EngineFolders = {}): Command {
    const { target } = request;
    const holds = request.ptrace === 'allowed';
    return {
      file: facts.path ?? 'dtrace',
      args: [
        ...(folders.syslibdir === undefined ? [] : ['-x', `syslibdir=${folders.syslibdir}`]),
        ...(folders.procfs === undefined || holds ? [] : ['-x', `procfspath=${folders.procfs}`]),
        ...(facts.host.platform === 'linux' ? [] : ['-x', 'switchrate=10hz']),
        ...sumsRate(request),
        ...(holds ? ['-Z', '-p', decimal(target.pid)] : []),
        '-s',
        scriptPath('scripts-d', request.script, '.d'),
        decimal(target.pid),
        ...parametersFor('dtrace', request).map(({ value }) =>
          typeof value === 'string' ? dtraceLiteral(value) : decimal(value),
        ),
      ],
      env: {},
    };
  },

  message(line: string): EngineMessage {
    return dtraceMessage(line);
  },
};
