import { describe, expect, it } from 'vitest';
import { deep, shop, wide } from '../../../test/golden/programs.js';
import { Traced } from '../../../test/golden/traced.js';
import type { CallsModel } from '../../models/callsmodel.js';
import type { Viewport } from '../view.js';
import { callsView } from './calls-view.js';
import { nodeName } from './labels.js';
import { visibleRows } from './rows.js';
import { type CallsState, MAX_FOLDED, withFolded } from './state.js';

const viewport: Viewport = { width: 120, height: 20, ascii: false, paint: (_mark, text) => text };

function after(
  model: CallsModel,
  commands: readonly string[],
  from = callsView.initial(),
  now = model.picture.now,
): CallsState {
  return commands.reduce((state, command) => callsView.reduce(state, command, model, viewport, now), from);
}

/** Names of the rows in order, indented by level. */
function tree(model: CallsModel, state: CallsState, now = model.picture.now): string[] {
  const rows = visibleRows(model, state, now);
  return Array.from(
    { length: rows.count },
    (_, row) => `${' '.repeat(rows.level[row])}${nodeName(model, rows.node[row])}`,
  );
}

const screenOf = (model: CallsModel, state: CallsState, now = model.picture.now): string[] =>
  callsView.lines(model, state, viewport, now);

const cursorLine = (model: CallsModel, state: CallsState, now?: number): number =>
  screenOf(model, state, now).findIndex((line) => line.startsWith('>'));

describe('the tree', () => {
  it('has a root for each thread and the import system spliced out', () => {
    const model = shop().model();
    const names = tree(model, callsView.initial());
    expect(names.filter((name) => !name.startsWith(' '))).toEqual(['worker-1', 'worker-2']);
    expect(names).toContain('   <module>');
    expect(names.join()).not.toContain('exec_module');
    const imports = tree(model, after(model, ['imports']));
    expect(imports).toContain('    exec_module');
    expect(imports).toContain('     <module>');
    expect(callsView.chrome(model, callsView.initial(), { ...viewport, width: 200 }, 0).message).toContain(
      '2 import frames hidden',
    );
  });

  it('hides ghosts: nodes without calls, time or anything below them', () => {
    const traced = new Traced().thread(1, 'main').enter(1, 'a', '/a.py', 1).wait(10);
    traced.session.tree.nodes.add(traced.model().picture.threads[0].root, 0);
    expect(tree(traced.model(), callsView.initial())).toEqual(['main', ' a']);
  });

  it('folds and unfolds, and says how much is hidden', () => {
    const model = wide().model();
    const folded = after(model, ['down', 'down', 'left']);
    expect(screenOf(model, folded).join('\n')).toContain('group_0  (+100 hidden)');
    expect(tree(model, folded)).toHaveLength(tree(model, callsView.initial()).length - 100);
    expect(tree(model, after(model, ['right'], folded))).toEqual(tree(model, callsView.initial()));
    // Left again goes to the caller, right on an open row to the first callee.
    expect(nodeName(model, after(model, ['left'], folded).cursor)).toBe('main');
    expect(nodeName(model, after(model, ['right', 'right'], folded).cursor)).toBe('step_0_0');
  });

  it('unfolds a chain down to where it branches', () => {
    const model = deep().model();
    const folded = after(model, ['down', 'down', 'left', 'left', 'left']);
    expect(tree(model, folded).length).toBeLessThan(4);
    const open = after(model, ['first', 'expand-chain'], folded);
    expect(nodeName(model, open.cursor)).toBe('visit');
    expect(model.picture.nodes.depth[open.cursor]).toBe(51);
  });

  it('zooms to a row and back, step by step', () => {
    const model = shop().model();
    const zoomed = after(model, ['down', 'down', 'zoom', 'down', 'zoom']);
    expect(tree(model, zoomed)[0]).toBe('reprice');
    expect(callsView.chrome(model, zoomed, viewport, 0).context).toContain('root reprice');
    const out = after(model, ['back'], zoomed);
    expect(tree(model, out)[0]).toBe('handle_request');
    expect(nodeName(model, out.cursor)).toBe('reprice');
    expect(tree(model, after(model, ['back', 'back'], out))).toEqual(tree(model, callsView.initial()));
  });

  it('steps through the threads and comes back to all', () => {
    const model = shop().model();
    const roots = (state: CallsState): string[] => tree(model, state).filter((name) => !name.startsWith(' '));
    expect(roots(after(model, ['next-thread']))).toEqual(['worker-1']);
    expect(roots(after(model, ['next-thread', 'next-thread']))).toEqual(['worker-2']);
    expect(roots(after(model, ['next-thread', 'next-thread', 'next-thread']))).toEqual(['worker-1', 'worker-2']);
    expect(roots(after(model, ['prev-thread']))).toEqual(['worker-2']);
    expect(roots(after(model, ['pick-thread:41830']))).toEqual(['worker-1']);
    expect(roots(after(model, ['pick-thread:41830', 'pick-thread:0']))).toEqual(['worker-1', 'worker-2']);
  });

  it('hides what is below the threshold, and counts it', () => {
    const model = shop().model();
    const state = after(model, ['plus', 'plus', 'plus', 'plus', 'plus']);
    expect(state.threshold).toBe(0.05);
    expect(tree(model, state).join()).not.toContain('quantize');
    expect(callsView.chrome(model, state, { ...viewport, width: 200 }, 0).message).toMatch(
      /\d+ subtrees below 5% hidden/,
    );
    expect(
      after(
        model,
        Array.from({ length: 9 }, () => 'minus'),
        state,
      ).threshold,
    ).toBe(0);
  });

  it('filters by name, file, expression and share, keeping the way to what matches', () => {
    const model = shop().model();
    const filtered = (text: string): string[] =>
      tree(model, callsView.filter(callsView.initial(), text)).map((name) => name.trim());
    expect(filtered('quant')).toEqual(['worker-1', '?', 'handle_request', 'reprice', 'quantize', 'worker-2']);
    expect(filtered('mod:health')).toEqual(['worker-1', 'worker-2', 'heartbeat']);
    expect(filtered('re:^(root|concat)$')).toEqual([
      'worker-1',
      '?',
      'handle_request',
      'render',
      'root',
      'concat',
      'worker-2',
    ]);
    expect(filtered('>50%')).toEqual(['worker-1', '?', 'handle_request', 'reprice', 'worker-2']);
    const broken = callsView.filter(callsView.initial(), 're:(');
    expect(callsView.chrome(model, broken, viewport, 0).message).toContain('( is not a regular expression');
  });

  it('steps through what matches', () => {
    const model = shop().model();
    const state = callsView.filter(callsView.initial(), 're:^(root|concat)$');
    const found = ['next-match', 'next-match', 'next-match'].map((_, i) =>
      nodeName(
        model,
        after(
          model,
          Array.from({ length: i + 1 }, () => 'next-match'),
          state,
        ).cursor,
      ),
    );
    expect(found).toEqual(['root', 'concat', 'root']);
    expect(nodeName(model, after(model, ['prev-match'], state).cursor)).toBe('concat');
  });

  it('bounds what it remembers as folded', () => {
    let folded: ReadonlySet<number> = new Set(Array.from({ length: MAX_FOLDED }, (_, i) => i));
    folded = withFolded(folded, MAX_FOLDED + 1);
    expect(folded.size).toBe(MAX_FOLDED);
    expect(folded.has(0)).toBe(false);
  });
});

describe('the cursor', () => {
  it('stays on its row and its line while rows come in above and below', () => {
    const traced = new Traced().thread(1, 'one').thread(2, 'two');
    traced.enter(1, 'main', '/a.py', 1).wait(1000).enter(2, 'serve', '/b.py', 1).wait(1000);
    for (let i = 0; i < 30; i++) traced.call(2, `late_${i}`, '/b.py', 10 + i, 1000);
    let model = traced.model();
    const state = after(model, ['last', 'up', 'up']);
    const line = cursorLine(model, state);
    const row = screenOf(model, state)[line].slice(0, 40);
    for (let i = 0; i < 40; i++) traced.call(1, `early_${i}`, '/a.py', 10 + i, 1000);
    for (let i = 0; i < 40; i++) traced.call(2, `later_${i}`, '/b.py', 100 + i, 1000);
    model = traced.model();
    expect(cursorLine(model, state)).toBe(line);
    expect(screenOf(model, state)[line].slice(0, 40)).toBe(row);
  });

  it('goes to the nearest row above when its own is hidden', () => {
    const model = shop().model();
    const state = after(model, ['down', 'down', 'down', 'down']);
    expect(nodeName(model, state.cursor)).toBe('__add__');
    const filtered = callsView.filter(state, 'heartbeat');
    expect(cursorLine(model, filtered)).toBe(1);
  });

  it('follows a frame from ? to its name', () => {
    const traced = new Traced().oldThread(41830, 'worker').wait(1000);
    traced.enterUnseen(41830, 'handle', '/a.py', 4).wait(1000);
    const before = traced.model();
    const state = after(before, ['down']);
    expect(nodeName(before, state.cursor)).toBe('?');
    traced.leave(41830).wait(1000).leave(41830);
    const named = traced.model();
    expect(screenOf(named, state)[cursorLine(named, state)]).toContain('serve');
  });

  it('holds the order for two seconds after a key, then sorts again', () => {
    const traced = new Traced().thread(1, 'main').enter(1, 'top', '/a.py', 1);
    traced.call(1, 'slow', '/a.py', 2, 5000).call(1, 'quick', '/a.py', 3, 1000);
    let model = traced.model();
    let state = after(model, ['sort']);
    expect(state.sort).toBe('total');
    state = after(model, ['down'], state);
    traced.call(1, 'quick', '/a.py', 3, 9000).call(1, 'new', '/a.py', 4, 20_000);
    model = traced.model();
    const pressed = state.held!.until - 2e9;
    expect(tree(model, state, pressed + 1e9)).toEqual(['main', ' top', '  slow', '  quick', '  new']);
    expect(tree(model, state, pressed + 2e9)).toEqual(['main', ' top', '  new', '  quick', '  slow']);
  });

  it('sorts by each column, and back', () => {
    const traced = new Traced().thread(1, 'main').enter(1, 'top', '/a.py', 1);
    traced
      .call(1, 'b', '/a.py', 2, 10)
      .call(1, 'c', '/a.py', 3, 30)
      .call(1, 'a', '/a.py', 4, 20)
      .call(1, 'a', '/a.py', 4, 5);
    const model = traced.model();
    const order = (commands: string[]): string =>
      tree(model, after(model, commands))
        .slice(2)
        .map((name) => name.trim())
        .join('');
    expect(order([])).toBe('bca');
    expect(order(['sort'])).toBe('cab');
    expect(order(['sort', 'sort', 'sort'])).toBe('abc');
    expect(order(['sort', 'sort', 'sort', 'reverse'])).toBe('cba');
    expect(order(['sort-back'])).toBe('abc');
    expect(order(['sort-back', 'reverse'])).toBe('cba');
    expect(order(['reverse'])).toBe('acb');
  });
});

describe('the flow', () => {
  const sequence = (state: CallsState, model: CallsModel): string[] => screenOf(model, state).slice(1);

  it('follows the newest events until it is scrolled, and then stands still', () => {
    const traced = shop();
    let model = traced.model();
    const following = after(model, ['flow-toggle']);
    const scrolledUp = after(model, ['page-up', 'up'], following);
    const [newest, older] = [sequence(following, model), sequence(scrolledUp, model)];
    for (let i = 0; i < 50; i++) traced.call(41831, 'heartbeat', '/srv/shop/health.py', 9, 1000);
    model = traced.model();
    expect(sequence(following, model)).not.toEqual(newest);
    expect(sequence(scrolledUp, model)).toEqual(older);
    const down = Array.from({ length: 20 }, () => 'page-down');
    expect(sequence(after(model, down, scrolledUp), model)).toEqual(sequence(following, model));
    expect(after(model, down, scrolledUp).flowEnd).toBe(-1);
  });

  it('goes to the oldest events, and no further', () => {
    const model = shop().model();
    const first = after(model, ['flow-toggle', 'first']);
    expect(sequence(first, model)[0]).toContain('handle_request');
    expect(after(model, ['up', 'page-up'], first).flowEnd).toBe(first.flowEnd);
    expect(after(model, ['last'], first).flowEnd).toBe(-1);
  });

  it('says when what it stood on has been overwritten', () => {
    const traced = new Traced().thread(1, 'main');
    for (let i = 0; i < 100; i++) traced.call(1, `f${i % 9}`, '/a.py', i % 9, 1000);
    const state = after(traced.model(), ['flow-toggle', 'page-up']);
    for (let i = 0; i < 40_000; i++) traced.call(1, 'g', '/a.py', 30, 1000);
    const model = traced.model();
    expect(model.flow.first).toBeGreaterThan(state.flowEnd);
    expect(callsView.chrome(model, state, viewport, 0).message).toContain('overwritten');
    expect(sequence(state, model)[0]).toContain('g');
  });

  it('shows what passes the filter and the choice of a thread only', () => {
    const model = shop().model();
    const state = callsView.filter(after(model, ['flow-toggle', 'next-thread', 'next-thread']), 'heart');
    const lines = sequence(state, model).filter((line) => line.trim() !== '');
    expect(lines.length).toBeGreaterThan(10);
    for (const line of lines) expect(line).toContain('heartbeat');
    const none = callsView.filter(state, 'render');
    expect(screenOf(model, none).join(' ')).toContain(
      'None of the last events passes the filter and the choice of a thread.',
    );
  });
});
