// What stories ask of a running trace from outside: its guard and engine, its probes in the target, what it left.
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { withElf } from '../../../../dist/target/elf.js';
import { findInterpreter } from '../../../../dist/target/interpreter.js';
import { readExe, readMaps } from '../../../../dist/target/proc.js';

const stat = (pid) => {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0], parent: Number(fields[1]), start: Number(fields[19]) };
};

/** When it was started, in the kernel's ticks. */
export const startOf = (pid) => stat(pid).start;

/** A zombie lives while other threads of it do. */
export function lives(pid) {
  try {
    return !/[ZX]/.test(stat(pid).state) || readdirSync(`/proc/${pid}/task`).length > 1;
  } catch {
    return false;
  }
}

export function children(pid) {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((child) => {
      try {
        return stat(child).parent === pid;
      } catch {
        return false;
      }
    });
}

/** '' of a process that has ended since it was listed. */
export const commandOf = (pid) => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
};

/** The pids of a tracer's guard and engine. */
export function partsOf(tracer) {
  const guard = children(tracer.pid).find((pid) => commandOf(pid).includes('pytrace-guard'));
  const engine = children(guard).find((pid) => !commandOf(pid).includes('pytrace-guard'));
  return { guard, engine };
}

/** How many tracers have enabled a probe of the target: CPython fires it while this is not 0. NaN where it is just in exec. */
export function semaphore(pid, probe = 'function__entry') {
  const { elf, bias } = findInterpreter(pid, readExe(pid).path, readMaps(pid));
  const address = withElf(elf.readPath, (file) =>
    semaphoreAddress(file.contents(file.section('.note.stapsdt'), 1 << 20), probe),
  );
  const fd = openSync(`/proc/${pid}/mem`, 'r');
  try {
    const word = Buffer.alloc(2);
    readSync(fd, word, 0, 2, address + bias);
    return word.readUInt16LE();
  } catch (error) {
    if (error.code === 'EIO') return NaN;
    throw error;
  } finally {
    closeSync(fd);
  }
}

/** A note's descriptor: address of the site, of the section, of the semaphore, then provider and name. */
function semaphoreAddress(notes, probe) {
  const padded = (size) => Math.ceil(size / 4) * 4;
  for (let at = 0; at < notes.length;) {
    const descriptor = at + 12 + padded(notes.readUInt32LE(at));
    if (notes.toString('latin1', descriptor + 24).startsWith(`python\0${probe}\0`)) {
      return Number(notes.readBigUInt64LE(descriptor + 16));
    }
    at = descriptor + padded(notes.readUInt32LE(at + 4));
  }
  throw new Error(`no probe ${probe}`);
}

/** dtrace's own kernel events of one dtrace: others may be at work on this machine. */
export const eventsOf = (t, engine) => t.uprobes().filter((line) => line.includes(`:dt_${engine}_`));

export function stapModules() {
  return readFileSync('/proc/modules', 'utf8').match(/^stap_\w+/gm) ?? [];
}

/** Of an engine that has ended: what is still to be found of it. */
export function remains(t, { guard, engine }, modulesBefore = []) {
  return [
    ...[guard, engine].filter(lives).map((pid) => `process ${pid}`),
    ...(t.engine === 'stap' ? stapModules().filter((name) => !modulesBefore.includes(name)) : eventsOf(t, engine)),
  ];
}

/** Nothing that the story started is there any more, targets apart; the guard's last nap of 0.1 s may outlive it. */
export const nothingLeft = (t) => t.until(() => t.leftovers().length === 0, 1000, 'the end of all that was started');

/** pytrace's sentences: the lines of stderr with its name before them, the line that names the tracer left out. */
export function sentences(process) {
  return process.stderr
    .split('\n')
    .filter((line) => line.startsWith('pytrace: ') && !line.startsWith('pytrace: Tracing with '));
}
