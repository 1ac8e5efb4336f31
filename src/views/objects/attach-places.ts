import type { AllocClone } from '../../target/alloc-clone.js';
import { definedSymbols, number64, type Elf } from '../../target/elf.js';
import { biasOf } from '../../target/in-memory.js';
import { openMemory } from '../../target/memory.js';
import { probePlace, type ProbePlace } from '../../target/probe-place.js';
import { findSubtypeDealloc } from '../../target/subtype-dealloc.js';
import type { Target } from '../../target/target.js';

/** Where objects-alloc.bt probes: names of functions, or numbers, as bpftrace's attach points take them. */
export interface AttachPlaces {
  /** PyType_GenericAlloc. */
  readonly made: string;
  /** Its local copy, or a function that never runs. */
  readonly madeByCopy: string;
  /** subtype_dealloc, or PyObject_GC_Del. */
  readonly ended: string;
  /** type_dealloc, where classes end; a function that never runs where PyObject_GC_Del tells of that too. */
  readonly classEnded: string;
  /** Whether the copy is probed. */
  readonly copy: boolean;
  /** subtype_dealloc's address in the process; 0 where PyObject_GC_Del is probed. */
  readonly dealloc: bigint;
  /** A function that does not run while the process does: it is probed to see when the probes begin to go. */
  readonly last: string;
  /** Where in the process the breakpoints of the first and of that one will be; both 0 where that is not known. */
  readonly breakpoints: readonly [bigint, bigint];
  /** bpftrace takes one of the places with --unsafe only. */
  readonly unsafe: boolean;
}

const ALLOC = 'PyType_GenericAlloc';
const FREE = 'PyObject_GC_Del';
/** Both end the process. */
const NEVER = ['Py_FatalError', 'Py_Exit'] as const;
/** The program's main function, or not even that; nothing else may be probed there. */
const LAST = 'Py_Main';
/** The type of types, and where in it its tp_dealloc is (3.6 to 3.15). */
const TYPE = 'PyType_Type';
const TP_DEALLOC = 48;
const X86_64 = 62;

/** Where nothing but the names is known. */
export const BY_NAME: AttachPlaces = {
  made: ALLOC,
  madeByCopy: NEVER[0],
  ended: FREE,
  classEnded: NEVER[0],
  copy: false,
  dealloc: 0n,
  last: LAST,
  breakpoints: [0n, 0n],
  unsafe: false,
};

export function attachPlaces(target: Target, elf: Elf, clone: AllocClone): AttachPlaces {
  const symbols = definedSymbols(elf, [ALLOC, FREE, ...NEVER, LAST, TYPE]);
  const named = (name: string): ProbePlace => {
    const address = symbols.get(name);
    return (address === undefined ? null : probePlace(elf, address, name)) ?? { word: name, unsafe: false, address: 0 };
  };
  const bias = elf.type === 'fixed' ? 0 : biasOf(target);
  const copy = clone.kind === 'found' ? probePlace(elf, clone.address) : null;
  const dealloc = bias === null ? null : findSubtypeDealloc(elf);
  const typeDealloc = bias === null ? null : typeDeallocOf(target, elf, symbols.get(TYPE), bias);
  const classEnd = typeDealloc === null ? null : probePlace(elf, typeDealloc);
  // What is counted by subtype_dealloc alone does not tell when a class has left its address to another.
  const destroyer = dealloc === null || classEnd === null ? null : probePlace(elf, dealloc);
  const made = named(ALLOC);
  const never = named(NEVER.find((name) => symbols.has(name)) ?? NEVER[0]);
  const madeByCopy = copy ?? never;
  const ended = destroyer ?? named(FREE);
  const classEnded = destroyer === null || classEnd === null ? never : classEnd;
  const places = [made, madeByCopy, ended, classEnded];
  // By its name, it is probed where it begins.
  const watched = [made.address, symbols.get(LAST) ?? 0] as const;
  const known = elf.machine === X86_64 && bias !== null && watched.every((address) => address > 0);
  return {
    made: made.word,
    madeByCopy: madeByCopy.word,
    ended: ended.word,
    classEnded: classEnded.word,
    copy: copy !== null,
    dealloc: destroyer === null ? 0n : BigInt(dealloc! + bias!),
    last: symbols.has(LAST) ? LAST : ALLOC,
    breakpoints: known ? [BigInt(watched[0] + bias), BigInt(watched[1] + bias)] : [0n, 0n],
    unsafe: places.some(({ unsafe }) => unsafe),
  };
}

/** The link-time address of the function that ends classes, as the process has it, or else the file; null where neither tells. */
function typeDeallocOf({ pid }: Target, elf: Elf, type: number | undefined, bias: number): number | null {
  if (type === undefined) return null;
  const memory = openMemory(pid);
  const live = memory?.read(type + bias + TP_DEALLOC, 8) ?? null;
  memory?.close();
  // Elsewhere the loader puts it in.
  const written = live === null && elf.type === 'fixed' ? elf.readAddress(type + TP_DEALLOC, 8) : null;
  const address = live !== null ? number64(live, 0) - bias : written !== null ? number64(written, 0) : NaN;
  const text = elf.section('.text');
  const inside = text !== null && address >= text.address && address < text.address + text.size;
  return inside ? address : null;
}
