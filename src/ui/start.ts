import { fit } from '../text/width.js';
import { row, type RowStyle } from './row.js';

/** One step on the way to the first event. */
export interface Phase {
  readonly name: string;
  readonly state: 'done' | 'running' | 'waiting' | 'failed';
  /** What it found, or how far it is: `stap pass 4 of 5`. */
  readonly detail: string;
  readonly elapsedMs: number | undefined;
}

const BOXES = { done: '[done]', running: '[....]', waiting: '[    ]', failed: '[fail]' };
const MARKS = { done: 'good', running: 'bold', waiting: 'dim', failed: 'alarm' } as const;

/** The screen until events come: what is being done, how far it is, and how long it has taken. */
export function startLines(
  title: string,
  sinceMs: number,
  phases: readonly Phase[],
  hint: string,
  style: RowStyle & { readonly height: number },
): string[] {
  const blank = ' '.repeat(style.width);
  const lines = [
    row(
      [{ text: title, mark: 'bold', priority: 0, shrinks: { to: 8, priority: 2 } }],
      [{ text: `starting, ${tenths(sinceMs)}`, priority: 1 }],
      style,
    ),
    blank,
  ];
  const names = Math.max(8, ...phases.map((phase) => phase.name.length));
  for (const phase of phases) lines.push(phaseLine(phase, names, style));
  lines.push(blank);
  if (hint !== '') lines.push('   ' + style.paint('dim', fit(hint, Math.max(0, style.width - 3), 'left', style.ascii)));
  while (lines.length < style.height) lines.push(blank);
  return lines.slice(0, style.height).map((line) => (style.width < 4 ? blank : line));
}

function phaseLine(phase: Phase, names: number, style: RowStyle): string {
  const time = phase.elapsedMs === undefined || phase.state === 'waiting' ? '' : tenths(phase.elapsedMs);
  const detail = Math.max(0, Math.min(70, style.width - 3 - 8 - names - 2 - 8));
  const painted =
    '   ' +
    style.paint(MARKS[phase.state], BOXES[phase.state]) +
    '  ' +
    style.paint(phase.state === 'waiting' ? 'dim' : 'plain', fit(phase.name, names)) +
    '  ' +
    fit(phase.detail, detail, 'left', style.ascii) +
    style.paint('dim', fit(time, 8, 'right'));
  const used = 3 + 6 + 2 + names + 2 + detail + 8;
  return painted + ' '.repeat(Math.max(0, style.width - used));
}

function tenths(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
