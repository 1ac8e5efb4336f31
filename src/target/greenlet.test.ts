import { describe, expect, it } from 'vitest';
import { hasGreenlets, isGreenletModule } from './greenlet.js';
import { parseMaps } from './proc.js';

describe('the module that switches stacks', () => {
  it.each([
    ['/usr/lib/python3/dist-packages/greenlet/_greenlet.cpython-311-x86_64-linux-gnu.so', true],
    ['/opt/p/lib/python3/dist-packages/greenlet.cpython-39-x86_64-linux-gnu.so', true],
    ['/srv/venv/lib/gevent/_gevent_c_greenlet_primitives.cpython-312-x86_64-linux-gnu.so', true],
    ['/usr/lib/libgreenlet.so.1', true],
    ['/srv/greenlet/lib/_json.cpython-311-x86_64-linux-gnu.so', false],
    ['/srv/greenlet.sock', false],
    ['/srv/greenlet.sorted.txt', false],
    ['/usr/lib/libgreen.so', false],
  ])('%s', (path, expected) => {
    expect(isGreenletModule({ path })).toBe(expected);
  });

  it('is found in a process’s maps, also when its file has been replaced', () => {
    const maps = parseMaps(
      '7f0000000000-7f0000001000 r--p 00000000 08:01 7   /x/greenlet/_greenlet.cpython-311-x86_64-linux-gnu.so (deleted)\n',
    );
    expect(maps.some(isGreenletModule)).toBe(true);
  });

  it('is not there in this process, and not known of one that is not there', () => {
    expect(hasGreenlets(process.pid)).toBe(false);
    expect(hasGreenlets(2 ** 22 + 1)).toBeNull();
  });
});
