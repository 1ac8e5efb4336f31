import { sanitize } from '../text/printable.js';
import type { ActionName, Answer, AppSource, Stage } from './app-source.js';
import { ACTIONS } from './app-source.js';
import type { Clock } from './clock.js';
import type { Key } from './keys.js';
import { commandOf, globalHelp, isGlobal, type GlobalCommand, type GlobalHelp } from './keymap.js';
import { LEAST_COLUMNS, LEAST_ROWS, type ChromeState } from './layout.js';
import { Redactor } from './privacy.js';
import { helpOverlay, logOverlay, overlayKey, textOverlay, threadsOverlay, type Overlay } from './overlay.js';
import type { ViewSlot } from '../views/view-slot.js';
import type { KeyHelp, Viewport } from '../views/view.js';

/** How long an answer stands in the message line before the view's own words come back. */
const ANSWER_MS = 5000;
/** The same for a view's tip: a whole sentence, read by somebody who is new here. */
const TIP_MS = 20_000;
/** How often what takes a while may draw how far it has come. */
const PROGRESS_MS = 200;
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

/** An action that takes a while. */
interface Task {
  readonly abort: AbortController;
  readonly done: Promise<void>;
  text: string;
  drawnAt: number;
}

/** What is open, what is typed, what is frozen; carries out commands. Draws nothing. */
export class AppState {
  overlay: Overlay | undefined;
  prompt: { text: string; readonly before: string } | undefined;
  frozen: { readonly atMs: number; readonly events: number } | undefined;
  /** Others watch: what they need not see is hidden. */
  hidden = false;
  /** The body has to be drawn anew, whether or not there is news from the source. */
  dirty = true;
  viewport: Viewport;
  panelHeight = 1;
  private small = false;
  private current = 0;
  /** The view looked at before: its picture stays until the chosen one has something to show. */
  private before = 0;
  private thread = 0;
  private readonly filters = new Map<string, string>();
  /** View -> when its tip has stood long enough. */
  private readonly tips = new Map<string, number>();
  private made: { readonly key: string; readonly redactor: Redactor } | undefined;
  private said: { readonly text: string; readonly until: number } | undefined;
  private task: Task | undefined;

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
    this.before = this.current;
  }

  /** The view that is drawn and that keys go to. */
  get view(): ViewSlot {
    const { chosen } = this;
    return chosen.ready() || chosen.unavailable() !== undefined ? chosen : this.source.views[this.before];
  }

  /** The view that was asked for. */
  get chosen(): ViewSlot {
    return this.source.views[this.current];
  }

  get answer(): string | undefined {
    if (this.task) return `${this.task.text}   Esc calls it off`;
    if (this.said && this.clock.now() < this.said.until) return this.said.text;
    return this.waiting() ?? this.tip();
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
      failure: stage.kind === 'failed' ? this.failure(stage) : undefined,
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
    const globals = this.globals().map((help) => this.worded(help));
    const at = (command: string) => globals.filter((help) => help.command === command);
    const middle = globals.filter((help) => help.command !== 'help' && help.command !== 'quit');
    const own = this.seen() ? this.view.keys.filter((key) => !isGlobal(key.command)) : [];
    return [...at('help'), ...own, ...middle, ...at('quit')];
  }

  private globals(): GlobalHelp[] {
    return globalHelp(this.source.views.length).filter((help) => this.can(help.command));
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
    if (this.source.stage().kind !== 'running')
      return ['quit', 'diagnostics', 'privacy', 'suspend', 'redraw'].includes(command);
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
    if (key.name === 'escape' && this.task) return this.task.abort.abort();
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
      case 'privacy':
        return this.hide();
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
        return this.choose((this.current + 1) % this.source.views.length);
      case 'prev-view':
        return this.choose((this.current + this.source.views.length - 1) % this.source.views.length);
      case 'view-1':
      case 'view-2':
      case 'view-3':
      case 'view-4':
      case 'view-5':
        return this.choose(Number(command.slice(-1)) - 1);
    }
  }

  private choose(view: number): void {
    const shown = this.source.views.indexOf(this.view);
    this.current = view;
    this.before = shown;
    this.thread = 0;
    const { chosen } = this;
    if (chosen.unavailable() !== undefined) return;
    this.source.choose?.(chosen.id);
  }

  private help(): void {
    const keys = this.view.keys.filter((key) => !isGlobal(key.command));
    const model = {
      global: this.globals(),
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

  private hide(): void {
    this.hidden = !this.hidden;
    this.source.hide?.(this.hidden);
    this.say(
      this.hidden ? "hidden: folders, the command line, threads' and users' names; P shows them" : 'all is shown again',
    );
  }

  /** Takes out of what is drawn what is not to be seen; undefined where all is shown. */
  redactor(): Redactor | undefined {
    if (!this.hidden) return undefined;
    const { ascii } = this.viewport;
    const names = this.source.secrets?.() ?? [];
    // Made anew only with new names: it is asked for with each frame.
    const key = JSON.stringify(names);
    if (this.made?.key !== key) this.made = { key, redactor: new Redactor(names, ascii) };
    return this.made.redactor;
  }

  private failure(stage: Stage & { kind: 'failed' }): ChromeState['failure'] {
    const sentence = sanitize(stage.sentence);
    const details = stage.details.map(sanitize);
    const redactor = this.redactor();
    if (!redactor) return { sentence, details };
    return { sentence: redactor.prose(sentence), details: details.map((line) => redactor.prose(line)) };
  }

  private waiting(): string | undefined {
    return this.source.stage().kind === 'running' ? this.source.waiting?.(this.chosen.id) : undefined;
  }

  say(text: string): void {
    this.said = { text: sanitize(text), until: this.clock.now() + ANSWER_MS };
  }

  private tip(): string | undefined {
    const { id, tip } = this.view;
    if (tip === undefined || this.source.stage().kind !== 'running') return undefined;
    const now = this.clock.now();
    const until = this.tips.get(id) ?? now + TIP_MS;
    this.tips.set(id, until);
    return now < until ? tip : undefined;
  }

  private act(name: ActionName): void {
    if (name === 'export' && this.hidden) {
      this.say('a file would hold what is hidden: P shows it again, then e writes it');
      return;
    }
    // Its progress is in the message line already.
    if (name === 'export' && this.task) return;
    const now = this.source.traceNow();
    const redactor = this.redactor();
    const lines = this.view
      .lines({ ...this.viewport, paint: (_mark, text) => text }, now)
      .map((line) => (redactor?.row(line) ?? line).trimEnd());
    const action =
      this.source.action(name) ?? (() => ({ copy: lines.join('\n'), say: 'copied what is on the screen' }));
    const abort = new AbortController();
    const context = {
      view: this.view.id,
      lines,
      signal: abort.signal,
      progress: (text: string) => this.progress(text),
    };
    // Also what an action throws at once is said, not thrown at the terminal.
    const answer = new Promise<Answer>((resolve) => resolve(action(context)));
    const done = answer.then(
      (told) => this.answered(name, told),
      (error: unknown) => this.answered(name, { say: error instanceof Error ? error.message : String(error) }),
    );
    if (name === 'export') this.task = { abort, done, text: 'export', drawnAt: -Infinity };
  }

  private progress(text: string): void {
    const { task } = this;
    if (task === undefined) return;
    task.text = text;
    const now = this.clock.now();
    if (now - task.drawnAt < PROGRESS_MS) return;
    task.drawnAt = now;
    this.effects.changed();
  }

  /** Calls off what takes a while; resolves when nothing of it is left. */
  async close(): Promise<void> {
    this.task?.abort.abort();
    await this.task?.done;
  }

  private answered(name: ActionName, answer: Answer): void {
    if (name === 'export') this.task = undefined;
    const copied = answer.copy === undefined || this.effects.copy(answer.copy);
    if (!copied) this.say('too much to copy through the terminal');
    else if (answer.say !== undefined) this.say(answer.say);
    // It comes late, perhaps, and what is open by then has the keys.
    if (answer.show && !this.overlay && !this.prompt) this.overlay = textOverlay(answer.show.title, answer.show.lines);
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
