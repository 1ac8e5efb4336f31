import { readlinkSync } from 'node:fs';
import type { HeldTerminal } from '../engines/engine.js';
import { LEAVE } from '../ui/screen.js';

/** The terminal that the screens are drawn on; undefined where it has no name of its own here. */
export function heldTerminal(): HeldTerminal | undefined {
  try {
    const path = readlinkSync('/proc/self/fd/1');
    return /^\/dev\/(?:pts\/|tty)[\w-]*$/.test(path) ? { path, leave: LEAVE } : undefined;
  } catch {
    return undefined;
  }
}
