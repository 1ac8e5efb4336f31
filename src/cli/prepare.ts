import { chooseEngine, type Choice } from '../engines/choose.js';
import type { EngineId, TraceRequest } from '../engines/engine.js';
import { findEngines } from '../engines/find-engine.js';
import { isRoot } from '../engines/root-only.js';
import { askSudo, findSudo, rightsObjection } from '../engines/sudo.js';
import { invokingUser } from '../target/owner.js';
import type { TraceView } from '../views/trace-view.js';
import { versionText } from '../target/python-version.js';
import type { Target } from '../target/target.js';
import { UserError } from '../target/user-error.js';
import { RecordingWriter, type RecordingAbout } from '../wire/recording.js';
import type { Options } from './options.js';
import { packageVersion } from './program.js';

export interface Prepared {
  readonly choice: Choice;
  readonly request: TraceRequest;
}

/** Chooses the engine and sees to the rights, before anything is drawn (`ask`: for a password too). Throws UserError. */
export async function prepare(view: TraceView, target: Target, options: Options, ask = true): Promise<Prepared> {
  const request: TraceRequest = { ...view.script(target, options), target, sudo: false };
  const choice = chooseEngine(options.engine, await findEngines(options.sudo || isRoot()), request);
  const objection = rightsObjection(choice.engine.id, options.sudo);
  if (objection !== null) throw new UserError(objection);
  const sudo = options.sudo ? await findSudo() : null;
  if (sudo !== null && ask) await askSudo(sudo);
  return { choice, request: { ...request, sudo: sudo ?? false } };
}

/** An engine that takes hold of its target by ptrace for this script. */
export function holdsTarget(engine: EngineId, script: Pick<TraceRequest, 'ptrace'>): boolean {
  return engine === 'dtrace' && script.ptrace === 'allowed';
}

export const NOT_FROM_START = 'dtrace cannot count instances of a program from its start';

/** dtrace that holds a process by ptrace cannot let go a program that pytrace has started and holds itself. Throws UserError. */
export function refuseHeld({ choice, request }: Prepared, held: boolean): void {
  if (!held || !holdsTarget(choice.engine.id, request)) return;
  throw new UserError(
    `${NOT_FROM_START}: start the program first and give its pid, or use bpftrace or SystemTap (--engine bpftrace, --engine stap).`,
  );
}

/** Opens the recording of `--record`; null where none is asked for. Throws UserError. */
export function openRecording(
  options: Options,
  { choice, request }: Prepared,
  launched: boolean,
  failed: (sentence: string) => void,
): RecordingWriter | null {
  if (options.record === undefined) return null;
  const { target } = request;
  const about: RecordingAbout = {
    pytrace: packageVersion(),
    pid: target.pid,
    command: target.command.map((word) => word.slice(0, 4096)).slice(0, 100),
    exe: target.exe,
    python: pythonText(target),
    engine: choice.engine.id,
    engineVersion: choice.facts.version,
    script: request.script,
    startedAt: new Date().toISOString(),
    since: launched ? 'launch' : 'attach',
    filters: {
      thread: options.thread,
      functionGlob: options.function,
      fileGlob: options.file,
      minDurationNs: options.minDuration,
      depth: options.depth,
    },
  };
  return new RecordingWriter(options.record, about, invokingUser(), failed);
}

/** `3.15.2`; '' where it is not known. */
export function pythonText(target: Target): string {
  return target.python ? versionText(target.python.version) : '';
}
