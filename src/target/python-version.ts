import { basename } from 'node:path';
import { definedSymbols, type Elf, type ElfSection } from './elf.js';
import type { PythonVersion } from './target.js';

const CHUNK = 1 << 20;
const OVERLAP = 64;
const SEARCH_LIMIT = 32 << 20;

/**
 * Version of the interpreter in an ELF file, without running it. In order of trust: the constant `Py_Version`
 * (exported since 3.11), PY_VERSION among the read-only strings, the file's name (then micro is -1).
 */
export function pythonVersion(elf: Elf, path: string): PythonVersion | null {
  return fromSymbol(elf) ?? fromStrings(elf, fromFileName(path)) ?? fromFileName(path);
}

/** PY_VERSION_HEX as 0xMMmmppXX (Include/patchlevel.h); null where it cannot be one. */
export function versionFromHex(hex: number): PythonVersion | null {
  const version = { major: (hex >>> 24) & 255, minor: (hex >>> 16) & 255, micro: (hex >>> 8) & 255 };
  return version.major === 2 || version.major === 3 ? version : null;
}

/** `python3.9`, `libpython3.6m.so.1.0`, `python3.14t`. */
export function fromFileName(path: string): PythonVersion | null {
  const match = /^(?:lib)?python([23])\.(\d{1,2})(?!\d)/.exec(basename(path));
  return match === null ? null : { major: Number(match[1]), minor: Number(match[2]), micro: -1 };
}

/** `3.15.2`, as people write it; `3.15` where the micro is not known. */
export function versionText(version: PythonVersion): string {
  return version.micro < 0 ? `${version.major}.${version.minor}` : `${version.major}.${version.minor}.${version.micro}`;
}

function fromSymbol(elf: Elf): PythonVersion | null {
  const address = definedSymbols(elf, ['Py_Version']).get('Py_Version');
  const bytes = address === undefined ? null : elf.readAddress(address, 4);
  return bytes === null ? null : versionFromHex(bytes.readUInt32LE(0));
}

function fromStrings(elf: Elf, named: PythonVersion | null): PythonVersion | null {
  const section = elf.section('.rodata');
  if (section === null) return null;
  const found = searchVersions(elf, section);
  const fitting = found.filter((v) => named === null || (v.major === named.major && v.minor === named.minor));
  const first = fitting[0];
  // Two different answers are no answer.
  return first !== undefined && fitting.every((v) => versionText(v) === versionText(first)) ? first : null;
}

/**
 * Strings that end like a version. A linker may keep PY_VERSION only as the tail of another string (".../3.9.18"), so
 * what stands before is not asked for. "3.2.0" is in every build: the old Unicode database that unicodedata carries.
 */
function searchVersions(elf: Elf, section: ElfSection): PythonVersion[] {
  const found: PythonVersion[] = [];
  const end = Math.min(section.size, SEARCH_LIMIT);
  for (let at = 0; at < end; at += CHUNK) {
    const text = elf.readAt(section.offset + at, Math.min(CHUNK + OVERLAP, end - at)).toString('latin1');
    for (const match of text.matchAll(/(?<![\d.])([23])\.(\d{1,2})\.(\d{1,3})(?:(?:a|b|rc)\d+)?\+?\0/g)) {
      if (match[0] === '3.2.0\0') continue;
      found.push({ major: Number(match[1]), minor: Number(match[2]), micro: Number(match[3]) });
    }
  }
  return found;
}
