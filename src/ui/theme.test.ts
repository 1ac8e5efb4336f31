import { describe, expect, it } from 'vitest';
import type { Mark } from '../views/view.js';
import { chooseTheme, theme, THEMES } from './theme.js';

const MARKS: Mark[] = ['plain', 'dim', 'bold', 'accent', 'good', 'warn', 'alarm', 'selected', 'heading'];

describe('theme', () => {
  it('paints a text and ends its paint', () => {
    expect(theme('dark').paint('selected', 'x')).toBe('\u001b[7mx\u001b[0m');
    expect(theme('dark').paint('plain', 'x')).toBe('x');
    expect(theme('dark').paint('alarm', '')).toBe('');
  });

  it('has no colour in mono, and no dark blue anywhere', () => {
    for (const name of THEMES) {
      for (const mark of MARKS) {
        const codes = /\[([\d;]*)m/.exec(theme(name).paint(mark, 'x'))?.[1]?.split(';') ?? [];
        expect(codes).not.toContain('34');
        if (name === 'mono') for (const code of codes) expect(['1', '2', '7']).toContain(code);
      }
    }
  });

  it('tells selection and alarm from the rest without colour', () => {
    const { paint } = theme('mono');
    expect(paint('selected', 'x')).not.toBe('x');
    expect(paint('alarm', 'x')).not.toBe(paint('selected', 'x'));
  });

  it('is chosen by flags, then FORCE_COLOR, NO_COLOR and the terminal', () => {
    const term = { TERM: 'xterm' };
    expect(chooseTheme({ env: term })).toBe('dark');
    expect(chooseTheme({ env: { ...term, COLORFGBG: '0;15' } })).toBe('light');
    expect(chooseTheme({ env: { ...term, NO_COLOR: '1' } })).toBe('mono');
    expect(chooseTheme({ env: { ...term, NO_COLOR: '' } })).toBe('dark');
    expect(chooseTheme({ env: { ...term, NO_COLOR: '1', FORCE_COLOR: '1' } })).toBe('dark');
    expect(chooseTheme({ env: { ...term, FORCE_COLOR: '0' } })).toBe('mono');
    expect(chooseTheme({ env: { TERM: 'dumb' } })).toBe('mono');
    expect(chooseTheme({ env: term, noColor: true, theme: 'contrast' })).toBe('mono');
    expect(chooseTheme({ env: { ...term, NO_COLOR: '1' }, theme: 'contrast' })).toBe('contrast');
  });
});
