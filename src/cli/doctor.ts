import { jsonOf } from '../export/json-stream.js';
import { findTarget } from '../target/find.js';
import { inspectTarget } from '../target/inspect.js';
import { userText } from '../target/owner.js';
import { readThreadIds } from '../target/proc.js';
import { sanitize } from '../text/printable.js';
import { readStanding } from '../target/standstill.js';
import { ExitCode, UserError } from '../target/user-error.js';
import { chooseTheme, theme } from '../ui/theme.js';
import { wantsAscii } from '../views/glyphs.js';
import { causeAndCure, checksOf, type Check, type DoctorVerdict } from './doctor-check.js';
import { machineChecks } from './doctor-machine.js';
import { targetChecks, type TargetFacts } from './doctor-target.js';
import { checkLines, verdictLines, type TextForm } from './doctor-text.js';
import { verdict } from './doctor-verdict.js';
import { readMachine } from './machine-facts.js';
import { standardOutput } from './stdout.js';

const DEFAULT_WIDTH = 80;
const MAX_WIDTH = 120;

/** Says what this machine, and the process if one is named, can and cannot do. Returns 0 where calls can be traced. */
export async function doctor(word: string | undefined, raw: Readonly<Record<string, unknown>>): Promise<number> {
  // A name that cannot be understood at all is an error of the command line; anything else is a finding.
  const looked = word === undefined ? null : look(word);
  const machine = await readMachine();
  const checks = machineChecks(machine);
  let result: DoctorVerdict;
  if (looked instanceof UserError) {
    const { cause, cure } = causeAndCure(looked.message);
    checks.push(checksOf(`process ${word}`)('found', 'no', cause, cure));
    result = { ok: false, text: looked.message, command: '' };
  } else {
    if (looked !== null) checks.push(...targetChecks(looked, machine));
    result = verdict(machine, looked);
  }
  result = { ...result, text: sanitize(result.text) };
  standardOutput.write(raw['json'] === true ? jsonText(checks, result) : plainText(checks, result, formOf(raw)));
  return result.ok ? ExitCode.ok : ExitCode.target;
}

function look(word: string): TargetFacts | UserError {
  try {
    const target = inspectTarget(findTarget(word));
    return {
      target,
      owner: userText(target.uid),
      threads: readThreadIds(target.pid).length,
      standing: readStanding(target.pid),
    };
  } catch (error) {
    if (error instanceof UserError && error.exitCode === ExitCode.target) return error;
    throw error;
  }
}

function jsonText(checks: readonly Check[], result: DoctorVerdict): string {
  const lines = [...checks.map((check) => ({ type: 'check', ...check })), { type: 'verdict', ...result }];
  return lines.map((line) => `${jsonOf(line)}\n`).join('');
}

function plainText(checks: readonly Check[], result: DoctorVerdict, form: TextForm): string {
  return `${[...checkLines(checks, form), '', ...verdictLines(result, form)].join('\n')}\n`;
}

function formOf(raw: Readonly<Record<string, unknown>>): TextForm {
  const tty = process.stdout.isTTY === true;
  const name = chooseTheme({ noColor: raw['color'] === false, env: process.env });
  const forced = (process.env['FORCE_COLOR'] ?? '') !== '';
  return {
    width: Math.min(tty ? process.stdout.columns || DEFAULT_WIDTH : DEFAULT_WIDTH, MAX_WIDTH),
    ascii: wantsAscii(raw['ascii'] === true ? true : undefined, process.env),
    // The theme without colour still has weights, which are escapes too: none where no terminal reads them.
    paint: name === 'mono' || (!tty && !forced) ? (_mark, text) => text : theme(name).paint,
  };
}
