import { chooseEngine, type Choice } from '../engines/choose.js';
import type { ScriptFilters, TraceRequest } from '../engines/engine.js';
import { findEngines } from '../engines/find-engine.js';
import { askSudo, rightsObjection } from '../engines/sudo.js';
import type { SessionFilters } from '../models/session.js';
import { invokingUser } from '../target/owner.js';
import { versionText } from '../target/python-version.js';
import type { Target } from '../target/target.js';
import { UserError } from '../target/user-error.js';
import { globMatcher, literalOf } from '../wire/glob.js';
import { RecordingWriter, type RecordingAbout } from '../wire/recording.js';
import type { Options } from './options.js';
import { packageVersion } from './program.js';

export function sessionFilters(options: Options): Required<SessionFilters> {
  return {
    thread: options.thread,
    functionGlob: options.function,
    fileGlob: options.file,
    minDurationNs: options.minDuration,
    depth: options.depth,
  };
}

/** What the script itself leaves out: never more than the exact filters do. */
export function scriptFilters(options: Options): ScriptFilters {
  const literal = (glob: string): string => (globMatcher(glob) === undefined ? '' : literalOf(glob));
  return {
    thread: options.thread,
    functionHas: literal(options.function),
    fileHas: literal(options.file),
    minDurationNs: options.minDuration,
    depth: options.depth,
  };
}

export interface Prepared {
  readonly choice: Choice;
  readonly request: TraceRequest;
}

/** Chooses the engine and sees to the rights, before anything is drawn. Throws UserError. */
export async function prepare(target: Target, script: string, options: Options): Promise<Prepared> {
  const request: TraceRequest = { script, target, filters: scriptFilters(options), sudo: options.sudo };
  const choice = chooseEngine(options.engine, await findEngines(), request);
  const objection = rightsObjection(choice.engine.id, options.sudo);
  if (objection !== null) throw new UserError(objection);
  if (options.sudo) await askSudo();
  return { choice, request };
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
    filters: sessionFilters(options),
  };
  return new RecordingWriter(options.record, about, invokingUser(), failed);
}

/** `3.15.2`; '' where it is not known. */
export function pythonText(target: Target): string {
  return target.python ? versionText(target.python.version) : '';
}
