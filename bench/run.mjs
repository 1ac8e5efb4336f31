// Performance as ratios, each with what it is measured against: npm run bench [-- ingest|screen|start] [--minutes N]
// Ends with 1 when a bound is missed.
import { parseArgs } from 'node:util';
import { print } from './table.mjs';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { minutes: { type: 'string' } } });
const benches = {
  ingest: async () => (await import('./ingest.mjs')).ingest(),
  screen: async () => (await import('./screen.mjs')).screen(Number(values.minutes ?? 0.5)),
  start: async () => (await import('./start.mjs')).start(),
};
const names = positionals.length > 0 ? positionals : Object.keys(benches);
for (const name of names) {
  if (benches[name] !== undefined) continue;
  console.error(`There is no benchmark ${name}; there are ${Object.keys(benches).join(', ')}.`);
  process.exit(2);
}
const rows = [];
for (const name of names) rows.push(...(await benches[name]()));
print(rows);
const missed = rows.filter(({ ok }) => !ok);
if (missed.length > 0)
  console.log(`${missed.length} of ${rows.filter(({ bound }) => bound !== '').length} bounds missed.`);
process.exitCode = missed.length > 0 ? 1 : 0;
