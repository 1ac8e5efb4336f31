// The debug file that names the allocator's local copy for stap, as pytrace writes it.
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cloneDebugFile, findAllocClone } from '../../../../dist/target/alloc-clone.js';
import { withElf } from '../../../../dist/target/elf.js';

/** Where stap finds the debug file that names the allocator's local copy; the same folder in chroot and VM. */
export const debugFolder = '/tmp/pytrace-objects-debug';

export function debugFile(elf) {
  const file = withElf(elf, (open) => {
    const clone = findAllocClone(open);
    return clone.kind === 'found' ? cloneDebugFile(open, clone.address) : null;
  });
  if (file === null) return;
  const path = join(debugFolder, file.path);
  mkdirSync(dirname(path), { recursive: true });
  // Whole at any moment: another story's stap may be reading it.
  writeFileSync(`${path}.${process.pid}`, file.bytes);
  renameSync(`${path}.${process.pid}`, path);
}
