// The table of the wire grammar in CONTRIBUTING.md, made from src/wire/records.ts.
//
//   node test/grammar.mjs           writes it, between the markers
//   node test/grammar.mjs --check   fails where it says something else than the code
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tsImport } from 'tsx/esm/api';

const file = join(dirname(dirname(fileURLToPath(import.meta.url))), 'CONTRIBUTING.md');
const { GRAMMAR_VERSION, RECORDS } = await tsImport('../src/wire/records.ts', import.meta.url);

const cell = (text) => text.replaceAll('|', '\\|');

function table() {
  const lines = [
    `Grammar version ${GRAMMAR_VERSION}.`,
    '',
    '| kind | record | written by | fields |',
    '| --- | --- | --- | --- |',
  ];
  for (const { kind, name, meaning, writer, fields } of RECORDS) {
    const names = fields.map((field) => `\`${field.name}\``).join(' ');
    lines.push(
      `| \`${kind}\` | ${name}: ${cell(meaning)} | ${writer === 'script' ? 'the script' : writer} | ${names} |`,
    );
  }
  lines.push('', '| field | of | type | meaning |', '| --- | --- | --- | --- |');
  const rows = new Map();
  for (const { kind, fields } of RECORDS) {
    for (const { name, type, meaning } of fields) {
      const key = `| ${type} | ${cell(meaning)} |`;
      const row = `\`${name}\`\n${key}`;
      rows.set(row, [...(rows.get(row) ?? []), `\`${kind}\``]);
    }
  }
  for (const [row, kinds] of rows) {
    const [name, rest] = row.split('\n');
    lines.push(`| ${name} | ${kinds.join(' ')} ${rest}`);
  }
  return lines.join('\n');
}

const text = readFileSync(file, 'utf8');
const [before, , after, ...more] = text.split(/^<!-- \/?grammar -->\n/m);
if (after === undefined || more.length > 0)
  throw new Error('CONTRIBUTING.md needs <!-- grammar --> and <!-- /grammar -->, once each');
const fresh = `${before}<!-- grammar -->\n${table()}\n<!-- /grammar -->\n${after}`;
if (!process.argv.includes('--check')) writeFileSync(file, fresh);
else if (fresh !== text) {
  console.error('grammar: the table in CONTRIBUTING.md is not that of src/wire/records.ts; run: node test/grammar.mjs');
  process.exitCode = 1;
}
