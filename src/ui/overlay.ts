import { sanitize } from '../text/printable.js';
import { fit, textWidth } from '../text/width.js';
import { helpLines, wrapped, type HelpModel } from './help.js';
import type { Key } from './keys.js';
import type { PanelShape } from './layout.js';
import type { ThreadChoice } from '../views/trace-view.js';
import { pickerLines } from './picker.js';
import type { RowStyle } from './row.js';
import { scrolledTo, windowed } from './scroll.js';

/** What a key did to an overlay. */
export type OverlayResult = 'stay' | 'close' | 'chosen';

interface Common {
  readonly shape: PanelShape;
  top: number;
}

export type Overlay =
  | (Common & { readonly kind: 'help'; query: string; readonly model: HelpModel })
  | (Common & { readonly kind: 'text'; readonly lines: () => readonly string[] })
  | (Common & { readonly kind: 'threads'; cursor: number; readonly choices: readonly ThreadChoice[] });

const PLAIN = (_mark: unknown, text: string): string => text;
const MAX_QUERY = 40;
/** What a panel asks for at most; it gets less where the terminal has less. */
const MAX_COLUMNS = 112;

export function helpOverlay(model: HelpModel, columns: number, ascii: boolean): Overlay {
  const width = Math.min(MAX_COLUMNS, columns - 8);
  const rows = helpLines(model, '', { width, paint: PLAIN, ascii }).length + 2;
  const shape = { title: `help: ${model.viewTitle}`, hint: 'type to search, Esc closes', rows, columns: width };
  return { kind: 'help', shape, top: 0, query: '', model };
}

/** A log: asked at each drawing, so that it grows in sight; begins at its end and stays there until scrolled. */
export function logOverlay(title: string, lines: () => readonly string[]): Overlay {
  const shape = { title, hint: 'Esc closes', rows: 1000, columns: MAX_COLUMNS };
  return { kind: 'text', shape, top: Infinity, lines };
}

/** A few lines to be read and closed. */
export function textOverlay(title: string, lines: readonly string[]): Overlay {
  const columns = Math.min(MAX_COLUMNS, Math.max(40, ...lines.map(textWidth)));
  const shape = { title, hint: 'Esc closes', rows: lines.length, columns };
  return { kind: 'text', shape, top: 0, lines: () => lines };
}

export function threadsOverlay(choices: readonly ThreadChoice[], current: number): Overlay {
  const shape = { title: 'threads', hint: 'Enter chooses, Esc closes', rows: choices.length, columns: 64 };
  const cursor = Math.max(
    0,
    choices.findIndex((choice) => choice.id === current),
  );
  return { kind: 'threads', shape, top: 0, cursor, choices };
}

/** The rows inside the panel: exactly `height`. Moves the overlay's window into what there is. */
export function overlayLines(overlay: Overlay, height: number, style: RowStyle): string[] {
  const blank = ' '.repeat(style.width);
  const more = (hidden: number) => style.paint('dim', fit(` ${hidden} more below`, style.width, 'left', style.ascii));
  switch (overlay.kind) {
    case 'help': {
      const lines = helpLines(overlay.model, overlay.query, style);
      const room = Math.max(1, height - 2);
      overlay.top = Math.max(0, Math.min(overlay.top, lines.length - room));
      const cursor = style.paint('selected', ' ');
      const typed = ` search: ${sanitize(overlay.query)}`;
      const query = fit(typed, Math.max(0, Math.min(style.width - 1, textWidth(typed))), 'left', style.ascii);
      const prompt = query + cursor + ' '.repeat(Math.max(0, style.width - textWidth(query) - 1));
      return [prompt, blank, ...windowed(lines, overlay.top, room, blank, more)].slice(0, height);
    }
    case 'text': {
      const lines = overlay
        .lines()
        .flatMap((line) => (textWidth(line) > style.width ? wrapped(line, style.width) : [line]));
      const last = Math.max(0, lines.length - height);
      const shown = windowed(lines, Math.min(overlay.top, last), height, blank, more);
      if (overlay.top !== Infinity) overlay.top = Math.min(overlay.top, last);
      // What `more` has painted has its width already.
      return shown.map((line) => (line.includes('\u001b') ? line : fit(line, style.width, 'left', style.ascii)));
    }
    case 'threads':
      overlay.top = scrolledTo(overlay.cursor, overlay.top, overlay.choices.length, height);
      return [
        ...pickerLines(overlay.choices, overlay.cursor, style).slice(overlay.top, overlay.top + height),
        ...Array.from({ length: Math.max(0, height - overlay.choices.length) }, () => blank),
      ];
  }
}

/** A key while the overlay is open; `height` is that of its window. */
export function overlayKey(overlay: Overlay, key: Key, height: number): OverlayResult {
  if (key.name === 'escape') return 'close';
  if (overlay.kind === 'threads') return pickerKey(overlay, key, height);
  if (overlay.kind === 'help') {
    if (typed(overlay, key)) return 'stay';
    if ((key.name === '?' || key.name === 'f1') && overlay.query === '') return 'close';
  } else if (key.name === 'q' || key.name === 'enter' || key.name === 'D') {
    return 'close';
  }
  scroll(overlay, key, height);
  return 'stay';
}

/** Into the search of the help; true when the key was text for it. */
function typed(overlay: Overlay & { kind: 'help' }, key: Key): boolean {
  if (key.name === 'backspace') overlay.query = [...overlay.query].slice(0, -1).join('');
  else if (key.name === 'ctrl-u') overlay.query = '';
  else if (key.text !== undefined && !(key.text === '?' && overlay.query === '')) {
    overlay.query = (overlay.query + key.text).slice(0, MAX_QUERY);
  } else return false;
  overlay.top = 0;
  return true;
}

function scroll(overlay: Exclude<Overlay, { kind: 'threads' }>, key: Key, height: number): void {
  // A log followed at its end is taken hold of where it stands.
  const count = overlay.kind === 'text' ? overlay.lines().length : Infinity;
  const top = overlay.top === Infinity ? Math.max(0, count - height) : overlay.top;
  const page = Math.max(1, height - 2);
  const by: Record<string, number> = { up: -1, down: 1, 'page-up': -page, 'page-down': page, k: -1, j: 1, ' ': page };
  if (key.name === 'home') overlay.top = 0;
  else if (key.name === 'end') overlay.top = overlay.kind === 'text' ? Infinity : 1e6;
  else if (by[key.name] !== undefined) overlay.top = Math.max(0, top + by[key.name]);
}

function pickerKey(overlay: Overlay & { kind: 'threads' }, key: Key, height: number): OverlayResult {
  const last = overlay.choices.length - 1;
  const by: Record<string, number> = { up: -1, k: -1, down: 1, j: 1, 'page-up': -height, 'page-down': height };
  if (key.name === 'enter') return overlay.choices.length > 0 ? 'chosen' : 'close';
  if (key.name === 'q' || key.name === 't') return 'close';
  if (key.name === 'home' || key.name === 'g') overlay.cursor = 0;
  else if (key.name === 'end' || key.name === 'G') overlay.cursor = last;
  else if (by[key.name] !== undefined) overlay.cursor = Math.max(0, Math.min(last, overlay.cursor + by[key.name]));
  return 'stay';
}
