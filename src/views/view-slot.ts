import type { KeyHelp, View, ViewChrome, Viewport } from './view.js';

/** A view with its state and where its model comes from: what all views have in common, whatever their types. */
export interface ViewSlot {
  readonly id: string;
  readonly title: string;
  readonly keys: readonly KeyHelp[];
  readonly glossary: View<never, never>['glossary'];
  /** What the filter's prompt begins with, where the view begins filtered. */
  readonly startFilter: string;
  /** Why it cannot be shown for this target, and what to do about it; undefined where it can. */
  readonly unavailable: () => string | undefined;
  /** It has something of its own to show; until then the picture of the view before stays. */
  readonly ready: () => boolean;
  /** Said in the message line when it is first looked at. */
  readonly tip?: string | undefined;
  /** The trace's clock as this view shows it: it stands still while the picture is frozen. */
  now(): number;
  command(command: string, viewport: Viewport, now: number): void;
  filter(text: string): void;
  lines(viewport: Viewport, now: number): string[];
  chrome(viewport: Viewport, now: number): ViewChrome;
}

export interface SlotOptions<State> {
  /** To begin with another state than the view's own. */
  readonly state?: State;
  /** The text that this state is filtered by. */
  readonly filter?: string;
  readonly unavailable?: () => string | undefined;
  readonly now?: () => number;
  /** Hears of each state, for what is done with it elsewhere: exports write what is shown. */
  readonly changed?: (state: State) => void;
}

/** `model` is asked for at each use: it gives the frozen one while the source is frozen. */
export function viewSlot<Model, State>(
  view: View<Model, State>,
  model: () => Model,
  options: SlotOptions<State> = {},
): ViewSlot {
  let state = options.state ?? view.initial();
  return {
    id: view.id,
    title: view.title,
    keys: view.keys,
    glossary: view.glossary,
    startFilter: options.filter ?? '',
    unavailable: options.unavailable ?? (() => undefined),
    ready: () => true,
    now: options.now ?? (() => 0),
    command(command, viewport, now) {
      state = view.reduce(state, command, model(), viewport, now);
      options.changed?.(state);
    },
    filter(text) {
      state = view.filter(state, text);
      options.changed?.(state);
    },
    lines: (viewport, now) => view.lines(model(), state, viewport, now),
    chrome: (viewport, now) => view.chrome(model(), state, viewport, now),
  };
}
