import { describe, expect, it } from 'vitest';
import { commandOf, GLOBAL_HELP, isGlobal } from './keymap.js';

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

  it('explains only commands that there are', () => {
    for (const { command, keys } of GLOBAL_HELP) {
      expect(isGlobal(command)).toBe(true);
      expect(keys).not.toBe('');
    }
  });
});
