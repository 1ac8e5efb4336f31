/** Below this nothing can be read any more. */
export const LEAST_COLUMNS = 60;
export const LEAST_ROWS = 12;

/** Where there is room for tabs and rules. */
const WIDE_COLUMNS = 100;
const WIDE_ROWS = 28;

/** A panel over the body: its words stand in its frame, its rows are drawn by a canvas inside. */
export interface PanelShape {
  readonly title: string;
  readonly hint: string;
  /** Rows and columns that its content would like to have. */
  readonly rows: number;
  readonly columns: number;
}

/** All that decides where things are; Ink lays out anew only when some of this changes. */
export interface ChromeState {
  readonly columns: number;
  readonly rows: number;
  readonly ascii: boolean;
  readonly screen: 'start' | 'live' | 'failed' | 'small';
  readonly panel: PanelShape | undefined;
  /** Screen `failed`. */
  readonly failure: { readonly sentence: string; readonly details: readonly string[] } | undefined;
}

export type CanvasName = 'header' | 'start' | 'body' | 'message' | 'keys' | 'panel';

export function isWide(columns: number, rows: number): boolean {
  return columns >= WIDE_COLUMNS && rows >= WIDE_ROWS;
}

/** Rows that are drawn on: the last one stays free, as Ink wants it. */
export function drawnRows(rows: number): number {
  return Math.max(1, rows - 1);
}

/** Same content in, same layout out: what tells whether Ink has to be asked again. */
export function chromeKey(state: ChromeState): string {
  return JSON.stringify(state);
}
