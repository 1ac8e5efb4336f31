import { asciiOnly } from '../export/ascii-only.js';
import { summary } from '../export/summary.js';
import type { Session } from '../models/session.js';
import { ExitCode } from '../target/user-error.js';
import { sanitize } from '../wire/names.js';
import type { TraceEnd } from './trace.js';

/** What is said when a live trace is over: how it ended, what was seen, what is left. Ends with a newline. */
export function lastWords(
  end: TraceEnd,
  session: Session,
  pid: number,
  saved: string | undefined,
  ascii: boolean,
): string {
  const words =
    end.sentence === ''
      ? []
      : [`pytrace: ${sanitize(end.sentence)}`, ...end.details.map((line) => `  ${sanitize(line)}`)];
  if (end.reason === 'failed-to-start') return `${words.join('\n')}\n`;
  if (!end.clean)
    words.push(
      'pytrace: It could not be seen that the tracer and its probes are gone; pytrace doctor lists what is left.',
    );
  const text = summary({
    command: `pytrace calls ${pid}`,
    duration: end.watchedMs * 1e6,
    events: session.accepted,
    lost: session.lost,
    probesRemoved: end.clean,
    target: targetWords(end),
    picture: session.picture(session.newest),
    corrections: session.tree.corrections,
    ...(saved === undefined ? {} : { saved }),
  });
  if (session.accepted === 0)
    words.push('pytrace: No call or return was seen: what ran all the time shows only when it calls, or returns.');
  const all = words.map((line) => `${line}\n`).join('') + text;
  return ascii ? asciiOnly(all) : all;
}

function targetWords(end: TraceEnd): string {
  if (end.exit) return end.exit.signal ? `ended by ${end.exit.signal}` : `exited ${end.exit.code ?? 0}`;
  return end.targetRuns ? 'running' : 'ended';
}

export function exitStatus(end: TraceEnd): number {
  if (end.reason === 'failed-to-start') return ExitCode.target;
  return end.reason === 'engine-died' ? ExitCode.trace : ExitCode.ok;
}
