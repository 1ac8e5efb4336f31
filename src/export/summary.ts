import { span, thousands } from '../text/amounts.js';
import { sanitize } from '../text/printable.js';
import { shellQuote } from '../text/shell-quote.js';

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
  /** What the view says of what it saw. */
  readonly seen: readonly string[];
  /** Path of the recording. */
  readonly saved?: string;
}

/** What is printed on the normal screen after quitting; ends with a newline. */
export function summary(facts: SummaryFacts): string {
  const head = [span(facts.duration), `${thousands(facts.events)} events`, `${thousands(facts.lost)} lost`];
  if (facts.probesRemoved === true) head.push('probes removed');
  if (facts.target !== undefined)
    head.push(facts.target === 'running' ? 'target still running' : `target ${facts.target}`);
  const lines = [`${facts.command}: ${head.join(', ')}.`, ...facts.seen];
  if (facts.saved !== undefined)
    lines.push(`saved: ${sanitize(facts.saved)}    replay: pytrace replay ${shellQuote(facts.saved)}`);
  return `${lines.join('\n')}\n`;
}
