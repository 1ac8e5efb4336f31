/** A function's name, as records told it. */
export interface CodeName {
  /** As the target spells them: hostile. */
  readonly name: string;
  readonly file: string;
  /** The same, fit for a terminal. */
  readonly shownName: string;
  readonly shownFile: string;
  readonly firstLine: number;
}

/** A Python function that ran when a collection began. */
export interface Frame {
  /** Address of its code object. */
  readonly code: number;
  /** The instruction it had got to; -1 = not known. */
  readonly instr: number;
  /** null: it cannot be known; undefined: it is not known yet. */
  name: CodeName | null | undefined;
  /** The line that ran; -1: it cannot be known; undefined: it is not known yet. */
  line: number | undefined;
}

/** One collection that is over. */
export interface Collection {
  /** Counted from 0 in the order in which they came. */
  readonly id: number;
  /** Its end, ns since the header. */
  readonly ts: number;
  readonly tid: number;
  /** As the probe told it. */
  readonly generation: number;
  readonly place: number;
  readonly pause: number;
  readonly collected: number;
  /** Innermost first, at most four; none where no frame could be read. */
  readonly frames: readonly Frame[];
}

/** Its names and lines will not change any more. */
export function isNamed(collection: Collection): boolean {
  return collection.frames.every(isSettled);
}

export function isSettled({ name, line }: Frame): boolean {
  return name === null || (name !== undefined && line !== undefined);
}
