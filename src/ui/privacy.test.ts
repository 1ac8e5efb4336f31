import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { textWidth } from '../text/width.js';
import { Redactor } from './privacy.js';
import { lineWidth, plainText } from './sgr.js';
import { theme } from './theme.js';

const redactor = new Redactor(['worker-1', 'Thread-7 (poll)', 'alice'], false);

describe('rows', () => {
  it.each([
    ['  _scan_once  /home/alice/shop/cart.py:91  12', '  _scan_once  ·················cart.py:91  12'],
    ['  50% shop/cart.py:91  ', '  50% ·····cart.py:91  '],
    ['  Cart.reprice  …p/orm/session.py:1989', '  Cart.reprice  ·······session.py:1989'],
    // The front of a folder's name is not left where the name holds a blank.
    ['> 1  my shop/cart.py:3', '> 1  ········cart.py:3'],
    ['  f  /srv/my shop/a b.py:3', '  f  ·············a b.py:3'],
    // A path whose end was cut off ends in a folder.
    ['  f  /home/alice/secr…  9', '  f  ·················  9'],
    ['─ f  /srv/a.py ───', '─ f  ·····a.py ───'],
    ['  worker-1 step  Thread-7 (poll)  worker-10', '  ········ step  ···············  worker-10'],
    ['  Thread-7 (p…  alice2', '  ···········…  alice2'],
  ])('%s', (before, after) => {
    expect(redactor.row(before)).toBe(after);
  });

  it('keep what is no path', () => {
    for (const text of [
      ' CALLS/s  NEW/s▴ ',
      '  366 made/s   283 freed/s',
      '  1.2k/s  0.9/s  <0.1/s',
      'z zoom  +/- min%',
    ])
      expect(redactor.row(text)).toBe(text);
  });

  it('keep their width and colours, whatever stands in them', () => {
    const { paint } = theme('dark');
    const piece = fc.oneof(
      fc.constantFrom('/', '/home/alice/', 'worker-1', '  ', ' ', '…', '漢字', 'é', '\u0301', '│', '12/s'),
      fc.string(),
    );
    const clean = (text: string) => plainText(text).replace(/\p{Cc}/gu, '');
    fc.assert(
      fc.property(fc.array(piece), fc.boolean(), (pieces, ascii) => {
        const line = pieces.map((text, at) => (at % 2 === 0 ? clean(text) : paint('accent', clean(text)))).join('');
        for (const hidden of [new Redactor(['worker-1'], ascii).row(line), redactor.prose(line)]) {
          expect(hidden.match(/\u001b\[[0-9;]*m/g)).toEqual(line.match(/\u001b\[[0-9;]*m/g));
          expect(hidden).not.toContain('/home/alice/');
        }
      }),
    );
    const line = `${paint('accent', '  /srv/漢')}${paint('bold', '字/a.py')}  x`;
    expect(plainText(redactor.row(line))).toBe('  ··········a.py  x');
    expect(lineWidth(redactor.row(line))).toBe(lineWidth(line));
  });

  it('of no view show a folder or a thread', () => {
    const folder = join(import.meta.dirname, '..', '..', 'test', 'golden', 'screens');
    const screens = readdirSync(folder).filter((name) => /^(top|calls|gc|objects)-.*\d+x\d+/.test(name));
    expect(screens.length).toBeGreaterThan(100);
    for (const name of screens) {
      const ascii = name.includes('ascii');
      const hide = new Redactor(['MainThread', 'worker-1', 'worker-2', 'worker-3'], ascii);
      for (const line of readFileSync(join(folder, name), 'utf8').split('\n')) {
        const hidden = hide.row(line);
        expect(textWidth(hidden), name).toBe(textWidth(line));
        const left = hidden.match(/\S*\/\S*/g)?.filter((word) => !/^(?:[A-Z]+|[a-z]+|[\d.,]+)\/s▴?$|^\+\/-/.test(word));
        expect(left ?? [], `${name}: ${hidden}`).toEqual([]);
        expect(hidden, name).not.toMatch(/worker-\d|MainThread/);
      }
    }
  });
});

describe('words', () => {
  it('lose the folder alone', () => {
    expect(redactor.prose('Tracing with dtrace 2.0.7 (/usr/sbin/dtrace).')).toBe(
      'Tracing with dtrace 2.0.7 (··········dtrace).',
    );
    expect(redactor.prose('The recording runs/run.ptrace ends here')).toBe('The recording ·····run.ptrace ends here');
    expect(redactor.prose('thread worker-1 of alice')).toBe('thread ········ of ·····');
  });

  it('keep numbers that are names too', () => {
    expect(new Redactor(['1', '42', '-'], true).prose('1 of 42 - all')).toBe('1 of 42 - all');
  });
});
