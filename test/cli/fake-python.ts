import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * A program that pytrace takes for a Python 3.10 with function probes: this machine's sleep(1), with the notes of such
 * probes in a section of its own, under that name. So the whole way from the command line to the engine is pytrace's
 * own; only the events, which a fake tracer makes up, are not the program's. A real Python with probes is in the
 * laboratory.
 */
export class FakePython {
  readonly folder = mkdtempSync(join(tmpdir(), 'pytrace-python-'));
  readonly path = join(this.folder, 'python3.10');
  private readonly children: ChildProcess[] = [];

  constructor() {
    const sleep = execFileSync('/bin/sh', ['-c', 'command -v sleep'], { encoding: 'utf8' }).trim();
    writeFileSync(this.path, withProbes(readFileSync(realpathSync(sleep))));
    chmodSync(this.path, 0o755);
  }

  /** Starts one that lives until it is killed; its pid. */
  start(): number {
    const child = spawn(this.path, ['1000000'], { stdio: 'ignore' });
    this.children.push(child);
    return child.pid!;
  }

  close(): void {
    for (const child of this.children) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The ELF file with one more section, `.note.stapsdt`, that names the probes of functions and of gc. */
function withProbes(elf: Buffer): Buffer {
  const headersAt = Number(elf.readBigUInt64LE(40));
  const count = elf.readUInt16LE(60);
  const namesIndex = elf.readUInt16LE(62);
  const headers = Buffer.alloc((count + 1) * 64);
  elf.copy(headers, 0, headersAt, headersAt + count * 64);
  const oldNames = headers.subarray(namesIndex * 64, namesIndex * 64 + 64);
  const oldAt = Number(oldNames.readBigUInt64LE(24));
  const names = Buffer.concat([
    elf.subarray(oldAt, oldAt + Number(oldNames.readBigUInt64LE(32))),
    Buffer.from('.note.stapsdt\0'),
  ]);
  const notes = Buffer.concat(['function__entry', 'function__return', 'gc__start', 'gc__done'].map(note));
  const namesAt = elf.length;
  const notesAt = namesAt + names.length;
  place(oldNames, namesAt, names.length);
  const added = headers.subarray(count * 64);
  added.writeUInt32LE(names.length - '.note.stapsdt\0'.length, 0);
  added.writeUInt32LE(7, 4); // SHT_NOTE
  place(added, notesAt, notes.length);
  const out = Buffer.concat([elf, names, notes, headers]);
  out.writeBigUInt64LE(BigInt(notesAt + notes.length), 40);
  out.writeUInt16LE(count + 1, 60);
  return out;
}

function place(header: Buffer, offset: number, size: number): void {
  header.writeBigUInt64LE(BigInt(offset), 24);
  header.writeBigUInt64LE(BigInt(size), 32);
}

/** As sys/sdt.h writes it: three addresses, then provider, probe and where its arguments are. */
function note(probe: string): Buffer {
  const text = Buffer.from(`python\0${probe}\0` + '8@%rbx 8@%rbp -4@%eax\0', 'latin1');
  const body = Buffer.concat([Buffer.alloc(24), text]);
  const head = Buffer.alloc(12);
  head.writeUInt32LE(8, 0);
  head.writeUInt32LE(body.length, 4);
  head.writeUInt32LE(3, 8);
  return Buffer.concat([head, Buffer.from('stapsdt\0'), body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
}
