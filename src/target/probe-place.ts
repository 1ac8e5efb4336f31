import { number64, type Elf } from './elf.js';

/** A place in an ELF file as bpftrace's attach points name it. */
export interface ProbePlace {
  /** A function's name, an address or an offset in the file. */
  readonly word: string;
  /** Whether bpftrace takes it with --unsafe only. */
  readonly unsafe: boolean;
  /** Its link-time address. */
  readonly address: number;
}

const TABLE_LIMIT = 16 << 20;
const X86_64 = 62;
/** Of a function's code, what is looked through. */
const PROLOGUE = 64;

/** Instructions at the begin of functions that leave the first argument as it is, by their bytes in hexadecimal. */
const HARMLESS = [
  /^f30f1efa/, // endbr64
  /^4883ec../, // sub $8BITS,%rsp
  /^4881ec.{8}/, // sub $32BITS,%rsp
  /^4889e5/, // mov %rsp,%rbp
  /^(?:4889f[89abde]|4989f[8-f])/, // mov %rdi,REGISTER
  /^4[8c]89[4-7][4c]24../, // mov REGISTER,8BITS(%rsp)
  /^488b(?:[456]7|[4-6]f)../, // mov 8BITS(%rdi),REGISTER but %rdi
  /^4c8b[4-7][7f]../, // the same with %r8 to %r15
  /^f68[0-35-7].{10}/, // testb $8BITS,32BITS(REGISTER)
] as const;
/** Those that the kernel does itself where it has put a breakpoint in their place: push, and jumps on a condition. */
const CHEAP = /^(?:5[0-7]|415[0-7]|0f8|7)/;

/**
 * Where bpftrace is to probe the entry of the function at a link-time address; null where no word for it is safe. Without
 * a symbol bpftrace (0.17 and 0.27 alike) takes a number for an offset in the file, but where a symbol, also one of a file
 * of debugging information, has that number within its addresses, for an address: in the middle of some instruction. So
 * offsets are given only where no address can be meant.
 *
 * `name`: the function's symbol, if it has one.
 */
export function probePlace(elf: Elf, address: number, name?: string): ProbePlace | null {
  const entry = cheapEntry(elf, address);
  const offset = offsetOf(elf, entry);
  if (offset !== null && !isAddress(elf, offset) && (name === undefined || entry !== address))
    return { word: `0x${offset.toString(16)}`, unsafe: true, address: entry };
  if (name !== undefined) return { word: name, unsafe: false, address };
  const word = `0x${address.toString(16)}`;
  const symbol = symbolAt(elf, address);
  if (symbol === 'begins') return { word, unsafe: false, address };
  return symbol === 'none' && offsetOf(elf, address) === address ? { word, unsafe: true, address } : null;
}

/**
 * The first instruction of a function that costs the process least to be probed, before anything has become of its
 * arguments. The kernel single-steps most instructions that it has replaced, in a virtual machine for 25 us; a few it does
 * itself, for 3 us. Many builds begin each function with an `endbr64`, which it steps.
 */
function cheapEntry(elf: Elf, address: number): number {
  const code = elf.machine === X86_64 ? elf.readAddress(address, PROLOGUE)?.toString('hex') : undefined;
  if (code === undefined) return address;
  for (let rest = code; rest !== '';) {
    if (CHEAP.test(rest)) return address + (code.length - rest.length) / 2;
    const harmless = HARMLESS.map((pattern) => pattern.exec(rest)?.[0].length ?? 0).find((length) => length > 0);
    if (harmless === undefined) break;
    rest = rest.slice(harmless);
  }
  return address;
}

function offsetOf({ segments }: Elf, address: number): number | null {
  const home = segments.find((s) => address >= s.address && address < s.address + s.fileSize);
  return home === undefined ? null : home.offset + address - home.address;
}

/** Whether something is loaded at an address of that number. */
function isAddress({ segments }: Elf, number: number): boolean {
  return segments.some((s) => number >= s.address && number < s.address + s.memorySize);
}

/** Whether a symbol of the file begins at an address, or has it within. */
function symbolAt(elf: Elf, address: number): 'begins' | 'within' | 'none' {
  let within = false;
  for (const name of ['.symtab', '.dynsym']) {
    const section = elf.section(name);
    const table = section && elf.contents(section, TABLE_LIMIT);
    for (let at = 0; table && at + 24 <= table.length; at += 24) {
      const start = number64(table, at + 8);
      const isFunction = (table[at + 4] & 15) === 2;
      if (isFunction && start === address && number64(table, at + 16) > 0) return 'begins';
      if (address >= start && address < start + number64(table, at + 16)) within = true;
    }
  }
  return within ? 'within' : 'none';
}
