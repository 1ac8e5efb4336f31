import { cut, fit } from '../text/width.js';
import type { Viewport } from '../views/view.js';
import type { AppState } from './app-state.js';
import type { Clock } from './clock.js';
import { compose, type Piece, type Rect } from './compositor.js';
import { headerLines, type HeaderModel } from './header.js';
import { wrapped } from './help.js';
import type { InkChrome } from './ink-chrome.js';
import { keyLine } from './keyline.js';
import { drawnRows, isWide } from './layout.js';
import { messageLine, type Message } from './message.js';
import { overlayLines, type Overlay } from './overlay.js';
import { plainText } from './sgr.js';
import { startLines } from './start.js';
import type { RowStyle } from './row.js';
import type { Paint } from './theme.js';

/** Makes whole frames: Ink's layout with every canvas filled in. Changes nothing but what it remembers of the last. */
export class Painter {
  private body: { readonly lines: string[]; readonly context: string; readonly message: string } | undefined;
  private readonly startedAt: number;

  constructor(
    private readonly state: AppState,
    private readonly chrome: InkChrome,
    private readonly clock: Clock,
    private readonly paint: Paint,
    private readonly ascii: boolean,
  ) {
    this.startedAt = clock.now();
  }

  /** The frame for a terminal of this size. `fresh`: what the views show has changed since the last. */
  frame(columns: number, rows: number, fresh: boolean): string[] {
    const layout = this.chrome.layout(this.state.chrome(columns, rows));
    const pieces: Piece[] = [];
    const bodyRect = layout.canvases.get('body');
    if (bodyRect) this.drawBody(bodyRect, fresh);
    for (const [name, rect] of layout.canvases) {
      if (name === 'panel') continue;
      const lines = this.lines(name, rect, columns, rows);
      pieces.push({ rect, lines: layout.cover && name === 'body' ? lines.map((line) => this.faint(line)) : lines });
    }
    const panel = layout.canvases.get('panel');
    if (layout.cover) pieces.push({ rect: layout.cover });
    if (panel && this.state.overlay) {
      this.state.panelHeight = panel.height;
      pieces.push({ rect: panel, lines: this.panel(this.state.overlay, panel) });
    }
    return compose(layout.lines, pieces, columns, drawnRows(rows));
  }

  private panel(overlay: Overlay, { width, height }: Rect): readonly string[] {
    const lines = overlayLines(overlay, height, this.style(width));
    // The help tells of pytrace alone.
    return overlay.kind === 'help' ? lines : this.prose(lines);
  }

  private prose(lines: readonly string[]): readonly string[] {
    const redactor = this.state.redactor();
    return redactor ? lines.map((line) => redactor.prose(line)) : lines;
  }

  private lines(name: string, rect: Rect, columns: number, rows: number): readonly string[] {
    const style = this.style(rect.width);
    const redactor = this.state.redactor();
    switch (name) {
      case 'header':
        return headerLines(this.header(), {
          ...style,
          wide: isWide(columns, rows),
          context: redactor?.prose(this.body?.context ?? '') ?? this.body?.context ?? '',
          tabs: this.state.source.views.map((view) => ({
            title: view.title,
            active: view === this.state.chosen,
            usable: view.unavailable() === undefined,
          })),
        });
      case 'start':
        return this.prose(this.start(rect));
      case 'body':
        return this.body?.lines.map((line) => redactor?.row(line) ?? line) ?? [];
      case 'message':
        return this.prose([messageLine(this.message(), style)]);
      default:
        return [keyLine(this.state.keys(), style)];
    }
  }

  private style(width: number): RowStyle {
    return { width, paint: this.paint, ascii: this.ascii };
  }

  private header(): HeaderModel {
    const { frozen, hidden } = this.state;
    const header = { ...this.state.source.header(), hidden };
    if (!frozen) return header;
    const ageMs = this.clock.now() - frozen.atMs;
    return { ...header, state: { kind: 'frozen', ageMs, behind: Math.max(0, header.events - frozen.events) } };
  }

  private start(rect: Rect): string[] {
    const stage = this.state.source.stage();
    const [title, hint] = stage.kind === 'starting' ? [stage.title, stage.hint] : ['', ''];
    const since = this.clock.now() - this.startedAt;
    return startLines(title, since, this.state.source.phases(), hint, {
      ...this.style(rect.width),
      height: rect.height,
    });
  }

  private drawBody(rect: Rect, fresh: boolean): void {
    const { width, height } = rect;
    const before = this.state.viewport;
    if (!fresh && this.body && before.width === width && before.height === height) return;
    const viewport: Viewport = { width, height, ascii: this.ascii, paint: this.paint };
    this.state.viewport = viewport;
    const view = this.state.view;
    const reason = view.unavailable();
    if (reason !== undefined) {
      this.body = { lines: this.reason(reason, width, height), context: '', message: '' };
      return;
    }
    const now = this.state.source.traceNow();
    this.body = { lines: view.lines(viewport, now), ...view.chrome(viewport, now) };
  }

  /** A view that cannot be shown says why, in the middle of where it would be. */
  private reason(text: string, width: number, height: number): string[] {
    const lines = text.split('\n').flatMap((line) => wrapped(line, Math.min(width - 4, 72)));
    const blank = ' '.repeat(width);
    const above = Math.max(0, (height - lines.length) >> 1);
    const out = Array.from({ length: above }, () => blank);
    for (const line of lines) out.push(fit(cut(line, width, this.ascii), width, 'center'));
    while (out.length < height) out.push(blank);
    return out.slice(0, height);
  }

  private message(): Message {
    const { prompt, answer } = this.state;
    if (prompt) return { kind: 'prompt', label: 'filter', text: prompt.text, hint: 'Enter keeps, Esc undoes' };
    if (answer !== undefined) return { kind: 'answer', text: answer };
    return { kind: 'words', text: this.state.source.stage().kind === 'running' ? (this.body?.message ?? '') : '' };
  }

  private faint(line: string): string {
    return this.paint('dim', plainText(line));
  }
}
