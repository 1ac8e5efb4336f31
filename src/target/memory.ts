import { closeSync, openSync, readSync } from 'node:fs';

/** The memory of a running process, read only. */
export interface ProcessMemory {
  /** `length` bytes at an address; null where they are not all mapped, or the process is gone. */
  read(address: number, length: number): Buffer | null;
  close(): void;
}

/** More than any structure, string or line table that is worth a read. */
const READ_LIMIT = 1 << 20;

/** Opens /proc/PID/mem; null where it may not be read (another user's process, Yama, a container) or the process is gone. */
export function openMemory(pid: number): ProcessMemory | null {
  let fd: number;
  try {
    fd = openSync(`/proc/${pid}/mem`, 'r');
  } catch {
    return null;
  }
  let open = true;
  return {
    read(address, length) {
      if (!open || !Number.isSafeInteger(address) || address <= 0 || !(length > 0 && length <= READ_LIMIT)) return null;
      try {
        const bytes = Buffer.alloc(length);
        return readSync(fd, bytes, 0, length, address) === length ? bytes : null;
      } catch {
        return null; // not mapped
      }
    },
    close() {
      if (open) closeSync(fd);
      open = false;
    },
  };
}
