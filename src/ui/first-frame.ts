import { startLines, type Phase } from './start.js';
import { theme, type ThemeName } from './theme.js';

const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J';
const LEAVE = '\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l';

/**
 * Draws the start screen at once, while the library that draws all others is still being loaded (a third of a second).
 * Returns the undo, which also runs when the process exits before.
 */
export function firstFrame(
  title: string,
  phases: readonly Phase[],
  look: { theme: ThemeName; ascii: boolean },
): () => void {
  const { columns = 80, rows = 24 } = process.stdout;
  const lines = startLines(title, 0, phases, '', {
    width: columns,
    height: rows,
    ascii: look.ascii,
    paint: theme(look.theme).paint,
  });
  const leave = (): void => {
    process.off('exit', leave);
    process.stdout.write(LEAVE);
  };
  process.on('exit', leave);
  process.stdout.write(ENTER + lines.map((line, row) => `\u001b[${row + 1};1H${line}`).join(''));
  return leave;
}
