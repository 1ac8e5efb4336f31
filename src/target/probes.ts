import { textAt, type Elf } from './elf.js';
import type { ProbeName } from './target.js';

const NAMES: ReadonlySet<string> = new Set<ProbeName>([
  'function__entry',
  'function__return',
  'line',
  'gc__start',
  'gc__done',
  'import__find__load__start',
  'import__find__load__done',
  'audit',
  'instance__new__start',
  'instance__new__done',
  'instance__delete__start',
  'instance__delete__done',
]);

const NOTES_LIMIT = 4 << 20;
const NT_STAPSDT = 3;

/**
 * The USDT probes of provider `python` in an ELF file: name -> number of sites (`audit` has several).
 * Source: section .note.stapsdt; each note's descriptor is three addresses, then provider, name and arguments as C
 * strings (systemtap's wiki, "UserSpaceProbeImplementation"; the layout is that of sys/sdt.h).
 */
export function pythonProbes(elf: Elf): Map<ProbeName, number> {
  const probes = new Map<ProbeName, number>();
  const section = elf.section('.note.stapsdt');
  const notes = section && elf.contents(section, NOTES_LIMIT);
  if (!notes) return probes;
  for (let at = 0; at + 12 <= notes.length;) {
    const nameSize = notes.readUInt32LE(at);
    const descriptorSize = notes.readUInt32LE(at + 4);
    const type = notes.readUInt32LE(at + 8);
    const descriptor = at + 12 + align4(nameSize);
    const end = descriptor + descriptorSize;
    if (end > notes.length) break;
    if (type === NT_STAPSDT && textAt(notes.subarray(0, at + 12 + nameSize), at + 12) === 'stapsdt') {
      count(probes, notes.subarray(descriptor, end));
    }
    at = descriptor + align4(descriptorSize);
  }
  return probes;
}

function count(probes: Map<ProbeName, number>, descriptor: Buffer): void {
  const provider = textAt(descriptor, 24);
  if (provider !== 'python') return;
  const name = textAt(descriptor, 24 + provider.length + 1);
  if (!NAMES.has(name)) return;
  probes.set(name as ProbeName, (probes.get(name as ProbeName) ?? 0) + 1);
}

function align4(size: number): number {
  return Math.ceil(size / 4) * 4;
}
