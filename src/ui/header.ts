import { spark } from '../views/bars.js';
import { glyphsFor, type Glyphs } from '../views/glyphs.js';
import type { Mark } from '../views/view.js';
import { elapsed, percent, shortBytes, shortCount } from './quantity.js';
import { row, type Part, type RowStyle } from './row.js';

/** What is happening to the trace. */
export type RunState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'live' }
  /** Traced, but others keep the process from running: `STOPPED`, `HELD BY gdb`. */
  | { readonly kind: 'standing'; readonly how: string }
  /** `behind`: events that have come since. */
  | { readonly kind: 'frozen'; readonly ageMs: number; readonly behind: number }
  | { readonly kind: 'detached' }
  /** The tracer ended by itself, or was killed. */
  | { readonly kind: 'broken' }
  /** `how`: an exit code, or a signal's name. */
  | { readonly kind: 'exited'; readonly how: number | string }
  | { readonly kind: 'replay' };

/** How the numbers were come by. */
export type Badge =
  | { readonly kind: 'exact'; readonly from: string }
  /** `share` of all events that were lost, 0..1; 0 where something else is amiss. */
  | { readonly kind: 'partial'; readonly share: number }
  | { readonly kind: 'sampled'; readonly hz: number };

export interface HeaderModel {
  readonly pid: number;
  /** `python3.11`. */
  readonly python: string;
  readonly command: string;
  readonly state: RunState;
  readonly badge: Badge;
  /** Since the trace began. */
  readonly elapsedMs: number;
  /** `dtrace 2.0.7`. */
  readonly engine: string;
  /** All events so far: for how far a frozen picture is behind. */
  readonly events: number;
  readonly eventRate: number;
  /** Events a second, oldest first. */
  readonly rateHistory: readonly number[];
  readonly lost: number;
  /** Percent of one core; undefined where it cannot be known. */
  readonly cpu: number | undefined;
  readonly cpuBefore: number | undefined;
  readonly rssBytes: number | undefined;
  readonly threads: number | undefined;
  /** Further words, most important first: `gc 1.3%`. */
  readonly extra: readonly string[];
  /** Others watch the screen: the command is not shown. */
  readonly hidden?: boolean;
}

export interface Tab {
  readonly title: string;
  readonly active: boolean;
  readonly usable: boolean;
}

export interface HeaderStyle extends RowStyle {
  /** Room for the row of tabs. */
  readonly wide: boolean;
  readonly tabs: readonly Tab[];
  /** What the view says of itself: thread, filter, root. */
  readonly context: string;
}

/** The rows at the top: identity and state, numbers, and where there is room the tabs. */
export function headerLines(model: HeaderModel, style: HeaderStyle): string[] {
  const glyphs = glyphsFor(style.ascii);
  const context: Part = { text: style.context, mark: 'dim', priority: 6, shrinks: { to: 12, priority: 6.5 } };
  if (!style.wide) {
    return [identity(model, style, glyphs, true), row(numbers(model, glyphs, true), [context], style)];
  }
  return [identity(model, style, glyphs, false), row(numbers(model, glyphs, false), [], style), tabRow(style, context)];
}

function identity(model: HeaderModel, style: HeaderStyle, glyphs: Glyphs, brief: boolean): string {
  const view = style.tabs.find((tab) => tab.active)?.title ?? '';
  const gap = brief ? 1 : 2;
  const left: Part[] = [
    { text: 'pytrace', mark: 'bold', priority: 9 },
    { text: brief ? view : '', priority: 8, gap },
    { text: String(model.pid), mark: 'bold', priority: 2, gap },
    { text: brief ? '' : model.python, priority: 7, gap },
    { text: model.hidden ? '' : model.command, priority: 5, shrinks: { to: 12, priority: 100 }, gap },
  ];
  const state = stateWords(model.state, glyphs);
  const badge = badgeWords(model.badge, brief);
  const right: Part[] = [
    { text: model.hidden ? 'PRIVATE' : '', mark: 'bold', priority: 0 },
    { text: state.text, mark: state.mark, priority: 0, gap },
    { text: badge.text, mark: badge.mark, priority: 1, gap },
    { text: elapsed(model.elapsedMs, brief), priority: 4, gap },
  ];
  return row(left, right, style);
}

function stateWords(state: RunState, glyphs: Glyphs): { text: string; mark: Mark } {
  switch (state.kind) {
    case 'starting':
      return { text: 'STARTING', mark: 'bold' };
    case 'live':
      return { text: `${glyphs.live} LIVE`, mark: 'good' };
    case 'standing':
      return { text: `TARGET ${state.how}`, mark: 'alarm' };
    case 'frozen':
      return {
        text: `${glyphs.frozen} FROZEN ${age(state.ageMs)}, ${shortCount(state.behind)} behind`,
        mark: 'selected',
      };
    case 'detached':
      return { text: 'DETACHED', mark: 'warn' };
    case 'broken':
      return { text: 'TRACER ENDED', mark: 'alarm' };
    case 'exited':
      return { text: `TARGET EXITED ${state.how}`, mark: 'warn' };
    case 'replay':
      return { text: 'REPLAY', mark: 'accent' };
  }
}

function age(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return seconds < 100 ? `${seconds}s` : elapsed(ms, true);
}

function badgeWords(badge: Badge, brief: boolean): { text: string; mark: Mark } {
  switch (badge.kind) {
    case 'exact':
      return { text: brief ? 'EXACT' : `EXACT ${badge.from}`, mark: 'plain' };
    case 'partial':
      return { text: badge.share > 0 ? `PARTIAL lost ${percent(badge.share)}` : 'PARTIAL', mark: 'alarm' };
    case 'sampled':
      return { text: `SAMPLED ${badge.hz}Hz`, mark: 'warn' };
  }
}

function numbers(model: HeaderModel, glyphs: Glyphs, brief: boolean): Part[] {
  // Padded, so that what stands to the right of a number does not jump about with it.
  const rate = `${shortCount(model.eventRate).padStart(5)} ev/s`;
  const parts: Part[] = [
    { text: brief ? '' : model.engine, priority: 8 },
    { text: rate, priority: 1 },
    { text: spark(model.rateHistory, brief ? 4 : 6, glyphs), mark: 'accent', priority: 7, gap: 1 },
    { text: `lost ${shortCount(model.lost)}`, mark: model.lost > 0 ? 'alarm' : 'plain', priority: 0 },
  ];
  if (model.cpu !== undefined) {
    parts.push({
      text: brief ? briefCpu(model.cpu, model.cpuBefore) : fullCpu(model.cpu, model.cpuBefore),
      priority: 3,
    });
  }
  if (!brief && model.rssBytes !== undefined) {
    parts.push({ text: `rss ${shortBytes(model.rssBytes).padStart(5)}`, priority: 9 });
  }
  if (!brief && model.threads !== undefined) parts.push({ text: `threads ${model.threads}`, priority: 10 });
  model.extra.forEach((text, at) => parts.push({ text, mark: 'dim', priority: 11 + at }));
  return parts;
}

function fullCpu(cpu: number, before: number | undefined): string {
  const now = `target cpu ${String(Math.round(cpu)).padStart(3)}%`;
  return before === undefined ? now : `${now} (was ${Math.round(before)}%)`;
}

function briefCpu(cpu: number, before: number | undefined): string {
  const now = `cpu ${String(Math.round(cpu)).padStart(3)}%`;
  if (before === undefined) return now;
  const more = Math.round(cpu) - Math.round(before);
  return `${now}(${more < 0 ? '' : '+'}${more})`;
}

function tabRow(style: HeaderStyle, context: Part): string {
  const tabs = style.tabs.map((tab, at): Part => {
    const text = `${at + 1} ${tab.title}`;
    return {
      text: tab.active ? `[${text}]` : ` ${text} `,
      mark: tab.active ? 'bold' : tab.usable ? 'plain' : 'dim',
      priority: tab.active ? 0 : 3,
      gap: 1,
    };
  });
  return row(tabs, [{ ...context, priority: 1 }], style);
}
