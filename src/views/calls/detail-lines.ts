import type { CallsModel } from '../../models/callsmodel.js';
import { NodeFunction } from '../../models/nodes.js';
import { glyphsFor } from '../glyphs.js';
import { cut, cutStart, fit, takeStart, textWidth } from '../../text/width.js';
import type { Mark, Viewport } from '../view.js';
import { count, percent, rate, time } from '../../text/amounts.js';
import { histogramLines } from './histogram-lines.js';
import { functionPlace, nodeName } from './labels.js';
import { isThread, type Rows, wallOf } from './rows.js';
import { runningTop } from './thread-times.js';

const LABEL = 8;
/** A number, with the blanks up to what belongs to it. */
const VALUE = 10;
const MAX_PATH_LINES = 4;

/** All about one node: exactly the viewport's size. */
export function detailLines(model: CallsModel, rows: Rows, node: number, viewport: Viewport): string[] {
  const { width, height, ascii, paint } = viewport;
  const lines: string[] = [];
  const add = (text: string, mark: Mark = 'plain'): void => {
    lines.push(paint(mark, fit(text, width, 'left', ascii)));
  };
  const field = (label: string, text: string): void => {
    lines.push(paint('dim', fit(label, LABEL)) + fit(text, width - LABEL, 'left', ascii));
  };
  const blank = (): void => add('');
  const { picture } = model;
  for (const part of chunks(nodeName(model, node, ascii), width, 3, ascii)) add(part, 'heading');
  if (isThread(picture, node)) threadFields(model, rows, node, ascii, field, blank);
  else {
    add(cutStart(functionPlace(picture.functions, picture.nodes.fn[node], ascii), width, ascii), 'dim');
    blank();
    callFields(model, rows, node, viewport, field, blank);
    const room = height - lines.length - 1;
    const histogram = histogramLines(picture.nodes, node, width, room - 1, viewport);
    if (histogram.length > 0) {
      blank();
      lines.push(...histogram);
    }
  }
  while (lines.length < height) blank();
  return lines.slice(0, height);
}

type Field = (label: string, text: string) => void;

function callFields(
  model: CallsModel,
  rows: Rows,
  node: number,
  viewport: Viewport,
  field: Field,
  blank: () => void,
): void {
  const { picture } = model;
  const { nodes } = picture;
  const { ascii, width } = viewport;
  const wall = wallOf(rows, picture, node);
  const self = picture.self(node);
  const total = rows.weight[node];
  const calls = nodes.calls[node];
  pathLines(model, node, width - LABEL, ascii).forEach((line, i) => field(i === 0 ? 'path' : '', line));
  blank();
  field(
    'calls',
    calls === 0 ? 'entered before the attach' : `${fit(count(calls), VALUE)}${rate(picture.rate(node))}/s`,
  );
  field('self', `${fit(time(self, ascii), VALUE)}${percent(self / wall)}%`);
  field('total', `${fit(time(total, ascii), VALUE)}${percent(total / wall)}%`);
  const longest = nodes.max[node];
  if (longest > 0) {
    if (calls > 0) field('average', `${fit(time(nodes.total[node] / calls, ascii), VALUE)}max ${time(longest, ascii)}`);
    const [p50, p99] = [nodes.quantile(node, 0.5), nodes.quantile(node, 0.99)];
    field('p50', `${fit(time(p50, ascii), VALUE)}p99 ${time(p99, ascii)}`);
  }
  const [depth, recursion] = depths(model, node);
  field('depth', `${fit(String(depth), VALUE)}${recursion > 1 ? `recursion ${recursion}` : ''}`);
  if (picture.running(node)) field('now', 'on the stack');
}

function threadFields(
  model: CallsModel,
  rows: Rows,
  root: number,
  ascii: boolean,
  field: Field,
  blank: () => void,
): void {
  const { picture } = model;
  const tids = picture.threads.filter((thread) => thread.root === root).map((thread) => thread.tid);
  const wall = rows.walls.get(root) ?? 0;
  const inside = rows.weight[root];
  const top = runningTop(picture, root);
  let calls = 0;
  let perSecond = 0;
  let paths = 0;
  picture.nodes.walk(root, (node) => {
    calls += picture.nodes.calls[node];
    perSecond += picture.rate(node);
    if (picture.nodes.calls[node] > 0) paths++;
  });
  blank();
  field('thread', tids.length === 1 ? String(tids[0]) : `${tids.length} threads, summed`);
  field('watched', time(wall, ascii));
  field('inside', `${fit(time(inside, ascii), VALUE)}${percent(inside / wall)}% in Python`);
  field('outside', `${fit(time(wall - inside, ascii), VALUE)}${percent((wall - inside) / wall)}%`);
  field('calls', `${fit(count(calls), VALUE)}${rate(perSecond)}/s`);
  field('tree', `${count(paths)} call ${paths === 1 ? 'path' : 'paths'}`);
  blank();
  field('now', top < 0 ? 'in no Python function' : `in ${nodeName(model, top, ascii)}`);
}

/** Level of a node below its thread, and how often its function stands on the path to it. */
function depths(model: CallsModel, node: number): [depth: number, recursion: number] {
  const { nodes } = model.picture;
  let depth = 0;
  let recursion = 0;
  for (let at = node; nodes.parent[at] >= 0; at = nodes.parent[at]!) {
    depth++;
    if (nodes.fn[at] === nodes.fn[node] && nodes.fn[at] !== NodeFunction.unknown) recursion++;
  }
  return [depth, recursion];
}

/** `thread › a › b`, from the thread to the node, in a few lines; where it is longer, the middle is left out. */
function pathLines(model: CallsModel, node: number, columns: number, ascii: boolean): string[] {
  const glyphs = glyphsFor(ascii);
  const names: string[] = [];
  for (let at = node; at >= 0; at = model.picture.nodes.parent[at]!) names.push(nodeName(model, at, ascii));
  names.reverse();
  const all = packed(names, columns, ascii);
  if (all.length <= MAX_PATH_LINES) return all;
  // Where it comes from and what called it say more than what lies between.
  const front = packed(names.slice(0, 64), columns, ascii)[0];
  const back = packed(names.slice(-64).reverse(), columns, ascii, true)
    .slice(0, MAX_PATH_LINES - 2)
    .reverse();
  const told = front.split(` ${glyphs.path} `).length + back.join(` ${glyphs.path} `).split(` ${glyphs.path} `).length;
  return [front, `${glyphs.ellipsis} ${count(Math.max(1, names.length - told))} more`, ...back];
}

/** Names joined to lines; from the last to the first if `backwards`, and then the lines come in that order too. */
function packed(names: readonly string[], columns: number, ascii: boolean, backwards = false): string[] {
  const { path } = glyphsFor(ascii);
  const room = columns - 2;
  const lines: string[] = [];
  let line = '';
  for (const name of names) {
    const part = cut(name, room, ascii);
    const longer = line === '' ? part : backwards ? `${part} ${path} ${line}` : `${line} ${path} ${part}`;
    if (textWidth(longer) > room && line !== '') {
      lines.push(line);
      line = part;
    } else line = longer;
  }
  lines.push(line);
  const innermost = backwards ? 0 : lines.length - 1;
  return lines.map((text, i) => (i === innermost ? text : `${text} ${path}`));
}

/** A long name over several lines; the last is cut if even they do not do. */
function chunks(text: string, columns: number, most: number, ascii: boolean): string[] {
  const parts: string[] = [];
  let rest = text;
  while (parts.length < most - 1 && textWidth(rest) > columns) {
    const part = takeStart(rest, columns);
    if (part === '') break;
    parts.push(part);
    rest = rest.slice(part.length);
  }
  return [...parts, cut(rest, columns, ascii)];
}

/** The row under the cursor in one line, where there is no room for a pane. */
export function hintLine(model: CallsModel, rows: Rows, node: number, { width, ascii, paint }: Viewport): string {
  const { picture } = model;
  const { nodes } = picture;
  const name = nodeName(model, node, ascii);
  const facts: string[] = [];
  let where = '';
  if (isThread(picture, node)) facts.push(`watched for ${time(rows.walls.get(node) ?? 0, ascii)}`);
  else {
    where = functionPlace(picture.functions, nodes.fn[node], ascii);
    const longest = nodes.max[node];
    if (longest > 0) facts.push(`p99 ${time(nodes.quantile(node, 0.99), ascii)}`, `max ${time(longest, ascii)}`);
    facts.push(`depth ${depths(model, node)[0]}`);
  }
  facts.push('Enter: details');
  // The name comes first; what is told about it, as far as there is room left.
  const wanted = Math.min(textWidth(name) + (where === '' ? 0 : 2 + Math.min(28, textWidth(where))), width - 3);
  while (facts.length > 0 && wanted + facts.join('  ').length + 4 > width) facts.shift();
  const tail = facts.length > 0 ? `  ${facts.join('  ')} ` : ' ';
  const room = Math.max(0, width - 1 - tail.length);
  const shown = cut(name, room, ascii);
  const left = room - textWidth(shown) - 2;
  const text = left >= 8 && where !== '' ? `${shown}  ${cutStart(where, left, ascii)}` : shown;
  return paint('dim', fit(` ${fit(text, room, 'left', ascii)}${tail}`, width, 'left', ascii));
}
