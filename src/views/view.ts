/** How a text is marked; the theme decides what that looks like, and without colour every mark still shows. */
export type Mark = 'plain' | 'dim' | 'bold' | 'accent' | 'good' | 'warn' | 'alarm' | 'selected' | 'heading';

export interface Viewport {
  readonly width: number;
  readonly height: number;
  /** Only ASCII glyphs. */
  readonly ascii: boolean;
  /** Paints a piece of text of already fixed width; returns it unchanged where there is no colour. */
  readonly paint: (mark: Mark, text: string) => string;
}

/** What a key does, by name. The keymap turns keys into commands; views never see keys. */
export interface KeyHelp {
  readonly command: string;
  /** As shown: `Space`, `←/→`, `[ ]`. */
  readonly keys: string;
  /** For the key line: one or two words. */
  readonly short: string;
  /** For the help overlay: one clause. */
  readonly long: string;
  /** Smaller stays longer in a narrow key line; left out of the key line where undefined. */
  readonly priority?: number;
}

/** What a view tells the chrome around it. */
export interface ViewChrome {
  /** Right side of the tab row: thread, filter, root, threshold. */
  readonly context: string;
  /** The message line above the key line: what the numbers are shares of, how many rows are hidden, and so on. */
  readonly message: string;
}

/**
 * One view: pure. `lines` returns exactly `height` strings of exactly `width` columns and changes nothing; `reduce`
 * returns the next state. `now` is the trace's clock in ns, relative to its first event.
 */
export interface View<Model, State> {
  readonly id: string;
  readonly title: string;
  /** Probes that this view cannot do without. */
  readonly needs: readonly string[];
  /** The names of commands that this view understands, with their keys. */
  readonly keys: readonly KeyHelp[];
  /** Words explained in the help overlay: column -> meaning. */
  readonly glossary: readonly (readonly [string, string])[];
  initial(): State;
  reduce(state: State, command: string, model: Model, viewport: Viewport, now: number): State;
  /** The text typed at the filter prompt; '' clears it. */
  filter(state: State, text: string): State;
  lines(model: Model, state: State, viewport: Viewport, now: number): string[];
  chrome(model: Model, state: State, viewport: Viewport, now: number): ViewChrome;
}
