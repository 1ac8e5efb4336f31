import { definedSymbols, fileOffset, type Elf } from '../target/elf.js';
import { probeSemaphore } from '../target/probes.js';

/** Where a uprobe goes that holds a probe's semaphore up. Offsets are those in the file, as the kernel takes them. */
export interface SemaphorePlace {
  /** First bytes of functions that are not called, best first: a place that another tracer has with another counter refuses. */
  readonly functions: readonly number[];
  readonly semaphore: number;
}

/**
 * Exported functions of the C API that programs do not come to: an internal call went wrong, the process is about to end,
 * the interpreter is a frozen program. Where one is called all the same, it costs a trap and does nothing.
 */
const COLD = ['PyErr_BadInternalCall', '_PyErr_BadInternalCall', 'Py_FatalError', 'Py_FrozenMain'] as const;

/** null where the file has no such probe or none of the functions. */
export function semaphorePlace(elf: Elf): SemaphorePlace | null {
  const address = probeSemaphore(elf, 'line');
  const semaphore = address === null ? null : fileOffset(elf, address);
  if (semaphore === null) return null;
  const symbols = definedSymbols(elf, COLD);
  const functions = COLD.flatMap((name) => {
    const symbol = symbols.get(name);
    return symbol === undefined ? [] : (fileOffset(elf, symbol) ?? []);
  });
  return functions.length === 0 ? null : { functions, semaphore };
}
