import { z } from 'zod';
import type { TraceOptions, TraceView } from '../views/trace-view.js';
import { ENGINE_IDS } from '../engines/engine.js';
import { ExitCode, UserError } from '../target/user-error.js';
import { parseDuration } from '../text/duration.js';
import { sanitizeStart } from '../text/printable.js';
import { listed } from './listed.js';

const durationNs = z.string().transform((text, context) => {
  try {
    return parseDuration(text);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});

const whole = (what: string, max: number) =>
  z.string().transform((text, context) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= 1 && value <= max) return value;
    context.addIssue({ code: 'custom', message: `needs ${what}` });
    return z.NEVER;
  });

const glob = z.string().max(255, 'is longer than 255 characters');

const schema = z.object({
  engine: z
    .enum(['auto', ...ENGINE_IDS], { error: `must be ${listed(['auto', ...ENGINE_IDS], 'or')}` })
    .default('auto'),
  duration: z
    .string()
    .transform((text, context) => {
      const seconds = /^\d+(\.\d+)?s?$/.test(text) ? Number.parseFloat(text) : Number.NaN;
      if (seconds > 0 && seconds <= 1e6) return seconds;
      context.addIssue({ code: 'custom', message: 'needs a number of seconds above 0, such as 10 or 0.5' });
      return z.NEVER;
    })
    .optional(),
  record: z.string().min(1, 'needs a file name').optional(),
  log: z.string().min(1, 'needs a file name').optional(),
  thread: whole('a thread id, a whole number from 1 (see /proc/PID/task)', 4_194_304).default(0),
  file: glob.default(''),
  function: glob.default(''),
  minDuration: durationNs.default(0),
  depth: whole('a whole number from 1', 1_000_000).default(0),
  json: z.boolean().default(false),
  output: z.string().optional(),
  ascii: z.boolean().default(false),
  color: z.boolean().default(true),
  sudo: z.boolean().default(false),
  theme: z.enum(['dark', 'light', 'mono', 'contrast'], { error: 'must be dark, light, mono or contrast' }).optional(),
  speed: z
    .string()
    .transform((text, context) => {
      const factor = text === 'max' ? Infinity : Number(text);
      if (factor > 0) return factor;
      context.addIssue({ code: 'custom', message: 'needs a number above 0, or max' });
      return z.NEVER;
    })
    .default(Infinity),
});

/** The options, read and checked. Durations in ns, `duration` in seconds; 0 and '' mean no limit. */
export type Options = z.infer<typeof schema> & Pick<TraceOptions, 'own'>;

/** Throws a UserError that names the option and what it needs. `view` has options of its own. */
export function parseOptions(raw: Readonly<Record<string, unknown>>, view?: TraceView): Options {
  const parsed = schema.safeParse(raw);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw objection(String(issue.path[0]), raw, issue.message);
  }
  const forms = view?.forms.map(({ id }) => id) ?? [];
  if (parsed.data.output !== undefined && view && !forms.includes(parsed.data.output)) {
    throw objection('output', raw, `must be ${forms.join(' or ')} for ${view.id}`);
  }
  return { ...parsed.data, own: view ? ownOptions(raw, view) : {} };
}

/** Throws a UserError where an option of another view is given. */
export function refuseForeign(
  raw: Readonly<Record<string, unknown>>,
  view: TraceView,
  all: readonly TraceView[],
): void {
  const own = new Set(view.options.map(({ flags }) => optionName(flags)));
  for (const other of all) {
    for (const { flags } of other.options) {
      const name = optionName(flags);
      if (raw[name] !== undefined && !own.has(name))
        throw objection(name, raw, `is of ${other.id}, and this is a recording of ${view.id}`);
    }
  }
}

function ownOptions(raw: Readonly<Record<string, unknown>>, view: TraceView): Record<string, unknown> {
  const own: Record<string, unknown> = {};
  for (const { flags, parse } of view.options) {
    const name = optionName(flags);
    const given = raw[name];
    if (given === undefined) continue;
    try {
      own[name] = parse && typeof given === 'string' ? parse(given) : given;
    } catch (error) {
      throw objection(name, raw, (error as Error).message);
    }
  }
  return own;
}

/** `--pause-budget <time>` -> `pauseBudget`, as commander names it. */
function optionName(flags: string): string {
  const long = /--([a-z-]+)/.exec(flags)![1];
  return long.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function objection(name: string, raw: Readonly<Record<string, unknown>>, message: string): UserError {
  const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const given = raw[name];
  const value = typeof given === 'string' ? ` ${sanitizeStart(given, 60)}` : '';
  return new UserError(`--${option}${value}: ${message}.`, ExitCode.usage);
}
