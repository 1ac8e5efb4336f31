import { describe, expect, it } from 'vitest';
import { commandOf, globalHelp, isGlobal } from './keymap.js';

const help = (command: string, keys: string) => ({ command, keys, short: '', long: '' });

describe('keymap', () => {
  it('has defaults', () => {
    expect(commandOf('q', [])).toBe('quit');
    expect(commandOf(' ', [])).toBe('freeze');
    expect(commandOf('j', [])).toBe('down');
    expect(commandOf(']', [])).toBe('next-thread');
    expect(commandOf('§', [])).toBeUndefined();
  });

  it('binds the single keys that a view declares, also over a default', () => {
    const declared = [help('generation', 'g'), help('sites', 'Enter'), help('next-thread', '[ ]')];
    expect(commandOf('g', declared)).toBe('generation');
    expect(commandOf('enter', declared)).toBe('sites');
    expect(commandOf('[', declared)).toBe('prev-thread');
  });

  it('does not let a view take what is the same everywhere', () => {
    expect(commandOf('q', [help('mine', 'q')])).toBe('quit');
    expect(commandOf(' ', [help('mine', 'Space')])).toBe('freeze');
  });

  it('names as many number keys as there are views', () => {
    const keys = (views: number) => globalHelp(views).find(({ command }) => command === 'next-view')?.keys;
    expect([keys(2), keys(4), keys(9)]).toEqual(['1-2 Tab', '1-4 Tab', '1-5 Tab']);
  });

  it('explains only commands that there are', () => {
    for (const { command, keys } of globalHelp(4)) {
      expect(isGlobal(command)).toBe(true);
      expect(keys).not.toBe('');
    }
  });
});
