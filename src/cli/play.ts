import { createReadStream } from 'node:fs';
import type { Session } from '../models/session.js';
import { viewOfScript } from '../views/registry.js';
import type { TraceView } from '../views/trace-view.js';
import { SplitStreams } from '../wire/split-streams.js';
import { ExitCode, UserError } from '../target/user-error.js';
import { sanitize, sanitizeStart } from '../text/printable.js';
import type { RecordingAbout } from '../wire/recording.js';

/** Bytes that are read in one go, and for how long at the most before what else waits has its turn, ms. */
const PIECE = 1 << 12;
const TURN_MS = 20;

/** How a recording ended: `whole` is false where it breaks off or holds lines that cannot be read. */
export interface Played {
  readonly whole: boolean;
  /** Why not, in one sentence; else ''. */
  readonly sentence: string;
  readonly reason: string;
}

/**
 * Feeds a recording into the sessions of its views, by script: all at once where `speed` is Infinity, else `first` so many
 * times as fast as it happened, and before it the others at once, so that each can be looked at from the start. What
 * stands before the first header is for `first`. `stopped` ends it early; `fed` is called after each piece, and waited for, `begins` when
 * the clock of `first` starts to run.
 */
export async function playRecording(
  path: string,
  sessions: ReadonlyMap<string, Session>,
  first: string,
  speed: number,
  fed: () => void | Promise<void>,
  stopped: () => boolean,
  begins: () => void = () => undefined,
): Promise<Played> {
  let reason: string | undefined;
  let session = sessions.get(first)!;
  const timed = Number.isFinite(speed);
  const others = new Map([...sessions].filter(([id]) => id !== first));
  for (const each of sessions.values()) {
    const before = each.onRecord;
    each.onRecord = (record) => {
      if (record.kind === 'Q') reason = record.strings.reason;
      before?.(record);
    };
  }
  const feed = async (into: ReadonlyMap<string, Session>, factor: number): Promise<void> => {
    const streams = new SplitStreams((script, lines) => {
      const next = into.get(script === undefined ? first : (viewOfScript(script)?.id ?? ''));
      if (next === undefined) {
        // The recording's last line stands in whatever stream is the last.
        reason = quitReason(lines) ?? reason;
        return;
      }
      session = next;
      session.push(lines);
    });
    const began = performance.now();
    const stream = createReadStream(path, { highWaterMark: Number.isFinite(factor) ? 1 << 13 : 1 << 18 });
    let turn = performance.now();
    for await (const chunk of stream) {
      // In small pieces: some records are dearer than others, and keys and signals must be heard in between.
      for (const piece of pieces(chunk as Buffer)) {
        streams.push(piece);
        if (performance.now() - turn < TURN_MS) continue;
        await new Promise((resolve) => setImmediate(resolve));
        if (stopped()) return;
        turn = performance.now();
      }
      if (Number.isFinite(factor)) {
        session.flush();
        await fed();
        await until(began + session.newest / 1e6 / factor, stopped);
      } else {
        await fed();
        // Keys must be answered while a large recording is read.
        await new Promise((resolve) => setImmediate(resolve));
      }
      if (stopped()) return;
    }
    streams.end();
    for (const each of into.values()) each.end();
    await fed();
  };
  try {
    if (timed && others.size > 0) {
      await feed(others, Infinity);
      for (const each of others.values()) each.average();
      session = sessions.get(first)!;
    }
    begins();
    await feed(timed ? new Map([[first, session]]) : sessions, speed);
  } catch (error) {
    throw new UserError(`${sanitize(path)} cannot be read: ${(error as Error).message}`, ExitCode.usage);
  }
  if (stopped()) return { whole: true, sentence: '', reason: 'interrupted' };
  const file = sanitize(path);
  if (reason === undefined) {
    session.lose('the end of the recording is missing', 1);
    return {
      whole: false,
      sentence: `${file} breaks off before its end: what is shown is what came before.`,
      reason: 'engine-died',
    };
  }
  let bad = 0;
  for (const each of sessions.values()) bad += each.scanner.malformed;
  if (bad > 0) {
    return {
      whole: false,
      sentence: `${file} is damaged: ${bad} of its lines cannot be read, and are left out.`,
      reason,
    };
  }
  return { whole: true, sentence: '', reason };
}

function* pieces(chunk: Buffer): Generator<Buffer> {
  for (let at = 0; at < chunk.length; at += PIECE) yield chunk.subarray(at, at + PIECE);
}

/** What the last line of a recording, if it is among these, says of why the trace ended. */
function quitReason(lines: Uint8Array): string | undefined {
  const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.length);
  const at = bytes.lastIndexOf('\nQ\t') + 1;
  if (at === 0 && bytes.toString('latin1', 0, 2) !== 'Q\t') return undefined;
  return bytes.toString('latin1', at).trimEnd().split('\t')[2];
}

async function until(time: number, stopped: () => boolean): Promise<void> {
  while (!stopped()) {
    const left = time - performance.now();
    if (left <= 0) return;
    await new Promise((resolve) => setTimeout(resolve, Math.min(left, 100)));
  }
}

/** The heading for a recording: what is shown of it, and what was traced. */
export function recordedTitle(about: RecordingAbout, view: TraceView): string {
  return `${view.id} of ${about.pid} ${sanitizeStart(about.command.join(' '), 200)}`;
}
