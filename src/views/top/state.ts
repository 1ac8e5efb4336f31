import { tableState, type TableState } from '../table/state.js';

export interface TopState extends TableState {
  /** 0 = all threads. */
  readonly thread: number;
  /** Until when (trace clock, ns) it is said that threads are not told apart; 0 = it is not. */
  readonly threadlessUntil: number;
}

/** Seconds that the screen tells of at first: long enough for numbers that do not jump. */
const FIRST_WINDOW = 10;

export const topState = (sort = 'self%', window = FIRST_WINDOW): TopState => ({
  ...tableState(sort, window),
  thread: 0,
  threadlessUntil: 0,
});
