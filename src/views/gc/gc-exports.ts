import { csvText } from '../../export/csv.js';
import { jsonOf, jsonText } from '../../export/json-stream.js';
import type { Pieces } from '../../export/pieces.js';
import type { Collection } from './collection.js';
import { figures } from './figures.js';
import { tableJson } from './gc-json.js';
import type { GcModel } from './gc-model.js';
import { listHeading, listLine, tableText } from './gc-text.js';
import { listRows } from './rows.js';
import type { GcState } from './state.js';
import { framePlace, frameName, timeOfDay } from './words.js';

interface GcExport {
  readonly extension: string;
  readonly about: string;
  readonly pieces: (model: GcModel, state: GcState, title: string) => Pieces;
}

/** What is shown, as files: the list of the chosen generation and thread, the table over the chosen window. */
export const GC_EXPORTS: readonly GcExport[] = [
  { extension: '.csv', about: 'a table: a row for each of the recent collections', pieces: csv },
  { extension: '.json', about: 'the table by generation and the recent collections', pieces: json },
  { extension: '.txt', about: 'the same as plain text', pieces: text },
];

function* text(model: GcModel, state: GcState, title: string): Pieces {
  yield `# ${title}\n${tableText(model, state.table.window, false)}\n${onlyListed(model)}${listHeading()}`;
  for (const one of newestFirst(model, state)) yield listLine(model, one, state.budget, false);
}

function onlyListed({ listed }: GcModel): string {
  return listed === undefined ? '' : `# list: only those in ${listed.words}\n`;
}

function newestFirst(model: GcModel, state: GcState): readonly Collection[] {
  const { filter } = state.table;
  const rows = listRows(model, state).filter((one) => {
    const names = one.frames.map((frame) => frameName(frame, false)).join(' ');
    return !filter.named || filter.matches(names, one.frames.map((frame) => framePlace(frame, false)).join(' '));
  });
  return [...rows].reverse();
}

function* csv(model: GcModel, state: GcState): Pieces {
  yield 'time,ts_ns,generation,pause_ns,collected,tid,thread,function,file,line,called_from\r\n';
  for (const one of newestFirst(model, state)) {
    const [inner, ...callers] = one.frames;
    const name = inner?.name;
    const cells = [
      timeOfDay(model.wall, one.ts),
      ...[one.ts, one.generation, one.pause, one.collected, one.tid],
      csvText(model.threadNames.get(one.tid) ?? ''),
      ...(name ? [csvText(name.shownName), csvText(name.shownFile)] : ['', '']),
      inner?.line !== undefined && inner.line > 0 ? inner.line : '',
      csvText(callers.map((frame) => frameName(frame, false)).join(' < ')),
    ];
    yield `${cells.join(',')}\r\n`;
  }
}

function* json(model: GcModel, state: GcState, title: string): Pieces {
  const { window } = state.table;
  const table = figures(model, window);
  const { generations, ...more } = tableJson(model, table);
  const rows = generations.map((row) => `    ${jsonOf(row)}`);
  const facts = Object.entries(more).map(([name, value]) => `  "${name}": ${value},\n`);
  yield `{\n  "title": ${jsonText(title)},\n  "windowSeconds": ${window === 0 ? 'null' : window},\n`;
  yield `  "watchedNs": ${Math.round(table.watched)},\n${facts.join('')}`;
  yield `  "generations": [\n${rows.join(',\n')}\n  ],\n  "collections": [\n`;
  let between = '';
  for (const one of newestFirst(model, state)) {
    const name = one.frames[0]?.name ?? null;
    const line = one.frames[0]?.line ?? -1;
    yield (
      `${between}    {"ts":${one.ts},"tid":${one.tid},"generation":${one.generation},"pauseNs":${one.pause},` +
      `"collected":${one.collected},"function":${name === null ? 'null' : jsonText(name.name)},` +
      `"file":${name === null ? 'null' : jsonText(name.file)},"line":${line > 0 ? line : 'null'}}`
    );
    between = ',\n';
  }
  yield '\n  ]\n}\n';
}
