// pytrace in a real pseudo-terminal, made by script(1), with a model of what its screen shows.
import xterm from '@xterm/headless';
import { join } from 'node:path';
import { checkout } from '../../kit.mjs';

const COLUMNS = 120;
const ROWS = 36;
const quoted = (word) => `'${String(word).replaceAll("'", "'\\''")}'`;

/** Started by `t`, so that it is gone when the story ends. */
export function startInTerminal(t, args) {
  const command = [process.execPath, join(checkout, 'dist/bin.js'), ...args].map(quoted).join(' ');
  const line = `stty rows ${ROWS} cols ${COLUMNS}; exec ${command}`;
  const env = {
    CI: 'false',
    TERM: 'xterm-256color',
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    SHELL: '/bin/sh',
    NO_COLOR: '',
  };
  const run = t.start('script', ['-q', '-f', '-e', '-c', line, '/dev/null'], { env });
  const terminal = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  run.child.stdout.on('data', (text) => terminal.write(text));

  /** The rows in sight. */
  function text() {
    const { active } = terminal.buffer;
    const rows = Array.from({ length: ROWS }, (_, row) => active.getLine(active.baseY + row)?.translateToString(true));
    return rows.join('\n');
  }

  return {
    run,
    text,
    type: (keys) => run.child.stdin.write(keys),

    /**
     * The match of `pattern` on the screen, once it comes; until then every screen is one that `meanwhile` allows.
     */
    async shows(pattern, ms = 15_000, meanwhile = () => true) {
      const found = () => {
        if (run.ended) throw new Error(`${pattern} did not come ${run.report()}`);
        const screen = text();
        const match = pattern.exec(screen);
        if (!match && !meanwhile(screen)) throw new Error(`before ${pattern} came:\n${screen}`);
        return match;
      };
      return t.until(found, ms, pattern).catch((error) => {
        throw new Error(`${error.message}. The screen:\n${text()}`);
      });
    },
  };
}
