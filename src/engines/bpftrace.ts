import type { Command, Engine, EngineFacts, EngineMessage, HostFacts, TraceRequest } from './engine.js';
import { bpftraceMessage } from './bpftrace-message.js';
import { BpftraceStream } from './bpftrace-stream.js';
import { elfObjection, rootDiffers } from './elf-objection.js';
import type { Target } from '../target/target.js';
import { decimal } from './literal.js';
import { needle } from './needle.js';
import { missingEngine } from './not-for-root.js';
import { parametersFor } from './parameters.js';
import { BPFTRACE_NAMESPACES, furtherInObjection } from './pid-namespace.js';
import { scriptPath } from './script-path.js';

/** The oldest version whose output and language the scripts were tried with: Debian 12's. */
const OLDEST = [0, 17] as const;

/**
 * Keys of one map. Also what makes its memory: maps are made with all their room (BPF_F_NO_PREALLOC is not set), so
 * that arming takes longer with more of it.
 */
export const MAP_KEYS = 65_536;

/**
 * Pages of output on their way to bpftrace. More would lose less for a moment, but a reader that cannot keep up would then
 * be seconds behind.
 */
const BUFFER_PAGES = '1024';

/** From here on large values are kept outside of the BPF stack; 0.17 cannot compile top.bt, but top-small.bt. Tried: 0.17.0 and 0.27.1. */
const SCRATCH = [0, 22] as const;

/** From here on at the latest there is one ring buffer for all processors, not one for each. Tried: 0.17.0 and 0.27.1. */
const RING = [0, 27] as const;

/** bpftrace 0.17 keeps strings on the BPF stack, and takes no more than 200. */
const OLD_STRINGS = 200;
const STRINGS = 512;

function versionBelow(version: string, [major, minor]: readonly [number, number]): boolean {
  const match = /^(\d+)\.(\d+)/.exec(version);
  if (match === null) return false;
  return Number(match[1]) < major || (Number(match[1]) === major && Number(match[2]) < minor);
}

/** How many bytes of a string a version hands on. */
export function stringLimit(version: string): number {
  return versionBelow(version, [0, 20]) ? OLD_STRINGS : STRINGS;
}

function install(host: HostFacts): string {
  return host.family === 'other' ? 'install bpftrace' : 'install package bpftrace';
}

/**
 * The interpreter's file as the process has it. Only such a path is taken once: of /usr/bin/python3.15 0.27 makes several
 * attach points (/bin/..., /proc/PID/root/...), and each call is then seen several times.
 */
function interpreterPath({ pid, exe, python }: Target): string {
  const file = python?.elf.path ?? exe;
  return file === exe ? `/proc/${decimal(pid)}/exe` : `/proc/${decimal(pid)}/root${file}`;
}

/**
 * With -p every path is looked up below the process's root, `/proc/PID/exe` too: nothing is there, or another file is.
 * Tried with 0.17.0 and 0.27.1: `no valid attach points`, or silence.
 */
function rootObjection(target: Target): string | null {
  if (target.otherRoot === undefined) return null;
  return `bpftrace finds no probe of process ${target.pid}, as it looks for files below that process's root directory, and ${rootDiffers(target)}; use dtrace (--engine dtrace), or run pytrace below that root.`;
}

export const bpftrace: Engine = {
  id: 'bpftrace',

  objection(facts: EngineFacts, request: TraceRequest): string | null {
    const { host } = facts;
    if (host.platform !== 'linux') return `bpftrace runs on Linux only, not on ${host.platform}.`;
    if (facts.path === null) return missingEngine(facts, 'bpftrace', install(host));
    if (versionBelow(facts.version, OLDEST))
      return `bpftrace ${facts.version} is too old: install ${OLDEST.join('.')} or later.`;
    if (request.script === 'top' && request.smallScript === undefined && versionBelow(facts.version, SCRATCH))
      return `bpftrace ${facts.version} keeps all variables on a stack of 512 bytes, too small for top on Python 3.15 and later: install ${SCRATCH.join('.')} or later, or use dtrace (--engine dtrace).`;
    if (host.nestedPids === true && (facts.version === '' || versionBelow(facts.version, BPFTRACE_NAMESPACES)))
      return `bpftrace ${facts.version || 'of an unknown version'} goes by the kernel's own process ids, and pytrace runs in a PID namespace (a container), where those are not known; install ${BPFTRACE_NAMESPACES.join('.')} or later, or run pytrace outside and give the id that the process has there.`;
    return (
      furtherInObjection(host, request.target) ??
      elfObjection('bpftrace', request.target) ??
      rootObjection(request.target)
    );
  },

  /**
   * `-p` narrows every probe to the process, by perf events; nothing is attached to it by ptrace. JSON, since text
   * output does not tell a name's newline from the next record. The scripts take numbers only.
   */
  command(facts: EngineFacts, request: TraceRequest): Command {
    const { target, smallScript } = request;
    const script = versionBelow(facts.version, SCRATCH) ? (smallScript ?? request.script) : request.script;
    const strings = stringLimit(facts.version);
    return {
      file: facts.path ?? 'bpftrace',
      args: [
        '-q',
        '-f',
        'json',
        '--no-warnings',
        ...(request.unsafe === true ? ['--unsafe'] : []),
        '-p',
        decimal(target.pid),
        scriptPath('scripts-bt', script, '.bt'),
        decimal(target.pid),
        interpreterPath(target),
        ...parametersFor('bpftrace', request).flatMap(({ value, word }) =>
          typeof value !== 'string' ? [decimal(value)] : word === true ? [value] : needle(value).map(String),
        ),
      ],
      // Each version has its own name for a limit, and passes over the others'.
      env: {
        LC_ALL: 'C',
        BPFTRACE_STRLEN: String(Math.min(strings, OLD_STRINGS)),
        BPFTRACE_MAX_STRLEN: String(strings),
        // What stands behind a text that was cut must be the text's own.
        BPFTRACE_STR_TRUNC_TRAILER: '',
        BPFTRACE_MAP_KEYS_MAX: String(MAP_KEYS),
        BPFTRACE_MAX_MAP_KEYS: String(MAP_KEYS),
        BPFTRACE_PERF_RB_PAGES: BUFFER_PAGES,
        BPFTRACE_NO_USER_SYMBOLS: '1',
        BPFTRACE_CACHE_USER_SYMBOLS: '0',
      },
    };
  },

  message(line: string): EngineMessage {
    return bpftraceMessage(line);
  },

  translator(facts, request) {
    const inOrder = facts.version !== '' && !versionBelow(facts.version, RING);
    return new BpftraceStream(request, stringLimit(facts.version), MAP_KEYS, undefined, undefined, undefined, inOrder);
  },
};
