import { createReadStream } from 'node:fs';
import { ExitCode, UserError } from '../target/user-error.js';
import { VIEWS, viewOfScript } from '../views/registry.js';
import type { TraceView } from '../views/trace-view.js';
import { sanitize, sanitizeStart } from '../text/printable.js';
import type { RecordingAbout } from '../wire/recording.js';
import { SplitStreams } from '../wire/split-streams.js';
import { listed } from './listed.js';

const CHUNK = 1 << 18;

/** The view that a recording begins with. Throws UserError where this pytrace has none such. */
export function firstView(about: RecordingAbout, path: string): TraceView {
  const view = viewOfScript(about.script);
  if (view !== undefined) return view;
  throw new UserError(
    `${sanitize(path)} is a recording of ${sanitizeStart(about.script, 40)}, a view that this pytrace does not have: update pytrace.`,
    ExitCode.usage,
  );
}

/** Throws a UserError where a recording holds nothing of a view, or, where none is named, nothing at all. */
export async function requireRecorded(path: string, wanted: TraceView | undefined): Promise<void> {
  const held = await recordedViews(path, wanted);
  if (wanted === undefined ? held.length > 0 : held.includes(wanted)) return;
  const file = sanitize(path);
  throw new UserError(
    held.length === 0
      ? `${file} holds nothing: its trace ended before the probes were in place, so record again.`
      : `--view ${wanted!.id}: ${file} holds nothing of ${wanted!.id}; it holds ${listed(held.map(({ id }) => id))}.`,
    ExitCode.usage,
  );
}

/** Views of which a recording holds something, in the order of their tabs; reads no further than to `wanted`, or any. */
async function recordedViews(path: string, wanted: TraceView | undefined): Promise<readonly TraceView[]> {
  const found = new Set<TraceView>();
  const streams = new SplitStreams((script, lines) => {
    const view = script === undefined ? undefined : viewOfScript(script);
    if (view !== undefined && !found.has(view) && isArmed(lines)) found.add(view);
  });
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK })) {
    streams.push(chunk as Buffer);
    if (wanted === undefined ? found.size > 0 : found.has(wanted)) break;
  }
  streams.end();
  return VIEWS.filter((view) => found.has(view));
}

/** The record that the probes are in place is among these lines. */
function isArmed(lines: Uint8Array): boolean {
  const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.length);
  return bytes.includes('\nA\t') || bytes.toString('latin1', 0, 2) === 'A\t';
}
