import { parseDuration } from '../../text/duration.js';
import { count, percent, time } from '../../text/amounts.js';
import { figures, type Figures } from './figures.js';
import type { GcModel } from './gc-model.js';
import { ALL } from './generations.js';

type Measure = 'p50' | 'p90' | 'p99' | 'max' | 'total' | 'share' | 'count';

/** Collections that are left out by --min-duration are in these, and in no others. */
const SUMS: readonly Measure[] = ['total', 'share', 'count'];

/** `gen2.p99>20ms`: what must not be. */
export interface Condition {
  readonly text: string;
  readonly place: number;
  readonly measure: Measure;
  /** ns, a share (0 to 1), or a number. */
  readonly limit: number;
}

const NEED =
  "needs conditions such as 'p99>20ms', 'gen2.max>100ms', 'share>5%' or 'count>100', with commas between them";

/** Conditions with commas between them; throws an Error that says what is needed, without a full stop. */
export function parseConditions(text: string): readonly Condition[] {
  return text.split(',').map((part) => parseCondition(part.trim()));
}

function parseCondition(text: string): Condition {
  const match = /^(?:gen([0-2])\.)?(p50|p90|p99|max|total|share|count)\s*>\s*(\S+)$/.exec(text);
  if (match === null) throw new Error(NEED);
  const measure = match[2] as Measure;
  const place = match[1] === undefined ? ALL : Number(match[1]);
  return { text, place, measure, limit: limitOf(measure, match[3]) };
}

function limitOf(measure: Measure, text: string): number {
  if (measure === 'count') {
    if (/^\d+$/.test(text)) return Number(text);
    throw new Error('needs a whole number after count>, such as count>100');
  }
  if (measure === 'share') {
    const share = /^(\d+(?:\.\d+)?)%$/.exec(text);
    if (share !== null) return Number(share[1]) / 100;
    throw new Error('needs a percentage after share>, such as share>5%');
  }
  try {
    return parseDuration(text);
  } catch {
    throw new Error(`needs a time with its unit after ${measure}>, such as ${measure}>20ms`);
  }
}

/** What does not hold since the attach, or cannot be told, in one sentence; '' where all holds. */
export function violated(conditions: readonly Condition[], model: GcModel): string {
  const { rows } = figures(model, 0);
  const parts = conditions.flatMap((condition) => {
    const row = rows.find(({ place }) => place === condition.place);
    return row === undefined ? [] : said(condition, row, model);
  });
  return parts.length === 0 ? '' : `Failed by --fail-if: ${parts.join('; ')}.`;
}

function said({ measure, place, limit, text }: Condition, row: Figures, { names, minPause }: GcModel): string[] {
  const value = row[measure];
  const whose = place === ALL ? 'all collections' : `generation ${names[place]}`;
  const single = !SUMS.includes(measure) && row.leftOut > 0;
  // Pauses that were too short to be told one by one may still be over the limit.
  if (single && row.leftOut === row.count && limit < minPause)
    return [`${measure} of ${whose} is not known, as all took less than --min-duration ${time(minPause)} [${text}]`];
  if (value <= limit) return [];
  const by = limit > 0 ? ` (${more(value / limit)} the limit)` : '';
  const of = single ? `${whose} of ${time(minPause)} or longer` : whose;
  return [`${measure} of ${of} was ${amount(measure, value)}, limit ${amount(measure, limit)}${by} [${text}]`];
}

function amount(measure: Measure, value: number): string {
  if (measure === 'count') return count(value);
  return measure === 'share' ? `${percent(value)}%` : time(value);
}

/** `1.9 times`, `12 times`. */
function more(factor: number): string {
  return `${factor < 10 ? factor.toFixed(factor < 1.05 ? 3 : 1) : count(factor)} times`;
}
