import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandTree } from '../src/cli/command-tree.js';
import { viewKeys } from '../src/cli/man-page.js';
import { buildProgram } from '../src/cli/program.js';
import { ENGINE_IDS, ENGINE_NAMES } from '../src/engines/engine.js';
import { noCorrections } from '../src/models/corrections.js';
import { VIEWS } from '../src/views/registry.js';
import { clockName } from '../src/wire/engine-clock.js';

const root = join(import.meta.dirname, '..');
const FILES = ['README.md', 'CONTRIBUTING.md'] as const;
const text = (file: string): string => readFileSync(join(root, file), 'utf8');

describe('README.md', () => {
  const readme = text('README.md');
  const [program, ...commands] = commandTree(buildProgram());

  it.each(commands.filter(({ name }) => name !== 'help'))('names the command $name', ({ name }) => {
    expect(readme).toContain(`pytrace ${name}`);
  });

  it('names every option', () => {
    const options = [program, ...commands].flatMap((command) => command.options.map(({ long }) => long));
    expect(options.length).toBeGreaterThan(10);
    const missing = options.filter((long) => !new RegExp(`\`${long}[ \`=]`).test(readme));
    expect([...new Set(missing)]).toEqual([]);
  });

  it('names every key of the views', () => {
    expect(
      VIEWS.flatMap(viewKeys)
        .map(({ keys }) => keys)
        .filter((keys) => !readme.includes(`\`${keys}\``)),
    ).toEqual([]);
  });

  it('has a section for every view, with its own options', () => {
    for (const { id, options } of VIEWS) {
      const section = readme.split(/^#{2,3} /m).find((text) => text.startsWith(`${id}\n`)) ?? '';
      expect(options.map(({ flags }) => flags.split(' ')[0]).filter((flag) => !section.includes(flag))).toEqual([]);
      expect(section).not.toBe('');
    }
  });

  it('names the clock of every tracer', () => {
    const row = /^\| \| `clock` \|.*$/m.exec(readme)![0];
    for (const id of ENGINE_IDS) expect(row).toContain(`\`${clockName(id)}\``);
    expect(row).toContain(`bpftrace \`${clockName('bpftrace')}\``);
  });

  it('names every correction that is counted', () => {
    expect(Object.keys(noCorrections()).filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });
});

it.each(['README.md', 'CONTRIBUTING.md', 'man/pytrace.1'])('%s forgets no tracer where it lists them', (file) => {
  const names: readonly (readonly string[])[] = ENGINE_IDS.map((id) => [id, ENGINE_NAMES[id]]);
  const any = names.flat().join('|');
  // What is said of two tracers alone names the third one beside them, or says what it does without.
  const list = new RegExp(`\\b(?:${any})\\b\\W{1,4}(?:or |and )?\\W?(?:${any})\\b`);
  const paragraphs = text(file).split(/\n\n|\n\.(?:PP|TP|SS|SH)/);
  const forgetful = paragraphs.filter(
    (one) => list.test(one.replace(/\s+/g, ' ')) && !names.every((each) => each.some((name) => one.includes(name))),
  );
  // What was tried with these two alone.
  const ofTwo = ['Proved in the laboratory'];
  expect(forgetful.filter((one) => !ofTwo.some((start) => one.startsWith(start)))).toEqual([]);
});

describe.each(FILES)('%s', (file) => {
  it('links to what is there', () => {
    const targets = [...text(file).matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].map(
      (match) => match[1] ?? match[2],
    );
    expect(targets.length).toBeGreaterThan(0);
    expect(targets.filter((target) => !leadsSomewhere(file, target))).toEqual([]);
  });
});

it("CONTRIBUTING.md has the wire's grammar as the code has it", () => {
  const run = spawnSync(process.execPath, [join(root, 'test/grammar.mjs'), '--check'], { encoding: 'utf8' });
  expect(run.stderr).toBe('');
  expect(run.status).toBe(0);
});

function leadsSomewhere(file: string, target: string): boolean {
  if (/^https?:/.test(target)) return true;
  const [path, anchor] = target.split('#');
  const document = path === '' ? file : path;
  if (!existsSync(join(root, document))) return false;
  return anchor === undefined || headings(text(document)).includes(anchor);
}

/** As they are linked to: lower case, spaces as hyphens, other signs left out. */
function headings(markdown: string): string[] {
  const outsideCode = markdown.replace(/^```[\s\S]*?^```/gm, '');
  return [...outsideCode.matchAll(/^#+ (.*)$/gm)].map((match) =>
    match[1]
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
