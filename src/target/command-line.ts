import { basename } from 'node:path';

/** The options of python whose value is the next argument when it does not follow at once. */
const WITH_VALUE = new Set(['W', 'X']);

/**
 * What a Python command line runs: the script's path, or the module's dotted name after -m; null for -c, for a prompt,
 * and for reading from stdin. Source: `python --help`; short options may stand together (`-Im pkg`).
 */
export function scriptOf(argv: readonly string[]): string | null {
  for (let i = 1; i < argv.length; i++) {
    const word = argv[i];
    if (word === '--') return argv[i + 1] ?? null;
    if (word === '-' || word === '') return null;
    if (!word.startsWith('-')) return word;
    if (word === '--check-hash-based-pycs') i++;
    if (word.startsWith('--')) continue;
    for (let k = 1; k < word.length; k++) {
      const letter = word[k];
      if (letter === 'c') return null;
      const rest = word.slice(k + 1);
      if (letter === 'm') return rest === '' ? (argv[i + 1] ?? null) : rest;
      if (!WITH_VALUE.has(letter)) continue;
      if (rest === '') i++;
      break;
    }
  }
  return null;
}

/** Whether argv[0] is the name of a Python interpreter: `python`, `/usr/bin/python3.9`, `python3.14t`, `pypy` is not. */
export function isPythonName(name: string): boolean {
  return /^-?python(\d+(\.\d+)?[a-z]*)?$/.test(basename(name));
}

/**
 * The names by which people call a running program: its comm, the base name of argv[0] and of the script, with and
 * without `.py`, and a module's dotted name.
 */
export function namesOf(comm: string, argv: readonly string[]): string[] {
  const script = scriptOf(argv);
  const names = [comm];
  if (argv[0] !== undefined) names.push(basename(argv[0]));
  if (script !== null) names.push(script, basename(script), basename(script).replace(/\.py$/, ''));
  return [...new Set(names.filter((name) => name !== ''))];
}
