import type { HeaderModel } from './header.js';
import type { ThreadChoice } from '../views/trace-view.js';
import type { Phase } from './start.js';
import type { ViewSlot } from '../views/view-slot.js';

/** How far the trace has come. */
export type Stage =
  /** `title`: what was asked for; `hint`: what may be good to know while waiting. */
  | { readonly kind: 'starting'; readonly title: string; readonly hint: string }
  | { readonly kind: 'running' }
  | { readonly kind: 'failed'; readonly sentence: string; readonly details: readonly string[] };

/** Commands that the application hands on. What is not there has no key either. */
export const ACTIONS = ['reset', 'mark', 'detach', 'copy', 'export'] as const;
export type ActionName = (typeof ACTIONS)[number];

export interface ActionContext {
  readonly view: string;
  /** What the view shows at this moment, without colours. */
  readonly lines: readonly string[];
  /** Calls off what takes a while. */
  readonly signal: AbortSignal;
  /** Says how far it has come, in the message line. */
  readonly progress: (text: string) => void;
}

/** What an action did: said in the message line, or shown at length, or given to the clipboard. */
export interface Answer {
  readonly say?: string;
  readonly show?: { readonly title: string; readonly lines: readonly string[] };
  readonly copy?: string;
}

export type Action = (context: ActionContext) => Answer | Promise<Answer>;

/** All that the terminal shows, asked for when it is needed. Every text is clean: nothing in it controls a terminal. */
export interface AppSource {
  readonly views: readonly ViewSlot[];
  /** Rises with everything that the views or the start would show differently. */
  revision(): number;
  stage(): Stage;
  /** Steps of the start, in their order. */
  phases(): readonly Phase[];
  /** State as it is; that the picture is frozen is known here. */
  header(): HeaderModel;
  /** To choose from, `id` 0 for all; none where the view cannot choose. Chosen by the view's command `pick-thread:ID`. */
  threads(): readonly ThreadChoice[];
  /** What the engine said and what was corrected, newest last. */
  diagnostics(): readonly string[];
  /** ns since the trace's first event, or the moment of the freeze while frozen. */
  traceNow(): number;
  /** The bell is to be rung; told only once. */
  bell?(): boolean;
  /** Another view is looked at. */
  choose?(view: string): void;
  /** What a chosen view still waits for, in one line; undefined where it has all that it needs. */
  waiting?(view: string): string | undefined;
  /** Names of threads and users that may stand in what is drawn, of whatever view. */
  secrets?(): readonly string[];
  /** What need not be seen by a watcher of the screen is hidden from now on, or shown again. */
  hide?(on: boolean): void;
  /** From here on the views' models stay as they are, while counting goes on. */
  freeze(): void;
  thaw(): void;
  /** What can be done now; undefined where it cannot, so that no key is shown for it. */
  action(name: ActionName): Action | undefined;
}
