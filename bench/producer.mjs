// producer.c for machines without a C compiler; it says less about the time in write, since Node takes its own.
import { appendFileSync, readFileSync, writeFileSync, writeSync } from 'node:fs';

const [block, rate, stats] = process.argv.slice(2);
const text = readFileSync(block, 'latin1').split('\n').slice(0, -1);
const now = () => process.hrtime.bigint();
let over = false;
let inside = 0n;
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
  inside += now() - began;
}
const start = now();
let base = start;
put(`H\t1\t${start}\t${Date.now()}000000\tcalls\tdtrace\nA\t${start}\n`);
inside = 0n;
let told = start;
writeFileSync(stats, '');
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
  if (now() - told > 500_000_000n) {
    told = now();
    appendFileSync(stats, `${inside} ${told - start} ${lines}\n`);
  }
  await new Promise((resolve) => setTimeout(resolve, lines >= due ? 1 : 0));
}
put(`Z\t${now()}\t${lines}\n\n`);
process.exit(0);
