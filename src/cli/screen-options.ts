import { chooseTheme, type ThemeName } from '../ui/theme.js';
import { wantsAscii } from '../views/glyphs.js';
import type { Options } from './options.js';

/** How to draw, from the options and the environment. */
export function screenOptions(options: Options): { theme: ThemeName; ascii: boolean } {
  return {
    theme: chooseTheme({
      noColor: !options.color,
      env: process.env,
      ...(options.theme ? { theme: options.theme } : {}),
    }),
    ascii: wantsAscii(options.ascii || undefined, process.env),
  };
}
