import { sanitize } from '../wire/names.js';

export type State = 'ok' | 'warn' | 'no' | 'unknown';

/** One thing that the doctor looked at: what it found and, where that is not well, what to do about it. */
export interface Check {
  readonly area: string;
  readonly name: string;
  readonly state: State;
  readonly text: string;
  /** '' where nothing needs to be done, or nothing can be. */
  readonly cure: string;
}

/** The last line: whether tracing works here, and what to type, or what is missing first. */
export interface DoctorVerdict {
  readonly ok: boolean;
  readonly text: string;
  /** '' where there is none to run yet. */
  readonly command: string;
}

/** Makes checks of one area. Texts may hold what other processes chose (paths, names): they are made harmless here. */
export function checksOf(area: string): (name: string, state: State, text: string, cure?: string) => Check {
  const fitArea = sanitize(area);
  return (name, state, text, cure = '') => ({
    area: fitArea,
    name,
    state,
    text: sanitize(text),
    cure: sanitize(cure),
  });
}

/**
 * The project's sentences say the cause, then, behind the last `;` or `:`, the cure. A sentence without one is all
 * cause.
 */
export function causeAndCure(sentence: string): { cause: string; cure: string } {
  const at = Math.max(sentence.lastIndexOf('; '), sentence.lastIndexOf(': '));
  if (at < 0) return { cause: sentence, cure: '' };
  return { cause: `${sentence.slice(0, at)}.`, cure: sentence.slice(at + 2).replace(/\.$/, '') };
}
