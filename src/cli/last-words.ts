import { asciiOnly } from '../text/ascii-only.js';
import { summary } from '../export/summary.js';
import type { OpenView } from '../views/trace-view.js';
import { standingCause } from '../target/standstill.js';
import { ExitCode } from '../target/user-error.js';
import { Redactor } from '../ui/privacy.js';
import { sanitize } from '../wire/names.js';
import { hanging } from './hanging.js';
import type { TraceEnd } from './trace.js';

/** How the last words are written. */
export interface WordStyle {
  readonly ascii: boolean;
  /** Of the terminal that they go to; undefined where that is none. */
  readonly columns: number | undefined;
  /** Names that are hidden, with the folders of paths, where others watch. */
  readonly secrets?: readonly string[] | undefined;
}

/** What is said when a live trace is over: how it ended, what each view saw, what is left. Ends with a newline. */
export function lastWords(end: TraceEnd, opened: readonly OpenView[], pid: number, style: WordStyle): string {
  const { ascii, columns, secrets } = style;
  const plain = ascii ? asciiOnly : (text: string) => text;
  const redactor = secrets && new Redactor(secrets.map(plain), ascii);
  return plain(words(end, opened, pid).join('\n'))
    .split('\n')
    .map((line) => redactor?.row(line) ?? line)
    .flatMap((line) => (columns === undefined ? [line] : hanging(line, columns)))
    .map((line) => `${line}\n`)
    .join('');
}

/** Columns of the terminal that this stream writes to; undefined where the results go elsewhere. */
export function wordColumns(stream: NodeJS.WriteStream): number | undefined {
  return stream.isTTY && process.stdout.isTTY ? stream.columns : undefined;
}

function words(end: TraceEnd, opened: readonly OpenView[], pid: number): string[] {
  const lines =
    end.sentence === ''
      ? []
      : [`pytrace: ${sanitize(end.sentence)}`, ...end.details.map((line) => `  ${sanitize(line)}`)];
  if (end.reason === 'failed-to-start') return lines;
  if (!end.clean)
    lines.push(
      'pytrace: It could not be seen that the tracer and its probes are gone; pytrace doctor lists what is left.',
    );
  const seen = opened.filter(({ session }) => session.armed);
  const [first, ...others] = seen.length > 0 ? seen : opened;
  const text = summary({
    command: `pytrace ${first.slot.id} ${pid}`,
    duration: end.watchedMs * 1e6,
    events: opened.reduce((sum, { session }) => sum + session.accepted, 0),
    lost: opened.reduce((sum, { session }) => sum + session.lost, 0),
    probesRemoved: end.clean,
    target: targetWords(end),
    seen: [
      ...first.summary(),
      ...others.flatMap((other) => (other.session.armed ? [`${other.slot.title}:`, ...other.summary()] : [])),
      ...stoodWords(end),
    ],
    ...(end.saved === undefined ? {} : { saved: end.saved }),
  });
  return [...lines, ...text.trimEnd().split('\n')];
}

function targetWords(end: TraceEnd): string {
  if (end.exit) return end.exit.signal ? `ended by ${end.exit.signal}` : `exited ${end.exit.code ?? 0}`;
  if (!end.targetRuns) return 'ended';
  return end.stood.now.stopped === null ? 'running' : `still ${standingCause(end.stood.now)}`;
}

function stoodWords({ stood: { ms, last } }: TraceEnd): string[] {
  const cause = standingCause(last);
  if (cause === '') return [];
  const still = ms === 0 ? '' : `stood still for some ${Math.max(1, Math.round(ms / 1000))} s of that: it `;
  return [`The process ${still}was ${cause}.`];
}

export function exitStatus(end: TraceEnd): number {
  if (end.reason === 'failed-to-start') return ExitCode.target;
  return end.reason === 'engine-died' ? ExitCode.trace : ExitCode.ok;
}
