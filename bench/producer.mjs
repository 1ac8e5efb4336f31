// producer.c for machines without a C compiler; it says less about the time in write, since Node takes its own.
import { readFileSync, writeFileSync, writeSync } from 'node:fs';

const [block, rate, stats] = process.argv.slice(2);
const text = readFileSync(block, 'latin1').split('\n').slice(0, -1);
const now = () => process.hrtime.bigint();
let over = false;
let inside = 0n;
let longest = 0n;
let lines = 0;
let at = 0;
process.on('SIGTERM', () => (over = true));
function put(string) {
  const bytes = Buffer.from(string, 'latin1');
  const began = now();
  for (let done = 0; done < bytes.length;) {
    try {
      done += writeSync(1, bytes, done);
    } catch (error) {
      if (error.code !== 'EAGAIN') process.exit(1);
    }
  }
  const took = now() - began;
  inside += took;
  if (took > longest) longest = took;
}
const start = now();
let base = start;
put(`H\t1\t${start}\t${Date.now()}000000\tcalls\tdtrace\nA\t${start}\n`);
inside = longest = 0n;
while (!over) {
  const due = Number(((now() - start) * BigInt(rate)) / 1_000_000_000n);
  const out = [];
  for (; lines < due && out.length < 600; lines++) {
    const line = text[at++];
    const offset = BigInt(line.slice(2, 18));
    out.push(line.slice(0, 2), String(base + offset).padStart(16, '0'), line.slice(18), '\n');
    if (at === text.length) {
      at = 0;
      base += offset + 1000n;
    }
  }
  if (out.length > 0) put(out.join(''));
  await new Promise((resolve) => setTimeout(resolve, lines >= due ? 1 : 0));
}
writeFileSync(stats, `${inside} ${now() - start} ${lines} ${longest}\n`);
put(`Z\t${now()}\t${lines}\n\n`);
process.exit(0);
