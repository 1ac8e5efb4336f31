/** A text for where only ASCII can be shown: `µs` becomes `us`, a cut `~`, and any other character its escape. */
export function asciiOnly(text: string): string {
  return text.replace(/[^\x00-\x7e]/gu, (char) => {
    if (char === 'µ') return 'u';
    if (char === '…') return '~';
    return `\\u{${char.codePointAt(0)!.toString(16)}}`;
  });
}
