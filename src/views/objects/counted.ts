import { thousands } from '../../text/amounts.js';

/** `1 class`, `1,234 classes`. */
export function counted(number: number, word: 'class' | 'instance' | 'snapshot'): string {
  const more = word === 'class' ? 'es' : 's';
  return `${thousands(number)} ${word}${number === 1 ? '' : more}`;
}
