import { number64, textAt, type Elf } from './elf.js';
import { PYTHON_PROBES, type ProbeName } from './target.js';

const NAMES: ReadonlySet<string> = new Set(PYTHON_PROBES);

const NOTES_LIMIT = 4 << 20;
const NT_STAPSDT = 3;

/**
 * The USDT probes of provider `python` in an ELF file: name -> number of sites (`audit` has several).
 */
export function pythonProbes(elf: Elf): Map<ProbeName, number> {
  const probes = new Map<ProbeName, number>();
  for (const { name } of pythonNotes(elf)) {
    if (NAMES.has(name)) probes.set(name as ProbeName, (probes.get(name as ProbeName) ?? 0) + 1);
  }
  return probes;
}

/**
 * Link-time address of a probe's semaphore, a counter of 16 bits; null where it has none. Whoever raises it writes into
 * the process: so it must lie where semaphores are kept, and the file's addresses must still be those that were noted
 * (prelink moves them, and tells by the section .stapsdt.base).
 */
export function probeSemaphore(elf: Elf, name: ProbeName): number | null {
  const note = [...pythonNotes(elf)].find((each) => each.name === name);
  const home = elf.section('.probes');
  if (note === undefined || home === null || elf.section('.stapsdt.base')?.address !== note.base) return null;
  const { semaphore } = note;
  return semaphore >= home.address && semaphore + 2 <= home.address + home.size ? semaphore : null;
}

/**
 * Source: section .note.stapsdt; each note's descriptor is three addresses (site, base, semaphore), then provider, name and
 * arguments as C strings (systemtap's wiki, "UserSpaceProbeImplementation"; the layout is that of sys/sdt.h).
 */
function* pythonNotes(elf: Elf): Generator<{ name: string; base: number; semaphore: number }> {
  const section = elf.section('.note.stapsdt');
  const notes = section && elf.contents(section, NOTES_LIMIT);
  if (!notes) return;
  for (let at = 0; at + 12 <= notes.length;) {
    const nameSize = notes.readUInt32LE(at);
    const descriptorSize = notes.readUInt32LE(at + 4);
    const type = notes.readUInt32LE(at + 8);
    const start = at + 12 + align4(nameSize);
    const end = start + descriptorSize;
    if (end > notes.length) return;
    if (type === NT_STAPSDT && textAt(notes.subarray(0, at + 12 + nameSize), at + 12) === 'stapsdt') {
      const descriptor = notes.subarray(start, end);
      const provider = textAt(descriptor, 24);
      if (provider === 'python') {
        const name = textAt(descriptor, 24 + provider.length + 1);
        yield { name, base: number64(descriptor, 8), semaphore: number64(descriptor, 16) };
      }
    }
    at = start + align4(descriptorSize);
  }
}

function align4(size: number): number {
  return Math.ceil(size / 4) * 4;
}
