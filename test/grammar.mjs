// The tables of the wire grammar in CONTRIBUTING.md, made from src/wire/records.ts and from what each view adds to it.
//
//   node test/grammar.mjs           writes it, between the markers
//   node test/grammar.mjs --check   fails where it says something else than the code
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tsImport } from 'tsx/esm/api';

const file = join(dirname(dirname(fileURLToPath(import.meta.url))), 'CONTRIBUTING.md');
const { GRAMMAR_VERSION, RECORDS } = await tsImport('../src/wire/records.ts', import.meta.url);
const { VIEWS } = await tsImport('../src/views/registry.ts', import.meta.url);

const cell = (text) => text.replaceAll('|', '\\|');

function tables() {
  const lines = [`Grammar version ${GRAMMAR_VERSION}. Records of every view:`, '', ...table(RECORDS)];
  for (const { id, scripts, records } of VIEWS) {
    if (records.length === 0) continue;
    const names = scripts.map((script) => `\`${script}\``).join(' and ');
    lines.push('', `Records of ${id} (script${scripts.length === 1 ? '' : 's'} ${names}):`, '', ...table(records));
  }
  return lines.join('\n');
}

function table(records) {
  const lines = ['| kind | record | written by | fields |', '| --- | --- | --- | --- |'];
  for (const { kind, name, meaning, writer, fields } of records) {
    const names = fields.map((field) => `\`${field.name}\``).join(' ');
    lines.push(
      `| \`${kind}\` | ${name}: ${cell(meaning)} | ${writer === 'script' ? 'the script' : writer} | ${names} |`,
    );
  }
  lines.push('', '| field | of | type | meaning |', '| --- | --- | --- | --- |');
  const rows = new Map();
  for (const { kind, fields } of records) {
    for (const { name, type, meaning } of fields) {
      const row = `\`${name}\`\n| ${type} | ${cell(meaning)} |`;
      rows.set(row, [...(rows.get(row) ?? []), `\`${kind}\``]);
    }
  }
  for (const [row, kinds] of rows) {
    const [name, rest] = row.split('\n');
    lines.push(`| ${name} | ${kinds.join(' ')} ${rest}`);
  }
  return lines;
}

const text = readFileSync(file, 'utf8');
const [before, , after, ...more] = text.split(/^<!-- \/?grammar -->\n/m);
if (after === undefined || more.length > 0)
  throw new Error('CONTRIBUTING.md needs <!-- grammar --> and <!-- /grammar -->, once each');
const fresh = `${before}<!-- grammar -->\n${tables()}\n<!-- /grammar -->\n${after}`;
if (!process.argv.includes('--check')) writeFileSync(file, fresh);
else if (fresh !== text) {
  console.error(
    'grammar: the table in CONTRIBUTING.md is not that of src/wire/records.ts and of the views; run: node test/grammar.mjs',
  );
  process.exitCode = 1;
}
