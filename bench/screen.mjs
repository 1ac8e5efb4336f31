// The screens at 200x60 while 300 000 lines a second come in: runs screen-child.mjs through tsx, since the terminal
// that tests use is TypeScript, and makes rows of what it prints.
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeStream } from './stream.mjs';
import { row } from './table.mjs';

const RATE = 300_000;
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

export async function screen(minutes) {
  const folder = mkdtempSync(join(tmpdir(), 'pytrace-bench-'));
  try {
    const { name, command } = producer(folder);
    writeFileSync(join(folder, 'block'), makeStream(0).block(300_000, 1e9 / RATE));
    writeFileSync(
      join(folder, 'dtrace'),
      `#!/bin/sh\n[ "$1" = -V ] && { echo 'dtrace: D 2.0.7'; exit; }\nexec ${command} '${folder}/block' ${RATE} '${folder}/stats'\n`,
    );
    chmodSync(join(folder, 'dtrace'), 0o755);
    const { bare, calm, busy, keys, heap } = await child(folder, minutes);
    const at = `${RATE / 1000} k lines/s from a producer in ${name}`;
    const rows = [
      row('screen: producer sat in write, no screen', bare.blocked, '% of the time', at),
      row('screen: CPU, no screen', bare.cpu, '% of a core', at),
    ];
    for (const seen of [calm, busy]) {
      const rate = `${seen.fps.toFixed(1)} frames/s at 200x60`;
      rows.push(
        row('screen: lines taken in', seen.lines / RATE, 'of the rate', rate, '>= 0.98'),
        row(
          'screen: producer sat in write, more',
          seen.blocked - bare.blocked,
          '% of the time',
          `${rate}; no screen`,
          '< 2',
        ),
        row('screen: CPU, more', seen.cpu - bare.cpu, '% of a core', `${rate}; no screen`, '< 10'),
      );
    }
    return [
      ...rows,
      row('screen: key to screen, p50', keys.p50, 'ms', `${keys.count} keys, the terminal's own part too`),
      row('screen: key to screen, p99', keys.p99, 'ms', `${keys.count} keys, the terminal's own part too`, '< 50'),
      row('screen: heap growth', heap.grown, 'MB', `${heap.minutes.toFixed(1)} minutes`, '< 10'),
      row('screen: ... as a slope', heap.slope * 10, 'MB in 10 min', 'least squares, after a warm-up'),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function producer(folder) {
  const out = join(folder, 'producer');
  const made = spawnSync('gcc', ['-O2', '-o', out, here('producer.c')], { stdio: 'ignore' });
  if (made.status === 0) return { name: 'C', command: `'${out}'` };
  return { name: 'Node', command: `'${process.execPath}' '${here('producer.mjs')}'` };
}

function child(folder, minutes) {
  return new Promise((resolve, reject) => {
    const args = ['--import', 'tsx', here('screen-child.mjs'), folder, String(minutes)];
    const run = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    run.stdout.on('data', (chunk) => (text += chunk));
    run.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(text));
      else reject(new Error(`screen-child ended with ${code}`));
    });
  });
}
