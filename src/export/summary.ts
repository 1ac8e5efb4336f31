import stringWidth from 'string-width';
import type { Corrections } from '../models/corrections.js';
import type { TreePicture } from '../models/treepicture.js';
import { percent, shortTime, span, thousands } from './amounts.js';
import { correctionWords } from './correction-words.js';
import { frameName, place } from './frames.js';
import { functionQuantile, functionTotals } from './functions.js';

export interface SummaryFacts {
  /** The command: `pytrace calls 41822`. */
  readonly command: string;
  /** ns from the first event to the last. */
  readonly duration: number;
  readonly events: number;
  readonly lost: number;
  /** Whether the probes are known to be gone; left out where nobody looked. */
  readonly probesRemoved?: boolean;
  /** `running`, or how it ended: `exited 0`, `killed by SIGTERM`; left out where it is not known. */
  readonly target?: string;
  readonly picture: TreePicture;
  readonly corrections: Corrections;
  /** Path of the recording. */
  readonly saved?: string;
}

const TOP = 5;
const MAX_NAME = 32;
const MAX_PLACE = 40;

/** What is printed on the normal screen after quitting; ends with a newline. */
export function summary(facts: SummaryFacts): string {
  const head = [span(facts.duration), `${thousands(facts.events)} events`, `${thousands(facts.lost)} lost`];
  if (facts.probesRemoved === true) head.push('probes removed');
  if (facts.target !== undefined)
    head.push(facts.target === 'running' ? 'target still running' : `target ${facts.target}`);
  const lines = [`${facts.command}: ${head.join(', ')}.`, ...topFunctions(facts.picture)];
  const mended = correctionWords(facts.corrections);
  if (mended.length > 0) lines.push(`corrected: ${mended.join(', ')}`);
  if (facts.saved !== undefined) lines.push(`saved: ${facts.saved}    replay: pytrace replay ${quoted(facts.saved)}`);
  return `${lines.join('\n')}\n`;
}

/** The functions with the most time of their own, with a heading that says what the shares are of. */
export function topFunctions(picture: TreePicture, count = TOP): string[] {
  const threads = picture.threads.length;
  const wall = picture.threads.reduce((sum, thread) => sum + thread.wall, 0);
  const top = functionTotals(picture)
    .filter(({ self }) => self > 0)
    .sort((a, b) => b.self - a.self)
    .slice(0, count);
  if (top.length === 0) return [];
  const rows = top.map((entry) => {
    const called = frameName(picture.functions, entry.fn);
    return {
      share: percent(entry.self, wall),
      self: shortTime(entry.self),
      name: cut(called.name, MAX_NAME),
      place: cutLeft(place(called), MAX_PLACE),
      calls: `${thousands(entry.calls)} ${entry.calls === 1 ? 'call' : 'calls'}`,
      p99: shortTime(functionQuantile(picture, entry, 0.99)),
    };
  });
  const width = (key: keyof (typeof rows)[number]): number => Math.max(...rows.map((row) => stringWidth(row[key])));
  const [self, name, where, calls] = [width('self'), width('name'), width('place'), width('calls')];
  const of = threads === 1 ? "the thread's time" : `the summed time of ${thousands(threads)} threads`;
  return [
    `most self time, as a share of ${of}:`,
    ...rows.map(
      (row) =>
        `${row.share.padStart(7)}  ${row.self.padStart(self)}  ${padded(row.name, name)}  ${padded(row.place, where)}  ` +
        `${row.calls.padStart(calls)}   p99 ${row.p99}`,
    ),
  ];
}

function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - stringWidth(text)));
}

function cut(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let kept = '';
  for (const char of text) {
    if (stringWidth(kept + char) >= columns) break;
    kept += char;
  }
  return `${kept}…`;
}

/** Of a path the end says more than the beginning. */
function cutLeft(text: string, columns: number): string {
  if (stringWidth(text) <= columns) return text;
  let kept = '';
  for (const char of [...text].reverse()) {
    if (stringWidth(char + kept) >= columns) break;
    kept = char + kept;
  }
  return `…${kept}`;
}

/** A path as a shell takes it. */
function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}
