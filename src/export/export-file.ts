import { randomBytes } from 'node:crypto';
import { closeSync, fchownSync, openSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import type { CallsModel } from '../models/callsmodel.js';
import { chromeTrace } from './chrome-trace.js';
import { csv } from './csv.js';
import { folded } from './folded.js';
import { speedscope } from './speedscope.js';
import { treeText } from './tree-text.js';

export interface ExportFormat {
  readonly id: string;
  /** For file names, with its dot. */
  readonly extension: string;
  /** One clause for a list of choices. */
  readonly about: string;
  readonly text: (model: CallsModel, subject: ExportSubject) => string;
}

/** What was traced. */
export interface ExportSubject {
  readonly pid: number;
  /** `calls of 4242 (python3.15)`. */
  readonly title: string;
}

export const EXPORT_FORMATS: readonly ExportFormat[] = [
  {
    id: 'speedscope',
    extension: '.speedscope.json',
    about: 'speedscope.app: the tree, weighted with self time',
    text: (model, { title }) => speedscope(model, title),
  },
  {
    id: 'folded',
    extension: '.collapsedstack.txt',
    about: 'folded stacks for flame graphs: self time in µs',
    text: (model) => folded(model),
  },
  {
    id: 'chrome-trace',
    extension: '.trace.json',
    about: 'Perfetto or chrome://tracing: the last events of the flow',
    text: (model, { pid, title }) => chromeTrace(model, { pid, process: title }),
  },
  { id: 'csv', extension: '.csv', about: 'a table: a row for each node of the tree', text: (model) => csv(model) },
  {
    id: 'text',
    extension: '.txt',
    about: 'the tree as plain text',
    text: (model, { title }) => treeText(model, title),
  },
];

export interface ExportOptions {
  /** Replaces a file that is there; without it that is an error. */
  readonly overwrite?: boolean;
  /** Whom the file shall belong to: the person behind a sudo. */
  readonly owner?: { readonly uid: number; readonly gid: number } | null;
}

/** The path names a file that is there already. */
export class FileExists extends Error {
  override readonly name = 'FileExists';
}

/**
 * Writes a picture to a file that only its owner can read. It takes no other file's place unless told to, and a symbolic
 * link is a file that is there. Throws FileExists, or what the file system says; then nothing new is left behind.
 */
export function exportFile(
  path: string,
  format: ExportFormat,
  model: CallsModel,
  subject: ExportSubject,
  options: ExportOptions = {},
): void {
  const bytes = Buffer.from(format.text(model, subject));
  const replacing = options.overwrite === true;
  // Another file is replaced only by a whole one.
  const written = replacing ? `${path}.${randomBytes(6).toString('hex')}.part` : path;
  const file = create(written);
  try {
    try {
      for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done);
      if (options.owner) fchownSync(file, options.owner.uid, options.owner.gid);
    } finally {
      closeSync(file);
    }
    if (replacing) renameSync(written, path);
  } catch (error) {
    unlinkSync(written);
    throw error;
  }
}

function create(path: string): number {
  try {
    return openSync(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw new FileExists(`${path} is there already`);
    throw error;
  }
}
