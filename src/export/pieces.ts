/**
 * A text in pieces, made as it is asked for, so that a file of any length needs little memory. A piece may be empty:
 * then only work was done, and whoever writes may let others have their turn.
 */
export type Pieces = Iterable<string>;

const CHUNK = 1 << 16;
/** Steps without a piece of their own after which the writer is given its turn. */
const TURN = 256;

/** The same text in pieces of some length, none empty: for writers that have no turns to give. */
export function* gathered(pieces: Pieces): Generator<string> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < CHUNK) continue;
    yield text;
    text = '';
  }
  if (text !== '') yield text;
}

/** The items, and every some hundred of them a chance to give others their turn: `undefined`. */
export function* inTurns<Item extends object | number>(items: Iterable<Item>): Generator<Item | undefined> {
  let steps = 0;
  for (const item of items) {
    yield item;
    if (++steps % TURN === 0) yield undefined;
  }
}
