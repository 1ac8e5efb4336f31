import { createReadStream } from 'node:fs';
import type { Session } from '../models/session.js';
import { ExitCode, UserError } from '../target/user-error.js';
import { sanitize } from '../wire/names.js';
import type { RecordingAbout } from '../wire/recording.js';

/** How a recording ended: `whole` is false where it breaks off or holds lines that cannot be read. */
export interface Played {
  readonly whole: boolean;
  /** Why not, in one sentence; else ''. */
  readonly sentence: string;
  readonly reason: string;
}

/**
 * Feeds a recording into a session: all at once where `speed` is Infinity, else so many times as fast as it happened.
 * `stopped` ends it early; `fed` is called after each piece.
 */
export async function playRecording(
  path: string,
  session: Session,
  speed: number,
  fed: () => void,
  stopped: () => boolean,
): Promise<Played> {
  let reason: string | undefined;
  const before = session.onRecord;
  session.onRecord = (record) => {
    if (record.kind === 'Q') reason = record.strings.reason;
    before?.(record);
  };
  const began = performance.now();
  try {
    const stream = createReadStream(path, { highWaterMark: Number.isFinite(speed) ? 1 << 13 : 1 << 18 });
    for await (const chunk of stream) {
      session.push(chunk as Buffer);
      if (Number.isFinite(speed)) {
        session.flush();
        fed();
        await until(began + session.newest / 1e6 / speed, stopped);
      } else {
        fed();
        // Keys must be answered while a large recording is read.
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (stopped()) return { whole: true, sentence: '', reason: 'interrupted' };
    }
  } catch (error) {
    throw new UserError(`${sanitize(path)} cannot be read: ${(error as Error).message}`, ExitCode.usage);
  }
  session.end();
  fed();
  const file = sanitize(path);
  if (reason === undefined) {
    session.lose('the end of the recording is missing', 1);
    return {
      whole: false,
      sentence: `${file} breaks off before its end: what is shown is what came before.`,
      reason: 'engine-died',
    };
  }
  const bad = session.scanner.malformed;
  if (bad > 0) {
    return {
      whole: false,
      sentence: `${file} is damaged: ${bad} of its lines cannot be read, and are left out.`,
      reason,
    };
  }
  return { whole: true, sentence: '', reason };
}

async function until(time: number, stopped: () => boolean): Promise<void> {
  while (!stopped()) {
    const left = time - performance.now();
    if (left <= 0) return;
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, 100)));
  }
}

/** The heading for a recording: what was traced, with what. */
export function recordedTitle(about: RecordingAbout): string {
  return `calls of ${about.pid} ${sanitize(about.command.join(' ')).slice(0, 200)}`;
}
