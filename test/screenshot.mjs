// Draws demo/calls.svg, the picture in README.md: the real program, in a real pseudo-terminal, showing the bundled
// recording of a real trace.
//
//   node test/screenshot.mjs           writes it
//   node test/screenshot.mjs --check   fails where it is no longer what the program draws
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tsImport } from 'tsx/esm/api';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const COLUMNS = 120;
const ROWS = 34;

const { withPty } = await tsImport('./tty/pty.ts', import.meta.url);

/** The whole tree, most time first, without what took no time; the cursor on the function worth finding. */
async function calls(pty) {
  await pty.waitForText(/inside .* in Python/);
  const press = (key, text) => (pty.type(key), pty.waitForText(text));
  await press('s', 'sort total');
  await press('+', 'min 0.5%');
  const first = /^.*CALL TREE.*│ (\S+)/m;
  for (let row = 1; row < ROWS && first.exec(pty.screen.text())?.[1] !== 'tax_of'; row++) {
    await press('j', `row ${row + 1} of `);
  }
  await pty.waitForText(first);
  return cells(pty.screen.terminal);
}

/** Rows of runs: neighbouring cells that look alike. */
function cells(terminal) {
  const rows = [];
  for (let y = 0; y < terminal.rows; y++) {
    const line = terminal.buffer.active.getLine(terminal.buffer.active.baseY + y);
    const runs = [];
    for (let x = 0; x < terminal.cols; x++) {
      const cell = line.getCell(x);
      if (cell.getWidth() === 0) continue;
      const look = {
        colour: cell.isFgPalette() ? cell.getFgColor() : -1,
        bold: cell.isBold() !== 0,
        dim: cell.isDim() !== 0,
        inverse: cell.isInverse() !== 0,
      };
      const text = cell.getChars() || ' ';
      const last = runs.at(-1);
      if (last && JSON.stringify(last.look) === JSON.stringify(look)) {
        last.text += text;
        last.width += cell.getWidth();
      } else runs.push({ x, text, width: cell.getWidth(), look });
    }
    rows.push(runs);
  }
  return rows;
}

const INK = '#d4d7dd';
const PAPER = '#16181d';
/** The sixteen colours of a dark terminal. */
const PALETTE = [
  ...['#2b2f37', '#e0626c', '#8fc07a', '#d9b364', '#6ea8e5', '#c58be0', '#5fbfc4', INK],
  ...['#7d8590', '#f0808a', '#a9d795', '#eccb80', '#8fc0f5', '#d8a5ee', '#7ed6da', '#ffffff'],
];
const CELL = { width: 8.4, height: 17 };
const EDGE = 14;

function svg(rows, title) {
  const number = (value) => String(Math.round(value * 100) / 100);
  const left = (x) => number(EDGE + x * CELL.width);
  const width = number(COLUMNS * CELL.width + 2 * EDGE);
  const height = number(rows.length * CELL.height + 2 * EDGE);
  const out = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      `font-family="ui-monospace, 'DejaVu Sans Mono', 'SF Mono', Menlo, Consolas, monospace" font-size="14" xml:space="preserve">`,
    `<title>${title}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="${PAPER}"/>`,
  ];
  rows.forEach((runs, y) => {
    const top = EDGE + y * CELL.height;
    for (const { x, text, width: columns, look } of runs) {
      const colour = look.colour < 0 ? INK : PALETTE[look.colour];
      const long = number(columns * CELL.width);
      if (look.inverse) {
        out.push(`<rect x="${left(x)}" y="${number(top)}" width="${long}" height="${CELL.height}" fill="${colour}"/>`);
      }
      if (text.trim() === '') continue;
      // The width is said, so that the columns stand whatever the font is.
      out.push(
        `<text x="${left(x)}" y="${number(top + 13)}" textLength="${long}" lengthAdjust="spacingAndGlyphs" ` +
          `fill="${look.inverse ? PAPER : colour}"${look.bold ? ' font-weight="bold"' : ''}${look.dim ? ' opacity="0.6"' : ''}>` +
          `${escaped(text)}</text>`,
      );
    }
  });
  return `${out.join('\n')}\n</svg>\n`;
}

const escaped = (text) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(' ', '\u00a0');

const setup = spawnSync(process.execPath, [join(root, 'test/setup.mjs')], { stdio: 'inherit' });
if (setup.status !== 0) process.exit(1);
const PICTURES = [['demo/calls.svg', 'pytrace calls: the call tree of the demo program', calls]];
const command = [process.execPath, join(root, 'dist/bin.js'), 'replay', 'demo/shop.ptrace'];
for (const [name, title, show] of PICTURES) {
  const picture = join(root, name);
  const fresh = svg(await withPty(command, { columns: COLUMNS, rows: ROWS, cwd: root }, show), title);
  if (!process.argv.includes('--check')) {
    writeFileSync(picture, fresh);
    console.log(`screenshot: ${name}, ${fresh.length} characters`);
  } else if (!existsSync(picture) || readFileSync(picture, 'utf8') !== fresh) {
    console.error(`screenshot: ${name} is not what the program draws today; run: node test/screenshot.mjs`);
    process.exitCode = 1;
  }
}
