import type { Command, Engine, EngineFacts, EngineMessage, HostFacts, TraceRequest } from './engine.js';
import { elfObjection } from './elf-objection.js';
import { decimal, literalPiece } from './literal.js';
import { scriptPath } from './script-path.js';
import { stapMessage } from './stap-message.js';

/**
 * stap 5.6 refuses a -G whose text is not `^[a-z_][a-z0-9_]*=[a-z0-9_.-]+$` ("Safety pattern mismatch", letters of
 * either case): no quotes, no slash, no space, and no empty value. An empty filter is therefore said by leaving the
 * -G out, and the script's own "" stays.
 */
const literal = /[A-Za-z0-9_.-]/;
const maxLiteralBytes = 100;

export function stapLiteral(text: string): string {
  return literalPiece(text, literal, maxLiteralBytes);
}

/**
 * Limits that would end a session or throw events away in silence. The defaults: one runtime error ends the session,
 * 100 skipped probes do, and probes that take half a CPU do (STP_NO_OVERLOAD). Part of the module's cache key: keep
 * them constant.
 */
const limits = ['-DMAXERRORS=1000000000', '-DMAXSKIPPED=1000000000', '-DMAXSTRINGLEN=1024', '-DSTP_NO_OVERLOAD'];
/** MB for output on its way to the reader; not part of the cache key. */
const bufferMegabytes = '32';

function headersPackage(host: HostFacts): string {
  if (host.family === 'debian') return `install package linux-headers-${host.release}`;
  if (host.family === 'fedora') return `install package kernel-devel-${host.release}`;
  return 'install the development files (headers, Makefiles) of the running kernel';
}

export const stap: Engine = {
  id: 'stap',

  objection(facts: EngineFacts, request: TraceRequest): string | null {
    const { host } = facts;
    if (host.platform !== 'linux') return `SystemTap runs on Linux only, not on ${host.platform}.`;
    if (facts.path === null) return 'SystemTap (stap) is not installed; install package systemtap.';
    if (!host.kernelHeaders) {
      return `SystemTap needs the kernel's build folder /lib/modules/${host.release}/build, which is missing; ${headersPackage(host)}.`;
    }
    if (host.missingTools.length > 0) {
      const tools = host.missingTools.join(' and ');
      return `SystemTap compiles a kernel module and needs ${tools}; install ${tools}.`;
    }
    return elfObjection('SystemTap', request.target);
  },

  /**
   * Tried with stap 5.6: -G and -s do not enter the cache key, nor does -x PID as such, but the file it executes
   * does; so one compilation serves every process of one interpreter, whatever the filters are.
   */
  command(facts: EngineFacts, request: TraceRequest): Command {
    const { target, filters } = request;
    const frames = target.frames;
    const globals: readonly (readonly [string, string])[] = [
      ['thread', decimal(filters.thread)],
      ['function_has', stapLiteral(filters.functionHas)],
      ['file_has', stapLiteral(filters.fileHas)],
      ['min_ns', decimal(filters.minDurationNs)],
      ['depth_limit', decimal(filters.depth)],
      ['main_interpreter', decimal(frames?.mainInterpreter ?? 0)],
      ['holder', decimal(frames?.gilHolder ?? 0)],
      ['current_frame', decimal(frames?.currentFrame ?? 0)],
      ['previous', decimal(frames?.previous ?? 0)],
      ['executable', decimal(frames?.executable ?? 0)],
      ['owner', decimal(frames?.owner ?? 0)],
      ['code_flags', decimal(frames?.codeFlags ?? 0)],
    ];
    return {
      file: facts.path ?? 'stap',
      args: [
        '-v',
        ...limits,
        '-s',
        bufferMegabytes,
        '-x',
        decimal(target.pid),
        ...globals.filter(([, value]) => value !== '').flatMap(([name, value]) => ['-G', `${name}=${value}`]),
        scriptPath('scripts-stp', request.script, '.stp'),
        target.python?.elf.path ?? target.exe,
      ],
      // The messages are matched in English.
      env: { LC_ALL: 'C' },
    };
  },

  message(line: string): EngineMessage {
    return stapMessage(line);
  },
};
