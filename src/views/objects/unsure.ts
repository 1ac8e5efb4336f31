import { cloneDebugFile, deletionsSeen, findAllocClone, type AllocClone } from '../../target/alloc-clone.js';
import { withElf } from '../../target/elf.js';
import { attachPlaces, BY_NAME, type AttachPlaces } from './attach-places.js';
import type { Target } from '../../target/target.js';
import type { DebugFile } from '../../engines/engine.js';
import { escapeField } from '../../wire/escape.js';

/** What the interpreter's code says of where instances are made and freed. */
export interface AllocatorFacts {
  readonly clone: AllocClone;
  readonly deletions: 'all' | 'most' | 'unknown';
  /** Names the allocator's local copy for SystemTap; null where there is none to name, or it cannot be named. */
  readonly debugFile: DebugFile | null;
  /** Where bpftrace probes. */
  readonly places: AttachPlaces;
}

/** Never throws: what cannot be read is not understood. */
export function allocatorFacts(target: Target): AllocatorFacts {
  try {
    const facts = withElf(target.python?.elf.readPath ?? target.exe, (elf) => {
      const clone = findAllocClone(elf);
      return {
        clone,
        deletions: deletionsSeen(elf),
        debugFile: clone.kind === 'found' ? cloneDebugFile(elf, clone.address) : null,
        places: attachPlaces(target, elf, clone),
      };
    });
    if (facts !== null) return facts;
  } catch {
    // the process has gone, or may not be looked at
  }
  return {
    clone: { kind: 'not understood', reason: "the interpreter's file cannot be read" },
    deletions: 'unknown',
    debugFile: null,
    places: BY_NAME,
  };
}

/** Which counts cannot be the whole truth with that engine, and why: part -> reason. */
export function unsureParts(facts: AllocatorFacts, engine: string): Map<'created' | 'destroyed', string> {
  const parts = new Map<'created' | 'destroyed', string>();
  const { clone, deletions, places } = facts;
  if (clone.kind === 'not understood')
    parts.set('created', `instances may be made unseen on this build: ${clone.reason}`);
  else if (clone.kind === 'found' && engine === 'bpftrace') {
    if (!places.copy)
      parts.set('created', 'most are made in a function that bpftrace has no safe name for in this stripped Python');
  } else if (clone.kind === 'found' && !clone.named) {
    if (engine === 'dtrace')
      parts.set(
        'created',
        'most are made in a function that this stripped Python has no symbol for; bpftrace and SystemTap see it',
      );
    else if (facts.debugFile === null)
      parts.set(
        'created',
        'most are made in a function that this stripped Python has no symbol for, and has no build id',
      );
  }
  if (engine === 'bpftrace' && places.dealloc !== 0n) return parts;
  if (deletions === 'most')
    parts.set(
      'destroyed',
      'this build frees some subclasses of dict, tuple and exceptions in code that is not watched',
    );
  else if (deletions === 'unknown')
    parts.set('destroyed', 'this build may free some subclasses of built-in classes in code that is not watched');
  return parts;
}

/** The same as records. */
export function unsureLines(target: Target, engine: string): string[] {
  return [...unsureParts(allocatorFacts(target), engine)].map(([part, reason]) => `y\t${part}\t${escapeField(reason)}`);
}
