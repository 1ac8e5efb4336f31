import { closeSync, createWriteStream, fchownSync, fstatSync, openSync, readSync, type WriteStream } from 'node:fs';
import { z } from 'zod';
import { ExitCode, UserError } from '../target/user-error.js';
import { escapeField, unescapeBytes } from './escape.js';
import { decodeName, sanitize } from './names.js';

/** Version of what stands around the wire in a recording. */
export const RECORDING_VERSION = 1;
/** What may wait for a slow disk before the recording is given up: the trace itself must not be held up by it. */
const MAX_WAITING = 64 << 20;
const MAX_FIRST_LINE = 1 << 20;
const NEWLINE = 10;

const aboutSchema = z.object({
  pytrace: z.string(),
  pid: z.number().int(),
  command: z.array(z.string()),
  exe: z.string(),
  python: z.string(),
  engine: z.enum(['dtrace', 'stap', 'bpftrace']),
  engineVersion: z.string(),
  script: z.string(),
  startedAt: z.iso.datetime(),
  /** What percentages are of: time since the attach, or since the program was started. */
  since: z.enum(['attach', 'launch']),
  filters: z.object({
    thread: z.number(),
    functionGlob: z.string(),
    fileGlob: z.string(),
    minDurationNs: z.number(),
    depth: z.number(),
  }),
});

/** What a recording says of the trace it holds; as read from one, all its texts are fit for a terminal. */
export type RecordingAbout = z.infer<typeof aboutSchema>;

/**
 * Writes a recording: the engine's bytes as they came, with pytrace's own records between whole lines. Fails once at
 * the most, through `failed`, and is silent after that: a full disk ends the recording, never the trace.
 */
export class RecordingWriter {
  private readonly stream: WriteStream;
  private tail: Uint8Array = new Uint8Array(0);
  private broken = false;
  bytes = 0;

  constructor(
    readonly path: string,
    about: RecordingAbout,
    owner: { uid: number; gid: number } | null,
    private readonly failed: (sentence: string) => void,
  ) {
    let fd: number;
    try {
      // Never over what is there: it may be the only trace of last night's trouble.
      fd = openSync(path, 'wx', 0o600);
    } catch (error) {
      throw new UserError(cannotOpen(path, error as NodeJS.ErrnoException), ExitCode.usage);
    }
    if (owner) fchownSync(fd, owner.uid, owner.gid);
    this.stream = createWriteStream(path, { fd, highWaterMark: 1 << 20 });
    this.stream.on('error', (error: NodeJS.ErrnoException) => this.fail(error));
    this.line(`P\t${RECORDING_VERSION}\t${escapeField(JSON.stringify(about))}`);
  }

  /** Bytes of the engine. */
  chunk(chunk: Uint8Array): void {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end < 0) {
      this.tail = Buffer.concat([this.tail, chunk]);
      return;
    }
    if (this.tail.length > 0) this.write(this.tail);
    // A copy: the pipe's buffer is used again before the disk is done.
    this.write(chunk.slice(0, end + 1));
    this.tail = chunk.slice(end + 1);
  }

  thread(tid: number, atAttach: boolean, name: string): void {
    this.line(`T\t${tid}\t${atAttach ? 1 : 0}\t${escapeField(name)}`);
  }

  /** Lines of records that were found out beside the stream, without their newlines. */
  insert(lines: readonly string[]): void {
    if (lines.length > 0) this.line(lines.join('\n'));
  }

  loss(cause: string, count: number): void {
    this.line(`L\t${count}\t${escapeField(cause)}`);
  }

  /** Writes the last line and closes; resolves when all is on its way to the disk. */
  async close(events: number, reason: string): Promise<void> {
    this.line(`Q\t${events}\t${escapeField(reason)}`);
    if (this.broken) return;
    await new Promise<void>((resolve) => {
      this.stream.once('close', resolve);
      this.stream.once('error', () => resolve());
      this.stream.end();
    });
  }

  private line(text: string): void {
    this.write(Buffer.from(`${text}\n`, 'latin1'));
  }

  private write(chunk: Uint8Array): void {
    if (this.broken) return;
    this.bytes += chunk.length;
    this.stream.write(chunk);
    if (this.stream.writableLength > MAX_WAITING) this.fail(new Error('the disk is too slow for this many events'));
  }

  private fail(error: NodeJS.ErrnoException): void {
    if (this.broken) return;
    this.broken = true;
    const why = error.code === 'ENOSPC' ? 'the disk is full' : error.message;
    this.failed(
      `The recording ${sanitize(this.path)} ends here: ${why}. What was written before can be replayed; the trace goes on.`,
    );
    this.stream.destroy();
  }
}

function cannotOpen(path: string, error: NodeJS.ErrnoException): string {
  const file = sanitize(path);
  switch (error.code ?? '') {
    case 'EEXIST':
      return `${file} exists already, and pytrace overwrites nothing: name another file for --record, or remove it.`;
    case 'ENOENT':
      return `${file} cannot be made: its folder does not exist.`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return `${file} cannot be made: no right to write there; name another file for --record.`;
    case 'EISDIR':
      return `${file} is a folder; name a file for --record.`;
    case 'ENOSPC':
      return `${file} cannot be made: the disk is full.`;
    default:
      return `${file} cannot be made: ${error.message}`;
  }
}

/** Reads what a file says of the recording in it; throws a UserError with cause and cure where it holds none. */
export function readAbout(path: string): RecordingAbout {
  const file = sanitize(path);
  const bad = (sentence: string): never => {
    throw new UserError(sentence, ExitCode.usage);
  };
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return bad(
      code === 'ENOENT'
        ? `There is no file ${file}.`
        : code === 'EACCES'
          ? `${file} cannot be read: no right to.`
          : `${file} cannot be read: ${message}`,
    );
  }
  try {
    if (!fstatSync(fd).isFile()) return bad(`${file} is not a file: pytrace replay reads what --record wrote.`);
    const buffer = Buffer.alloc(MAX_FIRST_LINE);
    const length = readSync(fd, buffer, 0, MAX_FIRST_LINE, 0);
    if (length === 0) return bad(`${file} is empty: nothing was recorded, so record again.`);
    if (buffer[0] !== 80 || buffer[1] !== 9)
      return bad(`${file} is not a recording of pytrace: replay reads what --record wrote.`);
    const end = buffer.subarray(0, length).indexOf(NEWLINE);
    if (end < 0) return bad(`${file} breaks off in its first line: nothing of it can be shown, so record again.`);
    const [, version, about] = buffer.subarray(0, end).toString('latin1').split('\t');
    const number = Number(version);
    if (!Number.isInteger(number) || number < 1)
      return bad(`${file} is damaged in its first line, so it cannot be shown.`);
    if (number > RECORDING_VERSION) {
      return bad(
        `${file} was made by a newer pytrace (recording version ${number}; this one reads ${RECORDING_VERSION}): update pytrace.`,
      );
    }
    const parsed = aboutSchema.safeParse(jsonOrNull(decodeName(unescapeBytes(Buffer.from(about ?? '', 'latin1')))));
    return parsed.success ? fitTexts(parsed.data) : bad(`${file} is damaged in its first line, so it cannot be shown.`);
  } finally {
    closeSync(fd);
  }
}

/** The same with each text in it made fit for a terminal. */
function fitTexts<T>(value: T): T {
  if (typeof value === 'string') return sanitize(value) as T;
  if (Array.isArray(value)) return value.map(fitTexts) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, fitTexts(each as unknown)])) as T;
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
