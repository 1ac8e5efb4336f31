import { CodeNames } from '../../target/code-names.js';
import type { Target } from '../../target/target.js';
import { escapeField, NULL_NAME } from '../../wire/escape.js';
import type { GcSession } from './gc-session.js';

/** Reads code objects by address. */
export type Names = Pick<CodeNames, 'get'>;

/** A reader for the target; null where its memory is not to be read. */
export function codeNames({ pid, stack }: Target): CodeNames | null {
  return stack ? new CodeNames(pid, stack.code) : null;
}

/** Records of the names and lines that collections wait for; each is told once, and anew when another takes its place. */
export function lookUpCodes(session: GcSession, names: Names | null): string[] {
  const wanted = session.wanted;
  session.wanted = [];
  const { codes } = session;
  const lines: string[] = [];
  const byCode = new Map<number, Set<number>>();
  for (const { code, instr } of wanted) {
    const instrs = byCode.get(code);
    if (instrs === undefined) byCode.set(code, new Set([instr]));
    else instrs.add(instr);
  }
  for (const [address, instrs] of byCode) {
    const before = codes.get(address);
    const there = names?.get(address) ?? null;
    // An instruction that is not in it was another function's, which had the address before.
    const code = there !== null && [...instrs].every((instr) => there.holds(instr)) ? there : null;
    if (code === null) {
      // Collections that have their names keep them.
      if (before !== null) lines.push(`N\t${address}\t-1\t${escapeField(NULL_NAME)}\t${escapeField(NULL_NAME)}`);
      continue;
    }
    const name = code.qualname ?? code.name;
    const same = before?.name === name && before.file === code.file && before.firstLine === code.firstLine;
    if (!same) lines.push(`N\t${address}\t${code.firstLine}\t${escapeField(name)}\t${escapeField(code.file)}`);
    for (const instr of instrs) {
      if (instr < 0 || (same && codes.lineOf(address, instr) !== undefined)) continue;
      lines.push(`n\t${address}\t${instr}\t${code.line(instr) ?? -1}`);
    }
  }
  return lines;
}
