import type { CallsModel } from '../../models/callsmodel.js';
import { NodeFunction } from '../../models/nodes.js';
import { glyphsFor } from '../glyphs.js';
import { cut, cutStart, fit, takeStart, textWidth } from '../text.js';
import type { Mark, Viewport } from '../view.js';
import { count, percent, rate, time } from './amounts.js';
import { histogramLines } from './histogram-lines.js';
import { functionPlace, nodeName } from './labels.js';
import { isThread, type Rows, wallOf } from './rows.js';
import { runningTop } from './thread-times.js';

const LABEL = 8;
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
    add(cutStart(functionPlace(picture.functions, picture.nodes.fn[node]!, ascii), width, ascii), 'dim');
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
  const total = rows.weight[node]!;
  const calls = nodes.calls[node]!;
  pathLines(model, node, width - LABEL, ascii).forEach((line, i) => field(i === 0 ? 'path' : '', line));
  blank();
  field('calls', calls === 0 ? 'entered before the attach' : `${fit(count(calls), 12)}${rate(picture.rate(node))}/s`);
  field('self', `${fit(time(self, ascii), 12)}${percent(self / wall)}%`);
  field('total', `${fit(time(total, ascii), 12)}${percent(total / wall)}%`);
  const longest = nodes.max[node]!;
  if (longest > 0) {
    if (calls > 0) field('average', `${fit(time(nodes.total[node]! / calls, ascii), 12)}max ${time(longest, ascii)}`);
    const [p50, p99] = [nodes.quantile(node, 0.5), nodes.quantile(node, 0.99)];
    field('p50', `${fit(time(p50, ascii), 12)}p99 ${time(p99, ascii)}`);
  }
  const [depth, recursion] = depths(model, node);
  field('depth', `${fit(String(depth), 12)}${recursion > 1 ? `recursion ${recursion}` : ''}`);
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
  const inside = rows.weight[root]!;
  const top = runningTop(picture, root);
  let calls = 0;
  let perSecond = 0;
  let paths = 0;
  picture.nodes.walk(root, (node) => {
    calls += picture.nodes.calls[node]!;
    perSecond += picture.rate(node);
    if (picture.nodes.calls[node]! > 0) paths++;
  });
  blank();
  field('thread', tids.length === 1 ? String(tids[0]) : `${tids.length} threads, summed`);
  field('watched', time(wall, ascii));
  field('inside', `${fit(time(inside, ascii), 12)}${percent(inside / wall)}% in Python functions`);
  field('outside', `${fit(time(wall - inside, ascii), 12)}${percent((wall - inside) / wall)}% in none`);
  field('calls', `${fit(count(calls), 12)}${rate(perSecond)}/s`);
  field('paths', `${fit(count(paths), 12)}different ones`);
  blank();
  field('now', top < 0 ? 'in no Python function' : `in ${nodeName(model, top, ascii)}`);
}

/** Level of a node below its thread, and how often its function stands on the path to it. */
function depths(model: CallsModel, node: number): [depth: number, recursion: number] {
  const { nodes } = model.picture;
  let depth = 0;
  let recursion = 0;
  for (let at = node; nodes.parent[at]! >= 0; at = nodes.parent[at]!) {
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
  const front = packed(names.slice(0, 64), columns, ascii)[0]!;
  const back = packed(names.slice(-64).reverse(), columns, ascii, true)
    .slice(0, MAX_PATH_LINES - 2)
    .reverse();
  const told = front.split(` ${glyphs.path} `).length + back.join(` ${glyphs.path} `).split(` ${glyphs.path} `).length;
  return [front, `${glyphs.ellipsis} ${count(Math.max(1, names.length - told))} more`, ...back];
}

function packed(names: readonly string[], columns: number, ascii: boolean, backwards = false): string[] {
  const { path } = glyphsFor(ascii);
  const lines: string[] = [];
  let line = '';
  for (const name of names) {
    const part = cut(name, columns - 2, ascii);
    const longer = line === '' ? part : backwards ? `${part} ${path} ${line}` : `${line} ${path} ${part}`;
    if (textWidth(longer) > columns - 2 && line !== '') {
      lines.push(line);
      line = part;
    } else line = longer;
  }
  lines.push(line);
  return lines;
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
  const enter = 'Enter: details ';
  let text = ` ${nodeName(model, node, ascii)}`;
  if (isThread(picture, node)) {
    text += `  watched for ${time(rows.walls.get(node) ?? 0, ascii)}`;
    return paint('dim', fit(fit(text, width - enter.length - 1, 'left', ascii) + ' ' + enter, width, 'left', ascii));
  }
  const numbers = [`depth ${depths(model, node)[0]}`];
  if (nodes.max[node]! > 0) {
    numbers.unshift(`p50 ${time(nodes.quantile(node, 0.5), ascii)}  p99 ${time(nodes.quantile(node, 0.99), ascii)}`);
  }
  const tail = `  ${numbers.join('  ')}   ${enter}`;
  const room = Math.max(0, width - tail.length);
  const name = cut(text, Math.max(8, room >> 1), ascii);
  const where = cutStart(functionPlace(picture.functions, nodes.fn[node]!, ascii), room - textWidth(name) - 2, ascii);
  return paint('dim', fit(fit(`${name}  ${where}`, room, 'left', ascii) + tail, width, 'left', ascii));
}
