import { CodeNames } from '../../target/code-names.js';
import type { Target } from '../../target/target.js';
import { TypeNames } from '../../target/type-names.js';
import { escapeField } from '../../wire/escape.js';
import type { ObjectsSession } from './objects-session.js';
import { unsureLines } from './unsure.js';

/** Types whose names are read in one go, and types that are looked at again: it must not hold the screen up. */
const NEW_AT_ONCE = 2000;
const AGAIN_AT_ONCE = 200;
/** A type that has no name after so many looks has gone. */
const TRIES = 4;

type Names = Pick<TypeNames, 'get' | 'close'>;
type Codes = Pick<CodeNames, 'get' | 'close'>;

/** Reads from the target what addresses of types and code objects stand for, each once. */
export class LookUp {
  /** Type -> what was told of it last, or how often it was looked for in vain. */
  private readonly told = new Map<number, string | number>();
  private begun = false;
  private again: Iterator<number> | undefined;

  constructor(
    private readonly session: ObjectsSession,
    private readonly names: Names,
    private readonly codes: () => Codes | null,
  ) {}

  static of(target: Target, session: ObjectsSession): LookUp {
    const { pid, python, stack } = target;
    let codes: Codes | undefined;
    const names = new TypeNames(pid, python?.version.minor ?? 0);
    return new LookUp(session, names, () => (stack ? (codes ??= new CodeNames(pid, stack.code)) : null));
  }

  /** Lines of records of what is new. */
  lines(target: Target): string[] {
    const { session } = this;
    if (session.header === undefined || session.fromProbes) return [];
    const lines: string[] = [];
    if (!this.begun) lines.push(...unsureLines(target, session.header.engine));
    this.begun = true;
    this.types(lines);
    this.places(lines);
    return lines;
  }

  private types(lines: string[]): void {
    let left = NEW_AT_ONCE;
    for (const type of this.session.types.keys()) {
      const told = this.told.get(type) ?? 0;
      if (typeof told === 'string' || told >= TRIES) continue;
      if (left-- <= 0) return;
      this.look(type, lines);
    }
    // Classes are freed, and others take their place.
    for (let count = 0; count < AGAIN_AT_ONCE; count++) {
      const next = (this.again ??= this.session.types.keys()[Symbol.iterator]()).next();
      if (next.done === true) {
        this.again = undefined;
        return;
      }
      this.look(next.value, lines);
    }
  }

  private look(type: number, lines: string[]): void {
    const name = this.names.get(type);
    const told = this.told.get(type);
    if (name === null) {
      if (typeof told !== 'string') this.told.set(type, (told ?? 0) + 1);
      return;
    }
    const fields = [name.module ?? '', name.qualname, name.nativeBase].map(escapeField).join('\t');
    if (told === fields) return;
    this.told.set(type, fields);
    lines.push(`Y\t${type}\t${fields}`);
  }

  private places(lines: string[]): void {
    const { newPlaces } = this.session;
    if (newPlaces.size === 0) return;
    const codes = this.codes();
    for (const [address, instrs] of newPlaces) {
      const code = codes?.get(address) ?? null;
      if (code === null) continue;
      const name = code.qualname ?? code.name;
      lines.push(`N\t${address}\t${code.firstLine}\t${escapeField(name)}\t${escapeField(code.file)}`);
      for (const instr of instrs) lines.push(`n\t${address}\t${instr}\t${code.line(instr) ?? -1}`);
    }
    newPlaces.clear();
  }
}
