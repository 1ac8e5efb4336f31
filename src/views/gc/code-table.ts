import { NULL_NAME } from '../../wire/escape.js';
import { displayName } from '../../wire/names.js';
import { isSettled, type CodeName, type Collection, type Frame } from './collection.js';

/** Functions of a process are some thousands; more come only from a program that compiles without end. */
const LIMIT = 50_000;

/** Names and lines by address, as records have told them. Collections that came before their names wait for them. */
export class CodeTable {
  private readonly names = new Map<number, CodeName | null>();
  private readonly lines = new Map<string, number>();
  private waiting: Collection[] = [];
  /** Some name could be read; some could not. */
  readable = false;
  unreadable = false;

  /** What has been told of an address last; undefined where nothing has. */
  get(code: number): CodeName | null | undefined {
    return this.names.get(code);
  }

  lineOf(code: number, instr: number): number | undefined {
    return this.lines.get(`${code}:${instr}`);
  }

  /** Gives a collection's frames their names as far as they are known. */
  resolve(collection: Collection): void {
    if (!this.fill(collection) && this.waiting.length < LIMIT) this.waiting.push(collection);
  }

  name(code: number, firstLine: number, name: string, file: string): void {
    if (this.names.size >= LIMIT) this.names.clear();
    const before = this.names.get(code);
    if (before && (before.name !== name || before.file !== file || before.firstLine !== firstLine)) this.forget(code);
    const known =
      name === NULL_NAME ? null : { name, file, firstLine, shownName: displayName(name), shownFile: displayName(file) };
    if (known === null) this.unreadable = true;
    else this.readable = true;
    this.names.set(code, known);
    this.settle();
  }

  line(code: number, instr: number, line: number): void {
    if (this.lines.size >= LIMIT) this.lines.clear();
    this.lines.set(`${code}:${instr}`, line);
    this.settle();
  }

  /** Another function has this address now: lines told before are not its own. */
  private forget(code: number): void {
    for (const key of this.lines.keys()) if (key.startsWith(`${code}:`)) this.lines.delete(key);
  }

  private settle(): void {
    if (this.waiting.length > 0) this.waiting = this.waiting.filter((collection) => !this.fill(collection));
  }

  /** Whether nothing is left to be told. */
  private fill({ frames }: Collection): boolean {
    let whole = true;
    for (const frame of frames) if (!this.fillFrame(frame)) whole = false;
    return whole;
  }

  private fillFrame(frame: Frame): boolean {
    if (frame.name === undefined) frame.name = this.names.get(frame.code);
    if (frame.name !== undefined) frame.line ??= frame.instr < 0 ? -1 : this.lineOf(frame.code, frame.instr);
    return isSettled(frame);
  }
}
