import type { Elf } from './elf.js';

const X86_64 = 62;
const TEXT_LIMIT = 64 << 20;
/** 3.6 to 3.15 with a GIL. */
const TP_DEALLOC = 0x30;
/** It looks for the first base with another tp_dealloc than itself, and begins with that. */
const NEAR = 512;
/** Between an address that is loaded and the instruction that stores it. */
const APART = 64;

/**
 * The function that destroys the instances of each Python class (tp_dealloc of all of them), which has no symbol in a
 * stripped file: the only one that code stores as a tp_dealloc and that itself compares with its own address, at least
 * twice within its first instructions. Gives its link-time address; null where none or several are so. Tried on Debian's
 * 3.9, 3.11 and 3.13 to 3.15 and on shared builds of 3.8 to 3.13 without optimisation.
 */
export function findSubtypeDealloc(elf: Elf): number | null {
  const section = elf.section('.text');
  const text = elf.machine === X86_64 && section !== null ? elf.contents(section, TEXT_LIMIT) : null;
  if (section === null || text === null) return null;
  const { address: base } = section;
  const found = [...stored(text, base)].filter((address) => namesItself(text, base, address));
  return found.length === 1 ? found[0] : null;
}

/** Addresses in the text that are stored at the offset of tp_dealloc. */
function stored(text: Buffer, base: number): Set<number> {
  const found = new Set<number>();
  const add = (address: number): void => {
    if (address >= base && address < base + text.length) found.add(address);
  };
  for (let at = text.indexOf(TP_DEALLOC); at >= 0; at = text.indexOf(TP_DEALLOC, at + 1)) {
    if (at < APART || at + 5 > text.length) continue;
    // movq $imm32,0x30(REGISTER); %r12 takes a byte more.
    const short = isMove(text, at - 3, 0xc7) && (text[at - 1] & 0xf8) === 0x40 && text[at - 1] !== 0x44;
    const long = isMove(text, at - 4, 0xc7) && text[at - 2] === 0x44;
    if (short || long) add(text.readUInt32LE(at + 1));
    // lea ADDRESS(%rip),REGISTER ... mov REGISTER,0x30(REGISTER)
    else if (isMove(text, at - 3, 0x89) && (text[at - 1] & 0xc0) === 0x40 && (text[at - 1] & 7) !== 4) {
      const register = registerOf(text, at - 3);
      for (let lea = at - 10; lea > at - APART; lea--) {
        if (!isLea(text, lea) || registerOf(text, lea) !== register) continue;
        add(base + lea + 7 + text.readInt32LE(lea + 3));
        break;
      }
    }
  }
  return found;
}

/** Whether a function has its own address in its first instructions twice, as a number or by a lea. */
function namesItself(text: Buffer, base: number, address: number): boolean {
  const start = address - base;
  let times = 0;
  for (let at = start + 3; at < start + NEAR && at + 4 <= text.length; at++) {
    const number = text.readUInt32LE(at) === address;
    if (number || (isLea(text, at - 3) && at + 4 + text.readInt32LE(at) === start)) times++;
  }
  return times >= 2;
}

/** A 64-bit move of that opcode: REX.W, the opcode, ModRM. */
function isMove(text: Buffer, at: number, opcode: number): boolean {
  return (text[at] & 0xfa) === 0x48 && text[at + 1] === opcode;
}

/** `lea ADDRESS(%rip),REGISTER`. */
function isLea(text: Buffer, at: number): boolean {
  return (text[at] & 0xfb) === 0x48 && text[at + 1] === 0x8d && (text[at + 2] & 0xc7) === 5;
}

/** The register that ModRM's middle field names, with REX.R. */
function registerOf(text: Buffer, at: number): number {
  return ((text[at] & 4) << 1) | ((text[at + 2] >> 3) & 7);
}
