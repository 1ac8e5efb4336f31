import { printable } from '../text/printable.js';
import type { EngineFacts, PassedOver } from './engine.js';
import { weakPlace } from './root-only.js';
import { userSyslibdir } from './syslibdir.js';

const SHOWN = 200;
const shown = (file: string): string => printable(file, SHOWN);

const why = ({ file, place }: PassedOver): string =>
  `as others than root can change ${place === file ? 'it' : shown(place)}`;

/** Said beside what is run in its place. */
export function weakness(passedOver: PassedOver): string {
  return `${shown(passedOver.file)} is not run as root, ${why(passedOver)}`;
}

/** Where there is no path: why, with the cure (`install` and what). */
export function missingEngine({ passedOver }: EngineFacts, name: string, install: string): string {
  if (passedOver === undefined) return `${name} is not installed; ${install}.`;
  return `${name} cannot be run as root from ${shown(passedOver.file)}, ${why(passedOver)}; ${install}.`;
}

/** A library of the user's is compiled into the program that dtrace runs as root. */
export function libraryObjection(folder = userSyslibdir()): string | null {
  const place = folder === undefined ? null : weakPlace(folder);
  if (place === null) return null;
  return `DTRACE_OPT_SYSLIBDIR names a library for dtrace, which runs as root, and others than root can change ${shown(place)}; unset it, or give that to root alone.`;
}
