import { textWidth, takeStart } from '../text/width.js';
import type { Mark } from '../views/view.js';
import type { Check, DoctorVerdict, State } from './doctor-check.js';

export interface TextForm {
  readonly width: number;
  readonly ascii: boolean;
  readonly paint: (mark: Mark, text: string) => string;
}

/** The word says it; the colour only helps to find it. */
const WORDS: Record<State, { word: string; mark: Mark }> = {
  ok: { word: 'ok', mark: 'good' },
  warn: { word: 'warn', mark: 'warn' },
  no: { word: 'no', mark: 'alarm' },
  unknown: { word: '?', mark: 'dim' },
};
const WORD_WIDTH = 4;
/** Narrower than this, texts stand below the names and not beside them. */
const TEXT_MIN = 30;

/** Folds at spaces; a word that is longer than a line is broken. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`;
    if (textWidth(joined) <= width) {
      line = joined;
      continue;
    }
    if (line !== '') lines.push(line);
    line = word;
    while (textWidth(line) > width && width > 1) {
      const start = takeStart(line, width);
      if (start === '' || start === line) break;
      lines.push(start);
      line = line.slice(start.length);
    }
  }
  lines.push(line);
  return lines;
}

export function checkLines(checks: readonly Check[], form: TextForm): string[] {
  const nameWidth = Math.max(0, ...checks.map(({ name }) => textWidth(name)));
  const beside = 2 + WORD_WIDTH + 2 + nameWidth + 2;
  const below = form.width - beside < TEXT_MIN;
  const indent = below ? 2 + WORD_WIDTH + 2 : beside;
  const width = Math.max(10, form.width - indent);
  const arrow = form.ascii ? '-> ' : '→ ';
  const lines: string[] = [];
  let area = '';
  for (const check of checks) {
    if (check.area !== area) {
      if (area !== '') lines.push('');
      area = check.area;
      lines.push(form.paint('heading', area));
    }
    const { word, mark } = WORDS[check.state];
    const head = `  ${form.paint(mark, word)}${' '.repeat(WORD_WIDTH - word.length)}  `;
    const [first = '', ...rest] = wrap(plain(check.text, form.ascii), width);
    const name = check.name + ' '.repeat(nameWidth - textWidth(check.name));
    if (below) lines.push(`${head}${check.name}`, ' '.repeat(indent) + first);
    else lines.push(`${head}${name}  ${first}`);
    for (const line of rest) lines.push(' '.repeat(indent) + line);
    if (check.cure === '') continue;
    const cure = wrap(plain(check.cure, form.ascii), Math.max(10, width - arrow.length));
    cure.forEach((line, i) => lines.push(' '.repeat(indent) + (i === 0 ? arrow : ' '.repeat(arrow.length)) + line));
  }
  return lines;
}

export function verdictLines({ ok, text }: DoctorVerdict, form: TextForm): string[] {
  const lines = wrap(plain(text, form.ascii), form.width);
  return lines.map((line) => form.paint(ok ? 'good' : 'bold', line));
}

const plain = (text: string, ascii: boolean): string =>
  ascii ? text.replace(/[^\x20-\x7e]/gu, (char) => `\\u{${char.codePointAt(0)!.toString(16)}}`) : text;
