import { NULL_NAME } from '../../wire/escape.js';
import { displayName } from '../../wire/names.js';
import { isSettled, type CodeName, type Collection, type Frame } from './collection.js';

/** Functions of a process are some thousands; more come only from a program that compiles without end. */
const LIMIT = 50_000;

/** Names and lines by address, as records have told them. Collections that came before their names wait for them. */
export class CodeTable {
  private readonly names = new Map<number, CodeName | null>();
  /** Code object -> instruction -> line. */
  private readonly lines = new Map<number, Map<number, number>>();
  private lineCount = 0;
  /** Collections that wait for a name (by its code object) or a line (by code object and instruction). */
  private readonly waiting = new Map<number | string, Collection[]>();
  private waitingCount = 0;
  /** Some name could be read; some could not. */
  readable = false;
  /** How often an address was seen to hold another function than before, or none that can be proven. */
  replaced = 0;
  unreadable = false;

  /** What has been told of an address last; undefined where nothing has. */
  get(code: number): CodeName | null | undefined {
    return this.names.get(code);
  }

  lineOf(code: number, instr: number): number | undefined {
    return this.lines.get(code)?.get(instr);
  }

  /** Gives a collection's frames their names as far as they are known. */
  resolve(collection: Collection): void {
    const frame = this.fill(collection);
    if (frame === undefined || this.waitingCount >= LIMIT) return;
    const key = frame.name === undefined ? frame.code : `${frame.code}:${frame.instr}`;
    const others = this.waiting.get(key);
    if (others === undefined) this.waiting.set(key, [collection]);
    else others.push(collection);
    this.waitingCount++;
  }

  name(code: number, firstLine: number, name: string, file: string): void {
    if (this.names.size >= LIMIT) this.names.clear();
    const before = this.names.get(code);
    if (before && (before.name !== name || before.file !== file || before.firstLine !== firstLine)) {
      this.replaced++;
      this.forget(code);
    }
    const known =
      name === NULL_NAME ? null : { name, file, firstLine, shownName: displayName(name), shownFile: displayName(file) };
    if (known === null) this.unreadable = true;
    else this.readable = true;
    this.names.set(code, known);
    this.settle(code);
  }

  line(code: number, instr: number, line: number): void {
    if (this.lineCount >= LIMIT) {
      this.lines.clear();
      this.lineCount = 0;
    }
    const known = this.lines.get(code);
    if (known === undefined) this.lines.set(code, new Map([[instr, line]]));
    else known.set(instr, line);
    this.lineCount++;
    this.settle(`${code}:${instr}`);
  }

  /** Another function has this address now: lines told before are not its own. */
  private forget(code: number): void {
    this.lineCount -= this.lines.get(code)?.size ?? 0;
    this.lines.delete(code);
  }

  /** Only those that wait for this, or else each name would have all of them looked at. */
  private settle(key: number | string): void {
    const waiting = this.waiting.get(key);
    if (waiting === undefined) return;
    this.waiting.delete(key);
    this.waitingCount -= waiting.length;
    for (const collection of waiting) this.resolve(collection);
  }

  /** The first frame of which something is left to be told; undefined where there is none. */
  private fill({ frames }: Collection): Frame | undefined {
    let left: Frame | undefined;
    for (const frame of frames) if (!this.fillFrame(frame)) left ??= frame;
    return left;
  }

  private fillFrame(frame: Frame): boolean {
    if (frame.name === undefined) frame.name = this.names.get(frame.code);
    if (frame.name !== undefined) frame.line ??= frame.instr < 0 ? -1 : this.lineOf(frame.code, frame.instr);
    return isSettled(frame);
  }
}
