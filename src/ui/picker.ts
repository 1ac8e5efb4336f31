import { fit } from '../text/width.js';
import type { ThreadChoice } from '../views/trace-view.js';
import type { RowStyle } from './row.js';

/** The list of threads with the one to be chosen marked. */
export function pickerLines(choices: readonly ThreadChoice[], cursor: number, style: RowStyle): string[] {
  const ids = Math.max(3, ...choices.map((choice) => String(choice.id).length));
  const notes = Math.min(style.width >> 1, Math.max(0, ...choices.map((choice) => choice.note.length)));
  const names = Math.max(0, style.width - 2 - ids - 2 - notes - 3);
  return choices.map((choice, at) => {
    const id = choice.id === 0 ? '' : String(choice.id);
    const text = fit(
      `${at === cursor ? '>' : ' '} ${fit(id, ids, 'right')}  ${fit(choice.name, names, 'left', style.ascii)}  ${fit(choice.note, notes, 'right', style.ascii)}`,
      style.width,
      'left',
      style.ascii,
    );
    return at === cursor ? style.paint('selected', text) : text;
  });
}
