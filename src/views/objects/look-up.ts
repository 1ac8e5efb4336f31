import { CodeNames } from '../../target/code-names.js';
import type { Target } from '../../target/target.js';
import { TypeNames, type Proven } from '../../target/type-names.js';
import { escapeField } from '../../wire/escape.js';
import type { Living, Stamp } from './living-types.js';
import type { ObjectsSession } from './objects-session.js';
import { unsureLines } from './unsure.js';

/** Types whose names are read in one go, and types that are looked at again: it must not hold the screen up. */
const NEW_AT_ONCE = 2000;
const AGAIN_AT_ONCE = 200;
/** A type that has no name after so many looks has gone; and one that is another's so many times has ended unheard. */
const TRIES = 4;
/** tp_name is cut by every engine at some length beyond this. */
const CUT = 60;

type Names = Pick<TypeNames, 'look' | 'close'>;
type Codes = Pick<CodeNames, 'get' | 'close'>;

/**
 * Reads from the target what addresses of types and code objects stand for, each once. A type gets a name where what is
 * at its address is proven to be a type, and the one that the script has seen there.
 */
export class LookUp {
  private begun = false;
  private again: Iterator<[number, Living]> | undefined;

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
    const { session } = this;
    const { wanted, byAddress } = session.types;
    let left = session.over ? Infinity : NEW_AT_ONCE;
    for (const type of wanted) if (left-- > 0) this.look(type, lines);
    if (session.over) return;
    // That a class has ended may have been lost.
    for (let count = 0; count < AGAIN_AT_ONCE; count++) {
      const next = (this.again ??= byAddress.entries()).next();
      if (next.done === true) {
        this.again = undefined;
        return;
      }
      const [type, living] = next.value;
      if (living.state === 'named') this.check(type, living, lines);
    }
  }

  private look(type: number, lines: string[]): void {
    const { types, over } = this.session;
    const living = types.byAddress.get(type);
    // What the script has seen there may be on its way.
    if (living === undefined || (living.stamp === undefined && !over)) return;
    // At the end there is no next time, and a class may just be changing.
    for (let times = over ? TRIES : 1; times > 0 && living.stamp !== undefined; times--) {
      const proven = this.names.look(type);
      if (proven === null || !same(living.stamp, proven)) continue;
      const { module, qualname, nativeBase } = proven.type;
      living.tries = 0;
      lines.push(`Y\t${type}\t${[module ?? '', qualname, nativeBase].map(escapeField).join('\t')}`);
      return;
    }
    this.vain(type, living, lines);
  }

  private check(type: number, living: Living, lines: string[]): void {
    const proven = this.names.look(type);
    if (proven === null || living.stamp === undefined || proven.dict === living.stamp.dict) living.tries = 0;
    else this.vain(type, living, lines);
  }

  private vain(type: number, living: Living, lines: string[]): void {
    if (++living.tries >= TRIES || this.session.over) lines.push(`z\t${type}`);
  }

  private places(lines: string[]): void {
    const { newPlaces } = this.session;
    if (newPlaces.size === 0) return;
    const codes = this.codes();
    for (const [address, instrs] of newPlaces) {
      const code = codes?.get(address) ?? null;
      // An instruction that is not in it was another function's, which had the address before.
      if (code === null || ![...instrs].every((instr) => code.holds(instr))) continue;
      const name = code.qualname ?? code.name;
      lines.push(`N\t${address}\t${code.firstLine}\t${escapeField(name)}\t${escapeField(code.file)}`);
      for (const instr of instrs) lines.push(`n\t${address}\t${instr}\t${code.line(instr) ?? -1}`);
    }
    newPlaces.clear();
  }
}

/** Whether a type that was read is the one that the script saw. */
function same(stamp: Stamp, { dict, name }: Proven): boolean {
  if (stamp.dict !== dict) return false;
  if (stamp.name === '' || stamp.name === name) return true;
  return stamp.name.length >= CUT && name.startsWith(stamp.name);
}
