// How fast a stream is taken in, against the plain way to do it in Node, on the same bytes through the same pipe.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeStream } from './stream.mjs';
import { row } from './table.mjs';

const LINES = 3_000_000;
const ROUNDS = 3;
const CHILD = fileURLToPath(new URL('./ingest-child.mjs', import.meta.url));

export async function ingest() {
  const folder = mkdtempSync(join(tmpdir(), 'pytrace-bench-'));
  try {
    const file = join(folder, 'stream');
    writeStream(file, LINES);
    // Rounds of all ways: what else the machine does meets all of them alike. The best of each counts.
    const best = {};
    for (let round = 0; round < ROUNDS; round++) {
      for (const way of ['session', 'readline', 'split', 'bytes']) {
        const { lines, ms, wall } = await take(file, way);
        best[way] = Math.max(best[way] ?? 0, lines / ms / 1000);
        if (way === 'session') best.wall = Math.max(best.wall ?? 0, lines / wall / 1000);
      }
    }
    return [
      row('ingest: whole session', best.session, 'M lines/s', 'a second of CPU time', '>= 1.5'),
      row('ingest: whole session', best.wall, 'M lines/s', 'a second by the clock', '>= 1.5'),
      row(
        'ingest: whole session',
        best.session / best.readline,
        'x',
        'readline + split, calls and time of each function kept',
        '>= 2',
      ),
      row('ingest: whole session', best.session / best.split, 'x', 'readline + split, nothing kept'),
      row('ingest: whole session', best.session / best.bytes, 'x', 'counting newlines'),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function take(file, way) {
  return new Promise((resolve, reject) => {
    const cat = spawn('cat', [file], { stdio: ['ignore', 'pipe', 'inherit'] });
    const child = spawn(process.execPath, [CHILD, way], { stdio: [cat.stdout, 'pipe', 'inherit'] });
    // Else this process too holds the pipe, and reads from it.
    cat.stdout.destroy();
    let text = '';
    child.stdout.on('data', (chunk) => (text += chunk));
    child.on('error', reject);
    child.on('close', (code) => {
      cat.kill();
      if (code !== 0) return reject(new Error(`${way} ended with ${code}`));
      const result = JSON.parse(text);
      if (way === 'session' && (result.lost !== 0 || result.shown !== LINES))
        return reject(new Error(`events are missing: ${text}`));
      resolve(result);
    });
  });
}
