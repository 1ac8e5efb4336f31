import { getSystemErrorMap } from 'node:util';

/** What the system says of a failure, in its own words: `no space left on device`. */
export function systemError(error: NodeJS.ErrnoException): string {
  const said = error.errno === undefined ? undefined : getSystemErrorMap().get(error.errno)?.[1];
  return said ?? error.message;
}
