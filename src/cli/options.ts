import { z } from 'zod';
import { ExitCode, UserError } from '../target/user-error.js';
import { sanitize } from '../wire/names.js';

const UNITS: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9 };

/** `5ms`, `200us`, `1.5s` -> ns. */
const durationNs = z.string().transform((text, context) => {
  const match = /^(\d+(?:\.\d+)?)(ns|us|µs|ms|s)$/.exec(text.trim());
  if (match) return Math.round(Number(match[1]) * UNITS[match[2]]);
  context.addIssue({ code: 'custom', message: 'needs a number with a unit, such as 5ms, 200us or 1s' });
  return z.NEVER;
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
  engine: z.enum(['auto', 'dtrace', 'stap'], { error: 'must be auto, dtrace or stap' }).default('auto'),
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
  output: z.enum(['flow', 'tree'], { error: 'must be flow or tree' }).optional(),
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

/** The common options, read and checked. Durations in ns, `duration` in seconds; 0 and '' mean no limit. */
export type Options = z.infer<typeof schema>;

/** Throws a UserError that names the option and what it needs. */
export function parseOptions(raw: Readonly<Record<string, unknown>>): Options {
  const parsed = schema.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const name = String(issue.path[0]);
  const option = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const given = raw[name];
  const value = typeof given === 'string' ? ` ${sanitize(given).slice(0, 60)}` : '';
  throw new UserError(`--${option}${value}: ${issue.message}.`, ExitCode.usage);
}
