import type { KeyHelp } from '../views/view.js';

/** Commands that the application carries out itself, in every view. */
export const GLOBAL_COMMANDS = [
  'quit',
  'suspend',
  'redraw',
  'help',
  'freeze',
  'next-view',
  'prev-view',
  'view-1',
  'view-2',
  'view-3',
  'view-4',
  'view-5',
  'filter',
  'pick-thread',
  'diagnostics',
  'mark',
  'reset',
  'detach',
  'copy',
  'export',
  'privacy',
] as const;
export type GlobalCommand = (typeof GLOBAL_COMMANDS)[number];

/** Commands that go to the view, which may know more that it declares itself. */
export const VIEW_COMMANDS = [
  'up',
  'down',
  'left',
  'right',
  'page-up',
  'page-down',
  'first',
  'last',
  'enter',
  'back',
  'next-match',
  'prev-match',
  'next-thread',
  'prev-thread',
  'sort',
  'sort-back',
  'reverse',
  'window',
  'follow',
  'flow-toggle',
  'expand-chain',
  'zoom',
  'plus',
  'minus',
  'imports',
  'scroll-left',
  'scroll-right',
] as const;
export type ViewCommand = (typeof VIEW_COMMANDS)[number];

/** Key name -> command, where a view does not say otherwise. */
const DEFAULTS: Record<string, GlobalCommand | ViewCommand> = {
  q: 'quit',
  'ctrl-c': 'quit',
  'ctrl-z': 'suspend',
  'ctrl-l': 'redraw',
  '?': 'help',
  h: 'help',
  f1: 'help',
  ' ': 'freeze',
  tab: 'next-view',
  'shift-tab': 'prev-view',
  '1': 'view-1',
  '2': 'view-2',
  '3': 'view-3',
  '4': 'view-4',
  '5': 'view-5',
  '/': 'filter',
  t: 'pick-thread',
  D: 'diagnostics',
  m: 'mark',
  R: 'reset',
  X: 'detach',
  y: 'copy',
  e: 'export',
  P: 'privacy',
  up: 'up',
  k: 'up',
  down: 'down',
  j: 'down',
  left: 'left',
  right: 'right',
  'page-up': 'page-up',
  'page-down': 'page-down',
  home: 'first',
  g: 'first',
  end: 'last',
  G: 'last',
  enter: 'enter',
  escape: 'back',
  backspace: 'back',
  n: 'next-match',
  N: 'prev-match',
  ']': 'next-thread',
  '[': 'prev-thread',
  s: 'sort',
  S: 'sort-back',
  '>': 'sort',
  '<': 'sort-back',
  r: 'reverse',
  w: 'window',
  F: 'follow',
  f: 'flow-toggle',
  E: 'expand-chain',
  z: 'zoom',
  '+': 'plus',
  '=': 'plus',
  '-': 'minus',
  i: 'imports',
  H: 'scroll-left',
  L: 'scroll-right',
};

/** Keys that mean the same in every view, whatever a view declares. */
const RESERVED = new Set(['q', 'ctrl-c', 'ctrl-z', 'ctrl-l', '?', 'f1', ' ', '1', '2', '3', '4', '5', '/', 'escape']);

/** How keys are written for people -> their names. */
const WRITTEN: Record<string, string> = {
  Space: ' ',
  Spc: ' ',
  Enter: 'enter',
  Tab: 'tab',
  'Shift-Tab': 'shift-tab',
  Esc: 'escape',
  Bksp: 'backspace',
  Home: 'home',
  End: 'end',
  PgUp: 'page-up',
  PgDn: 'page-down',
  '←': 'left',
  '→': 'right',
  '↑': 'up',
  '↓': 'down',
};

/**
 * The command of a key. A view's own single key (`g` for the generation) outweighs the default, so that declaring a key
 * in `KeyHelp` is all there is to binding it; help that names several keys describes defaults.
 */
export function commandOf(key: string, declared: readonly KeyHelp[]): string | undefined {
  if (!RESERVED.has(key)) {
    const own = declared.find((help) => (WRITTEN[help.keys] ?? help.keys) === key);
    if (own) return own.command;
  }
  return DEFAULTS[key];
}

const globals = new Set<string>(GLOBAL_COMMANDS);

export function isGlobal(command: string): command is GlobalCommand {
  return globals.has(command);
}

/** Views that have a number key. */
const NUMBERED = 5;

export type GlobalHelp = KeyHelp & { readonly command: GlobalCommand };

/**
 * What the keys of every view are called where there are so many views, in the order of the help. Priority: see KeyHelp;
 * none, not in the key line.
 */
export function globalHelp(views: number): readonly GlobalHelp[] {
  const keys = `1-${Math.min(views, NUMBERED)} Tab`;
  return HELP.map((help) => (help.command === 'next-view' ? { ...help, keys } : help));
}

const HELP: readonly GlobalHelp[] = [
  { command: 'help', keys: '?', short: 'help', long: 'this help', priority: 0 },
  { command: 'next-view', keys: 'Tab', short: 'view', long: 'choose a view, next view' },
  { command: 'filter', keys: '/', short: 'filter', long: 'show only what matches; empty shows all', priority: 20 },
  { command: 'pick-thread', keys: 't', short: 'thread', long: 'pick a thread by its name', priority: 40 },
  {
    command: 'freeze',
    keys: 'Space',
    short: 'freeze',
    long: 'hold the picture; data keeps being counted',
    priority: 10,
  },
  { command: 'reset', keys: 'R', short: 'reset', long: 'count from zero again' },
  { command: 'mark', keys: 'm', short: 'mark', long: 'mark this moment', priority: 70 },
  {
    command: 'copy',
    keys: 'y',
    short: 'copy',
    long: 'copy the screen as text (through the terminal, OSC 52)',
    priority: 75,
  },
  { command: 'export', keys: 'e', short: 'export', long: 'write what has been seen to a file', priority: 60 },
  {
    command: 'privacy',
    keys: 'P',
    short: 'privacy',
    long: "hide folders, the command line, and threads' and users' names; again: show them",
    priority: 85,
  },
  { command: 'detach', keys: 'X', short: 'detach', long: 'remove the probes now, keep the screen', priority: 80 },
  { command: 'diagnostics', keys: 'D', short: 'log', long: 'what the engine said, and what was corrected' },
  { command: 'suspend', keys: 'Ctrl-Z', short: 'suspend', long: 'back to the shell for a while; fg returns' },
  { command: 'quit', keys: 'q Ctrl-C', short: 'quit', long: 'remove the probes and leave', priority: 1 },
];
