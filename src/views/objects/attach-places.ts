import type { AllocClone } from '../../target/alloc-clone.js';
import { definedSymbols, type Elf } from '../../target/elf.js';
import { biasOf } from '../../target/in-memory.js';
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
const X86_64 = 62;

/** Where nothing but the names is known. */
export const BY_NAME: AttachPlaces = {
  made: ALLOC,
  madeByCopy: NEVER[0],
  ended: FREE,
  copy: false,
  dealloc: 0n,
  last: LAST,
  breakpoints: [0n, 0n],
  unsafe: false,
};

export function attachPlaces(target: Target, elf: Elf, clone: AllocClone): AttachPlaces {
  const symbols = definedSymbols(elf, [ALLOC, FREE, ...NEVER, LAST]);
  const named = (name: string): ProbePlace => {
    const address = symbols.get(name);
    return (address === undefined ? null : probePlace(elf, address, name)) ?? { word: name, unsafe: false, address: 0 };
  };
  const bias = elf.type === 'fixed' ? 0 : biasOf(target);
  const copy = clone.kind === 'found' ? probePlace(elf, clone.address) : null;
  const dealloc = bias === null ? null : findSubtypeDealloc(elf);
  const destroyer = dealloc === null ? null : probePlace(elf, dealloc);
  const made = named(ALLOC);
  const madeByCopy = copy ?? named(NEVER.find((name) => symbols.has(name)) ?? NEVER[0]);
  const ended = destroyer ?? named(FREE);
  const places = [made, madeByCopy, ended];
  // By its name, it is probed where it begins.
  const watched = [made.address, symbols.get(LAST) ?? 0] as const;
  const known = elf.machine === X86_64 && bias !== null && watched.every((address) => address > 0);
  return {
    made: made.word,
    madeByCopy: madeByCopy.word,
    ended: ended.word,
    copy: copy !== null,
    dealloc: destroyer === null ? 0n : BigInt(dealloc! + bias!),
    last: symbols.has(LAST) ? LAST : ALLOC,
    breakpoints: known ? [BigInt(watched[0] + bias), BigInt(watched[1] + bias)] : [0n, 0n],
    unsafe: places.some(({ unsafe }) => unsafe),
  };
}
