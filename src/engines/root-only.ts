import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import path from 'node:path';

/** What is seen of one entry of a folder, links not followed; throws where there is none. Replaced in tests. */
export type Look = (file: string) => { readonly stats: Pick<Stats, 'uid' | 'mode'>; readonly link: string | null };

const OTHERS_WRITE = 0o022;
const STICKY = 0o1000;
const TYPE = 0o170000;
const FOLDER = 0o040000;
/** As the kernel: more links than that lead nowhere. */
const MAX_LINKS = 40;

const here: Look = (file) => {
  const stats = lstatSync(file);
  return { stats, link: stats.isSymbolicLink() ? readlinkSync(file) : null };
};

export function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/**
 * The first place on the way to a file or folder at which another user than root could put something else in its stead;
 * null where there is none. The whole way counts, also that through symbolic links: each folder belongs to root and is
 * writable by nobody else, by no group either (what an access list allows shows there too). One exception: a folder of
 * root's below a sticky one, as in /tmp, where nobody can rename it. What is not there is itself such a place.
 */
export function weakPlace(file: string, look: Look = here): string | null {
  const rest = file.split('/').filter((part) => part !== '');
  let at = '/';
  let next = at;
  let links = 0;
  try {
    let { stats } = look(at);
    if (!rootsAlone(stats)) return at;
    for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
      next = path.join(at, name);
      const entry = look(next);
      const isFolder = (entry.stats.mode & TYPE) === FOLDER;
      if (open(stats) && !isFolder) return at;
      if (entry.link !== null) {
        if (++links > MAX_LINKS) return next;
        rest.unshift(...entry.link.split('/').filter((part) => part !== ''));
        if (!entry.link.startsWith('/')) continue;
        at = '/';
        stats = look(at).stats;
      } else {
        const passed = isFolder && rest.length > 0 && sticky(entry.stats);
        if (!rootsAlone(entry.stats) && !passed) return next;
        at = next;
        stats = entry.stats;
      }
    }
    return rootsAlone(stats) ? null : at;
  } catch {
    return next;
  }
}

type Owned = Pick<Stats, 'uid' | 'mode'>;
const open = ({ mode }: Owned): boolean => (mode & OTHERS_WRITE) !== 0;
const rootsAlone = (stats: Owned): boolean => stats.uid === 0 && !open(stats);
const sticky = ({ uid, mode }: Owned): boolean => uid === 0 && (mode & STICKY) !== 0;
