import { expect, test } from 'vitest';
import { isPythonName, namesOf, scriptOf } from './command-line.js';

test.each<[string, string | null]>([
  ['python3 web.py', 'web.py'],
  ['python3 -u -X dev -W ignore /srv/web.py --port 1', '/srv/web.py'],
  ['python3 -Xdev -Wignore web.py', 'web.py'],
  ['python3 -Im http.server 8000', 'http.server'],
  ['python3 -mhttp.server', 'http.server'],
  ['python3 -uc print(1) web.py', null],
  ['python3 --check-hash-based-pycs always web.py', 'web.py'],
  ['python3 -- -odd.py', '-odd.py'],
  ['python3 - web.py', null],
  ['python3 -m', null],
  ['python3', null],
])('script of %s', (line, script) => expect(scriptOf(line.split(' '))).toBe(script));

test('names of a process', () => {
  expect(namesOf('gunicorn', ['/venv/bin/python3', '/venv/bin/gunicorn', 'app'])).toEqual([
    'gunicorn',
    'python3',
    '/venv/bin/gunicorn',
  ]);
  expect(namesOf('python3', ['python3', 'src/web.py'])).toEqual(['python3', 'src/web.py', 'web.py', 'web']);
  expect(namesOf('', [])).toEqual([]);
});

test('names of interpreters', () => {
  for (const name of ['python', '/usr/bin/python3.9', 'python3.14t', 'python2', 'python3.9d'])
    expect(isPythonName(name)).toBe(true);
  for (const name of ['pypy3', 'ipython', 'python-config', 'pythonista.app', ''])
    expect(isPythonName(name)).toBe(false);
});
