import type { Command, Engine, EngineFacts, EngineFolders, EngineMessage, HostFacts, TraceRequest } from './engine.js';
import { dtraceMessage } from './dtrace-message.js';
import { elfObjection } from './elf-objection.js';
import { decimal, literalPiece } from './literal.js';
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

export const dtrace: Engine = {
  id: 'dtrace',

  objection(facts: EngineFacts, request: TraceRequest): string | null {
    if (!systems.includes(facts.host.platform)) return `dtrace does not run on ${facts.host.platform}.`;
    if (facts.path === null) return `dtrace is not installed; ${install(facts.host)}.`;
    return elfObjection('dtrace', request.target);
  },

  /**
   * Never -p on Linux: it plants breakpoints in the target, which kill it if dtrace itself is killed. Never
   * switchrate on Linux: unset it wakes for each event (0.15 ms), set it polls in a busy loop. Elsewhere the default
   * is one second, hence 10hz there.
   */
  command(facts: EngineFacts, request: TraceRequest, folders: EngineFolders = {}): Command {
    const { target, filters } = request;
    const frames = target.frames;
    return {
      file: facts.path ?? 'dtrace',
      args: [
        ...(folders.syslibdir === undefined ? [] : ['-x', `syslibdir=${folders.syslibdir}`]),
        ...(folders.procfs === undefined ? [] : ['-x', `procfspath=${folders.procfs}`]),
        ...(facts.host.platform === 'linux' ? [] : ['-x', 'switchrate=10hz']),
        '-s',
        scriptPath('scripts-d', request.script, '.d'),
        decimal(target.pid),
        decimal(filters.thread),
        dtraceLiteral(filters.functionHas),
        dtraceLiteral(filters.fileHas),
        decimal(filters.minDurationNs),
        decimal(filters.depth),
        decimal(frames?.mainInterpreter ?? 0),
        decimal(frames?.gilHolder ?? 0),
        decimal(frames?.currentFrame ?? 0),
        decimal(frames?.previous ?? 0),
        decimal(frames?.executable ?? 0),
        decimal(frames?.owner ?? 0),
        decimal(frames?.codeFlags ?? 0),
      ],
      env: {},
    };
  },

  message(line: string): EngineMessage {
    return dtraceMessage(line);
  },
};
