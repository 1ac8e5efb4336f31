import path from 'node:path';

/** The bundled script's path. Source and compiled file lie equally deep below the package's root. */
export function scriptPath(
  folder: 'scripts-d' | 'scripts-stp' | 'scripts-bt',
  script: string,
  suffix: '.d' | '.stp' | '.bt',
): string {
  return path.join(import.meta.dirname, '..', '..', folder, path.basename(script) + suffix);
}
