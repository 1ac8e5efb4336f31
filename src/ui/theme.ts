import type { Mark } from '../views/view.js';

export const THEMES = ['dark', 'light', 'mono', 'contrast'] as const;
export type ThemeName = (typeof THEMES)[number];

export type Paint = (mark: Mark, text: string) => string;

export interface Theme {
  readonly name: ThemeName;
  readonly paint: Paint;
}

/**
 * What each mark looks like: SGR parameters. A hue never carries a meaning alone: what differs in hue differs in weight
 * or stands beside a sign. On the terminal's own background, but for one alarm; no dark blue, which many cannot read.
 */
const STYLES: Record<ThemeName, Record<Mark, string>> = {
  dark: {
    plain: '',
    dim: '90',
    bold: '1',
    accent: '36',
    good: '32',
    warn: '33',
    alarm: '1;91',
    selected: '7',
    heading: '1;36',
  },
  light: {
    plain: '',
    dim: '2',
    bold: '1',
    accent: '35',
    good: '32',
    warn: '1;33',
    alarm: '1;31',
    selected: '7',
    heading: '1;35',
  },
  mono: {
    plain: '',
    dim: '2',
    bold: '1',
    accent: '',
    good: '',
    warn: '1',
    alarm: '1;7',
    selected: '7',
    heading: '1',
  },
  contrast: {
    plain: '',
    dim: '',
    bold: '1',
    accent: '1;96',
    good: '1;92',
    warn: '1;93',
    alarm: '1;97;41',
    selected: '1;7',
    heading: '1;4',
  },
};

export function theme(name: ThemeName): Theme {
  const styles = STYLES[name];
  return {
    name,
    paint(mark, text) {
      const style = styles[mark];
      return style === '' || text === '' ? text : `\u001b[${style}m${text}\u001b[0m`;
    },
  };
}

/** What decides whether there is colour, in the order of its weight. */
export interface ColourWish {
  /** --no-color. */
  readonly noColor?: boolean;
  /** --theme. */
  readonly theme?: ThemeName;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The theme to draw with. A flag outweighs the environment; FORCE_COLOR outweighs NO_COLOR and a dumb terminal. */
export function chooseTheme(wish: ColourWish): ThemeName {
  if (wish.noColor) return 'mono';
  const force = wish.env['FORCE_COLOR'];
  if (force === '0' || force === 'false') return 'mono';
  if (wish.theme !== undefined) return wish.theme;
  if (force === undefined || force === '') {
    if ((wish.env['NO_COLOR'] ?? '') !== '') return 'mono';
    const term = wish.env['TERM'] ?? '';
    if (term === '' || term === 'dumb' || term.endsWith('-m') || term.endsWith('-mono') || term === 'vt100')
      return 'mono';
  }
  return lightBackground(wish.env['COLORFGBG']) ? 'light' : 'dark';
}

/** Some terminals tell their colours as `15;0`, foreground and background: 7 and 15 are light. */
function lightBackground(value: string | undefined): boolean {
  const background = value?.split(';').at(-1);
  return background === '7' || background === '15';
}
