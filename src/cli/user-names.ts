import { invokingUser, userText } from '../target/owner.js';

/** Names of whoever sits here and, where it is given, of the user whose process is traced. */
export function userNames(uid?: number): string[] {
  const ids = [process.getuid?.(), invokingUser()?.uid, uid];
  const names = ids.flatMap((id) => (id === undefined ? [] : [nameOf(id)]));
  // Root is no one in particular.
  return [...new Set(names)].filter((name) => name !== '' && name !== 'root');
}

/** '' where the machine does not know it. */
const nameOf = (uid: number): string => /^(.*) \(uid \d+\)$/.exec(userText(uid))?.[1] ?? '';
