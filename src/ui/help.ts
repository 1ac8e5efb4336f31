import { sanitize } from '../text/printable.js';
import { fit, textWidth } from '../text/width.js';
import type { KeyHelp } from '../views/view.js';
import { shownKeys } from './keyline.js';
import type { RowStyle } from './row.js';

export interface HelpModel {
  readonly global: readonly KeyHelp[];
  readonly view: readonly KeyHelp[];
  readonly viewTitle: string;
  readonly glossary: readonly (readonly [string, string])[];
}

interface Section {
  readonly title: string;
  /** Word, meaning, and what else it is found by. */
  readonly entries: readonly (readonly [string, string, string?])[];
}

/** From this inner width on, the sections stand side by side. */
const TWO_COLUMNS = 96;

/** All rows of the help that match what was typed, each as wide as asked for. */
export function helpLines(model: HelpModel, query: string, style: RowStyle): string[] {
  const entry = (key: KeyHelp) => [shownKeys(key.keys, style.ascii), key.long, key.short] as const;
  const everywhere = { title: 'EVERYWHERE', entries: model.global.map(entry) };
  const here = { title: `IN ${model.viewTitle.toUpperCase()}`, entries: model.view.map(entry) };
  const words = { title: 'WORDS', entries: model.glossary };
  const matching = (section: Section) => ({
    ...section,
    entries: section.entries.filter((entry) => matches(entry, query)),
  });
  const left = [matching(here)];
  const right = [matching(everywhere)];
  const bottom = [matching(words)];
  if (style.width >= TWO_COLUMNS) {
    const half = (style.width - 2) >> 1;
    const columns = [sectionLines(left, half, style), sectionLines(right, style.width - 2 - half, style)] as const;
    const rows = Math.max(columns[0].length, columns[1].length);
    const lines: string[] = [];
    for (let at = 0; at < rows; at++) {
      lines.push(`${columns[0][at] ?? ' '.repeat(half)}  ${columns[1][at] ?? ' '.repeat(style.width - 2 - half)}`);
    }
    return orNothing([...lines, ...sectionLines(bottom, style.width, style)], query, style);
  }
  return orNothing(sectionLines([...left, ...right, ...bottom], style.width, style), query, style);
}

function orNothing(lines: string[], query: string, style: RowStyle): string[] {
  return lines.length > 0 ? lines : [fit(` nothing here about "${sanitize(query)}"`, style.width, 'left', style.ascii)];
}

function matches(entry: Section['entries'][number], query: string): boolean {
  const wanted = query.trim().toLowerCase();
  return wanted === '' || entry.some((text) => text?.toLowerCase().includes(wanted));
}

function sectionLines(sections: readonly Section[], width: number, style: RowStyle): string[] {
  const lines: string[] = [];
  for (const { title, entries } of sections) {
    if (entries.length === 0) continue;
    const widest = entries.reduce((most, [word]) => Math.max(most, textWidth(word)), 0);
    const words = Math.min(widest, Math.max(8, width >> 2));
    const room = Math.max(0, width - words - 4);
    lines.push(style.paint('heading', fit(` ${title}`, width)));
    for (const [word, meaning] of entries) {
      wrapped(meaning, room).forEach((text, at) => {
        const first = style.paint('bold', fit(at === 0 ? word : '', words, 'left', style.ascii));
        lines.push(`  ${first}  ${fit(text, room, 'left', style.ascii)}`);
      });
    }
    lines.push(' '.repeat(width));
  }
  lines.pop();
  return lines;
}

/** Words over as many rows as they need. */
export function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && textWidth(line) + 1 + textWidth(word) > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  lines.push(line);
  return lines;
}
