/** Where only ASCII can be shown, every other character of a name becomes an escape. */
export function plain(text: string, ascii: boolean): string {
  if (!ascii) return text;
  return text.replace(/[^\x20-\x7e]/gu, (char) => {
    const code = char.codePointAt(0)!;
    return code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}
