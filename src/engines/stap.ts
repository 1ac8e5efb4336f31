import type { Command, Engine, EngineFacts, EngineFolders, EngineMessage, HostFacts, TraceRequest } from './engine.js';
import { elfObjection } from './elf-objection.js';
import { decimal, literalPiece } from './literal.js';
import { missingEngine } from './not-for-root.js';
import { parametersFor } from './parameters.js';
import { kernelPidsObjection } from './pid-namespace.js';
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
/**
 * The same for scripts that print sums: a snapshot of thousands of rows is more than a probe may do by default, and
 * lasts longer than another one waits before it is skipped.
 */
const sumLimits = ['-DMAXACTION=10000000', '-DMAXTRYLOCK=1000000'];
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
    if (facts.path === null) return missingEngine(facts, 'SystemTap (stap)', 'install package systemtap');
    if (!host.kernelHeaders) {
      return `SystemTap needs the kernel's build folder /lib/modules/${host.release}/build, which is missing; ${headersPackage(host)}.`;
    }
    if (host.missingTools.length > 0) {
      const tools = host.missingTools.join(' and ');
      return `SystemTap compiles a kernel module and needs ${tools}; install ${tools}.`;
    }
    return kernelPidsObjection('SystemTap', host) ?? elfObjection('SystemTap', request.target);
  },

  /**
   * Tried with stap 5.6: -G and -s do not enter the cache key, nor does -x PID as such, but the file it executes
   * does; so one compilation serves every process of one interpreter, whatever the filters are.
   */
  command(facts: EngineFacts, request: TraceRequest, folders: EngineFolders = {}): Command {
    const { target, parameters } = request;
    const own = parametersFor('stap', request);
    const globals = own
      .filter(({ word }) => word !== true)
      .map(({ name, value }) => [name, typeof value === 'string' ? stapLiteral(value) : decimal(value)] as const);
    return {
      file: facts.path ?? 'stap',
      args: [
        '-v',
        ...limits,
        ...(parameters.some(({ name }) => name === 'interval_ms') ? sumLimits : []),
        '-s',
        bufferMegabytes,
        '-x',
        decimal(target.pid),
        ...globals
          .filter(([name, value]) => name !== '' && value !== '')
          .flatMap(([name, value]) => ['-G', `${name}=${value}`]),
        scriptPath('scripts-stp', request.script, '.stp'),
        target.python?.elf.path ?? target.exe,
        ...own.filter(({ word }) => word === true).map(({ value }) => String(value)),
      ],
      // The messages are matched in English.
      env: {
        LC_ALL: 'C',
        ...(folders.debug === undefined ? {} : { SYSTEMTAP_DEBUGINFO_PATH: folders.debug }),
      },
    };
  },

  message(line: string): EngineMessage {
    return stapMessage(line);
  },
};
