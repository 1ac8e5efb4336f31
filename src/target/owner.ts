import { readFileSync } from 'node:fs';

/** The person behind a sudo: who the files that are written should belong to. null where nobody sits behind one. */
export function invokingUser(env: NodeJS.ProcessEnv = process.env): { uid: number; gid: number } | null {
  if (process.geteuid?.() !== 0) return null;
  const uid = idOf(env['SUDO_UID']);
  const gid = idOf(env['SUDO_GID']);
  return uid === null || gid === null || uid === 0 ? null : { uid, gid };
}

/** `alice (uid 1001)`, or `uid 1001` where /etc/passwd does not name it. */
export function userText(uid: number, passwd = '/etc/passwd'): string {
  const name = userName(uid, passwd);
  return name === null ? `uid ${uid}` : `${name} (uid ${uid})`;
}

function userName(uid: number, passwd: string): string | null {
  try {
    for (const line of readFileSync(passwd, 'utf8').split('\n')) {
      const [name, , id] = line.split(':');
      if (id === String(uid) && name !== undefined && /^[\w.@-]{1,32}\$?$/.test(name)) return name;
    }
  } catch {
    // No such file in a minimal container: the number alone will do.
  }
  return null;
}

function idOf(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : null;
}
