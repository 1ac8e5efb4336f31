import type { CallsModel } from '../../models/callsmodel.js';
import type { View } from '../view.js';
import { callsChrome } from './chrome.js';
import { parseFilter } from './filter.js';
import { flowLines } from './flow-lines.js';
import { CALLS_GLOSSARY, CALLS_KEYS } from './keys.js';
import { reduceCalls } from './reduce.js';
import { type CallsState, initialState } from './state.js';
import { treeLines } from './tree-lines.js';

/** Every call of the target: as a calling context tree that grows, or as a flow. */
export const callsView: View<CallsModel, CallsState> = {
  id: 'calls',
  title: 'calls',
  needs: ['function-entry', 'function-return'],
  keys: CALLS_KEYS,
  glossary: CALLS_GLOSSARY,
  initial: initialState,
  reduce: reduceCalls,
  filter: (state, text) =>
    text.trim() === state.filter.text ? state : { ...state, filter: parseFilter(text.trim()), held: null },
  lines: (model, state, viewport, now) =>
    state.mode === 'tree' ? treeLines(model, state, viewport, now) : flowLines(model, state, viewport),
  chrome: callsChrome,
};
