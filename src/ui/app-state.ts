import type { ActionName, Answer, AppSource } from './app-source.js';
import { ACTIONS } from './app-source.js';
import type { Clock } from './clock.js';
import type { Key } from './keys.js';
import { commandOf, GLOBAL_HELP, isGlobal, type GlobalCommand } from './keymap.js';
import { LEAST_COLUMNS, LEAST_ROWS, type ChromeState } from './layout.js';
import { helpOverlay, logOverlay, overlayKey, textOverlay, threadsOverlay, type Overlay } from './overlay.js';
import type { ViewSlot } from './view-slot.js';
import type { KeyHelp, Viewport } from '../views/view.js';

/** How long an answer stands in the message line before the view's own words come back. */
const ANSWER_MS = 5000;
const MAX_PROMPT = 200;

/** What the application can only ask for: it is the terminal's. */
export interface AppEffects {
  quit(): void;
  suspend(): void;
  redraw(): void;
  /** Gives a text to the terminal's clipboard; false where it is too long for that. */
  copy(text: string): boolean;
  /** Something changed outside a key, such as an export that is done. */
  changed(): void;
}

/** What is open, what is typed, what is frozen; carries out commands. Draws nothing. */
export class AppState {
  overlay: Overlay | undefined;
  prompt: { text: string; readonly before: string } | undefined;
  frozen: { readonly atMs: number; readonly events: number } | undefined;
  /** The body has to be drawn anew, whether or not there is news from the source. */
  dirty = true;
  viewport: Viewport;
  panelHeight = 1;
  private small = false;
  private current = 0;
  private thread = 0;
  private readonly filters = new Map<string, string>();
  private said: { readonly text: string; readonly until: number } | undefined;

  constructor(
    readonly source: AppSource,
    private readonly clock: Clock,
    private readonly effects: AppEffects,
    viewport: Viewport,
    firstView?: string,
  ) {
    this.viewport = viewport;
    this.current = Math.max(
      0,
      source.views.findIndex((view) => view.id === firstView),
    );
  }

  get view(): ViewSlot {
    return this.source.views[this.current];
  }

  get answer(): string | undefined {
    return this.said && this.clock.now() < this.said.until ? this.said.text : undefined;
  }

  chrome(columns: number, rows: number): ChromeState {
    const stage = this.source.stage();
    this.small = columns < LEAST_COLUMNS || rows < LEAST_ROWS;
    const small = this.small;
    return {
      columns,
      rows,
      ascii: this.viewport.ascii,
      screen: small ? 'small' : stage.kind === 'starting' ? 'start' : stage.kind === 'failed' ? 'failed' : 'live',
      panel: small ? undefined : this.overlay?.shape,
      failure: stage.kind === 'failed' ? { sentence: stage.sentence, details: stage.details } : undefined,
    };
  }

  /** The keys that do something now, for the key line and the help. */
  keys(): KeyHelp[] {
    if (this.prompt) {
      return [
        { command: 'enter', keys: 'Enter', short: 'keep', long: '', priority: 0 },
        { command: 'back', keys: 'Esc', short: 'undo', long: '', priority: 1 },
      ];
    }
    if (this.overlay) return [{ command: 'back', keys: 'Esc', short: 'close', long: '', priority: 0 }];
    const globals = GLOBAL_HELP.filter((help) => this.can(help.command)).map((help) => this.worded(help));
    const at = (command: string) => globals.filter((help) => help.command === command);
    const middle = globals.filter((help) => help.command !== 'help' && help.command !== 'quit');
    const own = this.seen() ? this.view.keys.filter((key) => !isGlobal(key.command)) : [];
    return [...at('help'), ...own, ...middle, ...at('quit')];
  }

  /** There is a view, and it shows something. */
  private seen(): boolean {
    return this.source.stage().kind === 'running' && this.view.unavailable() === undefined;
  }

  private worded<Help extends KeyHelp>(help: Help): Help {
    if (help.command === 'freeze' && this.frozen)
      return { ...help, short: 'go on', long: 'show what is happening again' };
    if (help.command === 'quit') {
      return { ...help, keys: 'q', short: this.source.stage().kind === 'starting' ? 'cancel' : 'quit' };
    }
    // On the way to the first event, and after a failure, the log is what there is to look at.
    if (help.command === 'diagnostics' && this.source.stage().kind !== 'running') return { ...help, priority: 2 };
    return help;
  }

  private can(command: GlobalCommand): boolean {
    if (this.source.stage().kind !== 'running') return ['quit', 'diagnostics', 'suspend', 'redraw'].includes(command);
    if (['copy', 'export', 'filter', 'pick-thread'].includes(command) && !this.seen()) return false;
    if (isAction(command)) return command === 'copy' || this.source.action(command) !== undefined;
    if (command === 'pick-thread') return this.source.threads().length > 1;
    if (command === 'next-view' || command === 'prev-view') return this.source.views.length > 1;
    const numbered = /^view-(\d)$/.exec(command);
    return numbered ? Number(numbered[1]) <= this.source.views.length : true;
  }

  key(key: Key): void {
    this.dirty = true;
    if (key.name === 'ctrl-c') return this.effects.quit();
    if (key.name === 'ctrl-z') return this.effects.suspend();
    // Nothing of what is open can be seen: no key but the one that is named.
    if (this.small) return key.name === 'q' ? this.effects.quit() : undefined;
    if (this.prompt) return this.promptKey(this.prompt, key);
    if (this.overlay) return this.keyOver(this.overlay, key);
    if (key.name === 'paste') return;
    const command = commandOf(key.name, this.seen() ? this.view.keys : []);
    if (command !== undefined) this.command(command);
  }

  command(command: string): void {
    this.dirty = true;
    if (isGlobal(command)) {
      if (this.can(command)) this.global(command);
    } else if (this.seen()) {
      this.view.command(command, this.viewport, this.source.traceNow());
    }
  }

  private global(command: GlobalCommand): void {
    if (isAction(command)) return this.act(command);
    switch (command) {
      case 'quit':
        return this.effects.quit();
      case 'suspend':
        return this.effects.suspend();
      case 'redraw':
        return this.effects.redraw();
      case 'help':
        return this.help();
      case 'freeze':
        return this.freeze();
      case 'filter': {
        const before = this.filters.get(this.view.id) ?? this.view.startFilter;
        this.prompt = { text: before, before };
        return;
      }
      case 'pick-thread':
        this.overlay = threadsOverlay(this.source.threads(), this.thread);
        return;
      case 'diagnostics':
        this.overlay = logOverlay('diagnostics', () => this.source.diagnostics());
        return;
      case 'next-view':
        this.current = (this.current + 1) % this.source.views.length;
        return;
      case 'prev-view':
        this.current = (this.current + this.source.views.length - 1) % this.source.views.length;
        return;
      case 'view-1':
      case 'view-2':
      case 'view-3':
      case 'view-4':
      case 'view-5':
        this.current = Number(command.slice(-1)) - 1;
    }
  }

  private help(): void {
    const keys = this.view.keys.filter((key) => !isGlobal(key.command));
    const model = {
      global: GLOBAL_HELP.filter((help) => this.can(help.command)),
      view: keys,
      viewTitle: this.view.title,
      glossary: this.view.glossary,
    };
    // As wide as the screen, not as the body: a panel lies over everything.
    this.overlay = helpOverlay(model, this.viewport.width, this.viewport.ascii);
  }

  private freeze(): void {
    if (this.frozen) {
      this.frozen = undefined;
      this.source.thaw();
    } else {
      this.source.freeze();
      this.frozen = { atMs: this.clock.now(), events: this.source.header().events };
    }
  }

  say(text: string): void {
    this.said = { text, until: this.clock.now() + ANSWER_MS };
  }

  private act(name: ActionName): void {
    const now = this.source.traceNow();
    const lines = this.view
      .lines({ ...this.viewport, paint: (_mark, text) => text }, now)
      .map((line) => line.trimEnd());
    const action =
      this.source.action(name) ?? (() => ({ copy: lines.join('\n'), say: 'copied what is on the screen' }));
    // Also what an action throws at once is said, not thrown at the terminal.
    void (async () => action({ view: this.view.id, lines }))().then(
      (answer) => this.answered(answer),
      (error: unknown) => this.answered({ say: error instanceof Error ? error.message : String(error) }),
    );
  }

  private answered(answer: Answer): void {
    const copied = answer.copy === undefined || this.effects.copy(answer.copy);
    if (!copied) this.say('too much to copy through the terminal');
    else if (answer.say !== undefined) this.say(answer.say);
    if (answer.show) this.overlay = textOverlay(answer.show.title, answer.show.lines);
    this.dirty = true;
    this.effects.changed();
  }

  private promptKey(prompt: { text: string; readonly before: string }, key: Key): void {
    if (key.name === 'enter' || key.name === 'escape') {
      if (key.name === 'escape') this.filter(prompt.before);
      this.prompt = undefined;
      return;
    }
    if (key.name === 'backspace') prompt.text = [...prompt.text].slice(0, -1).join('');
    else if (key.name === 'ctrl-u') prompt.text = '';
    else if (key.text !== undefined) prompt.text = (prompt.text + key.text).slice(0, MAX_PROMPT);
    else return;
    // While it is typed, so that one sees at once what it leaves.
    this.filter(prompt.text);
  }

  private filter(text: string): void {
    this.filters.set(this.view.id, text);
    this.view.filter(text);
  }

  private keyOver(overlay: Overlay, key: Key): void {
    const result = overlayKey(overlay, key, this.panelHeight);
    if (result === 'stay') return;
    this.overlay = undefined;
    if (result !== 'chosen' || overlay.kind !== 'threads') return;
    const chosen = overlay.choices[overlay.cursor];
    this.thread = chosen.id;
    this.command(`pick-thread:${chosen.id}`);
    this.say(chosen.id === 0 ? 'all threads' : `thread ${chosen.name}`);
  }
}

function isAction(command: string): command is ActionName {
  return (ACTIONS as readonly string[]).includes(command);
}
