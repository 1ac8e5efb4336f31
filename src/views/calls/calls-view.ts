import type { CallsModel } from '../../models/callsmodel.js';
import type { View } from '../view.js';
import { callsChrome } from './chrome.js';
import { parseFilter } from './filter.js';
import { flowLines } from './flow-lines.js';
import { CALLS_GLOSSARY, CALLS_KEYS } from './keys.js';
import { notice } from '../notice.js';
import { reduceCalls } from './reduce.js';
import { type CallsState, initialState } from './state.js';
import { treeLines } from './tree-lines.js';

/** Below this neither a tree nor a flow can be told apart from noise. */
const MIN_WIDTH = 40;

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
  lines: (model, state, viewport, now) => {
    if (viewport.width < MIN_WIDTH || viewport.height < 2) return notice('too small', viewport);
    return state.mode === 'tree' ? treeLines(model, state, viewport, now) : flowLines(model, state, viewport);
  },
  chrome: callsChrome,
};
