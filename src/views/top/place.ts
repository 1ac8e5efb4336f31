/** What a file is found below, for which its own path stands: packages, the standard library. */
const ROOT = /^.*\/(?:site-packages|dist-packages|lib(?:64)?\/python3(?:\.\d+)?|lib(?:64)?\/python3\d+\.zip)\//;

/** `jinja2/environment.py` of a package, else the last two parts of a path: what tells files apart in a column. */
export function shortFile(file: string): string {
  const inside = file.replace(ROOT, '');
  if (inside !== file) return inside;
  const parts = file.split('/');
  return parts.length > 3 ? parts.slice(-2).join('/') : file;
}

export function withLine(file: string, line: number): string {
  return line > 0 ? `${file}:${line}` : file;
}
