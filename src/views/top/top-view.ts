import { parseNameFilter } from '../table/filter.js';
import type { View } from '../view.js';
import { topChrome } from './chrome.js';
import { TOP_GLOSSARY, TOP_KEYS } from './keys.js';
import { reduceTop } from './reduce.js';
import { topState, type TopState } from './state.js';
import { topLines } from './top-lines.js';
import type { TopModel } from './top-model.js';

/** Functions by what they cost. */
export const topView: View<TopModel, TopState> = {
  id: 'top',
  title: 'top',
  needs: ['function-entry', 'function-return'],
  keys: TOP_KEYS,
  glossary: TOP_GLOSSARY,
  initial: () => topState(),
  reduce: reduceTop,
  filter: (state, text) =>
    text.trim() === state.filter.text ? state : { ...state, filter: parseNameFilter(text.trim()), held: null },
  lines: topLines,
  chrome: topChrome,
};
