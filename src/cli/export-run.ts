import { CalledOff, FileExists, refuseTaken, writeWhole, type WholeFile } from '../export/export-file.js';
import { invokingUser } from '../target/owner.js';
import type { ActionContext, Answer } from '../ui/app-source.js';
import { shortBytes } from '../ui/quantity.js';
import type { ExportChoice } from '../views/trace-view.js';
import { sanitize } from '../wire/names.js';
import { systemError } from './system-error.js';

/** What is to be written. */
export interface Exported {
  /** What the files are called before their extensions. */
  readonly name: string;
  /** What was traced, in one line. */
  readonly title: string;
  readonly choices: readonly ExportChoice[];
}

/**
 * Writes each form of what was seen to a file in the current folder. All are there in the end, whole, or none where it is
 * called off; what could not be written is told with its reason.
 */
export async function exportRun({ name, title, choices }: Exported, context: ActionContext): Promise<Answer> {
  const { signal } = context;
  const lines: string[] = [];
  const written: { readonly path: string; readonly about: string; readonly file: WholeFile }[] = [];
  const failed = (path: string, error: unknown): void => {
    lines.push(
      error instanceof FileExists
        ? `${path} is there already`
        : `${path} could not be written: ${systemError(error as NodeJS.ErrnoException)}`,
    );
  };
  try {
    for (const [at, { extension, about, pieces }] of choices.entries()) {
      const path = `${name}${extension}`;
      const progress = (done: number): void =>
        context.progress(`writing file ${at + 1} of ${choices.length}, ${extension.slice(1)}: ${shortBytes(done)}`);
      progress(0);
      try {
        refuseTaken(path);
        const file = await writeWhole(path, pieces(title), { owner: invokingUser(), signal, progress });
        written.push({ path, about, file });
      } catch (error) {
        if (error instanceof CalledOff) throw error;
        failed(path, error);
      }
    }
  } catch (error) {
    for (const { file } of written) file.discard();
    if (error instanceof CalledOff) return { say: 'called off: no file was written' };
    throw error;
  }
  let whole = 0;
  for (const { path, about, file } of written) {
    try {
      file.publish();
      whole++;
      lines.push(path, `    ${about}`);
    } catch (error) {
      failed(path, error);
    }
  }
  const folder = sanitize(process.cwd());
  return {
    say:
      whole === choices.length
        ? `${whole} files were written to ${folder}`
        : `${whole} of ${choices.length} files were written to ${folder}`,
    show: { title: whole > 0 ? `written to ${folder}` : `nothing was written to ${folder}`, lines },
  };
}
