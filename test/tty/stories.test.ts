import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { withPty, type Pty } from './pty.js';

const DEMO = fileURLToPath(new URL('./demo-app.ts', import.meta.url));
const demo = (...words: string[]) => [process.execPath, '--import', 'tsx', DEMO, ...words];
const live = (pty: Pty) => pty.waitForText('LIVE');

const COLOUR = /\u001b\[(?:\d+;)*(?:3\d|4\d|9\d|10\d)(?:;\d+)*m/;

const RAW = /-isig -icanon .* -echo /;
const COOKED = /(?<!-)\bisig icanon .* echo /;

describe('the application in a real terminal', () => {
  it('is frozen, sorted and quit, and leaves the terminal as it was', async () => {
    await withPty(demo('dark'), {}, async (pty) => {
      await live(pty);
      expect(pty.screen.alternate()).toBe(true);
      pty.type(' ');
      await pty.waitForText(/FROZEN \d+s, \d/);
      pty.type('s');
      await pty.waitForText('CALLS▾');
      pty.type(' ');
      await live(pty);
      pty.type('q');
      expect(await pty.exit()).toBe(0);
      expect(pty.screen.alternate()).toBe(false);
      expect(pty.screen.text()).toContain('ended: {"why":"quit"}');
      expect(pty.screen.scrollback()).toBe(0);
      expect(pty.screen.sent).toContain('\u001b[?25h');
      expect(pty.screen.sent).not.toContain('\u001b[3J');
      expect(pty.screen.sent).toMatch(COLOUR);
    });
  });

  it('has no colours where NO_COLOR is set', async () => {
    await withPty(demo(), { env: { NO_COLOR: '1' } }, async (pty) => {
      await live(pty);
      pty.type('?');
      await pty.waitForText('EVERYWHERE');
      expect(pty.screen.sent).not.toMatch(COLOUR);
    });
  });

  it('draws with ASCII alone where the locale is not UTF-8', async () => {
    await withPty(demo(), { columns: 80, rows: 24, env: { LANG: 'C' } }, async (pty) => {
      await live(pty);
      pty.type('t');
      await pty.waitForText('MainThread');
      expect(pty.screen.text()).toMatch(/^[\x20-\x7e\n]*$/);
    });
  });

  it('follows the size of the terminal', async () => {
    await withPty(demo('dark'), { columns: 120, rows: 36 }, async (pty) => {
      await live(pty);
      pty.resize(80, 24);
      await pty.waitForText(/^ pytrace demo 41822.*LIVE EXACT/);
      pty.resize(50, 10);
      await pty.waitForText('60x12 at least, this is 50x10');
      pty.resize(140, 40);
      await pty.waitFor((screen) => screen.lines()[38].includes('q quit'), { what: 'the key line' });
      expect(pty.screen.scrollback()).toBe(0);
    });
  });

  it('ends on a signal with the terminal given back', async () => {
    for (const signal of ['SIGTERM', 'SIGHUP'] as const) {
      await withPty(demo('dark'), {}, async (pty) => {
        await live(pty);
        pty.signal(signal);
        expect(await pty.exit()).toBe(3);
        expect(pty.screen.alternate()).toBe(false);
        expect(pty.screen.text()).toContain(`"signal":"${signal}"`);
      });
    }
  });

  it('gives the terminal back before a crash is told', async () => {
    await withPty(demo('dark', 'crash'), {}, async (pty) => {
      expect(await pty.exit()).toBe(1);
      expect(pty.screen.alternate()).toBe(false);
      expect(pty.screen.text()).toContain('crashed on purpose');
    });
  });

  it('ends when its terminal goes away', async () => {
    await withPty(demo('dark'), {}, async (pty) => {
      await live(pty);
      const { pid } = pty;
      pty.hangUp();
      await expect.poll(() => alive(pid), { timeout: 5000 }).toBe(false);
    });
  });

  it('can be ended while its terminal takes nothing', async () => {
    await withPty(demo('dark'), { columns: 300, rows: 100 }, async (pty) => {
      await live(pty);
      const { pid } = pty;
      pty.stall();
      // More frames than fit into all the buffers on the way.
      for (let at = 0; at < 150; at++) {
        pty.type('s');
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      process.kill(pid, 'SIGTERM');
      await expect.poll(() => alive(pid), { timeout: 5000 }).toBe(false);
    });
  });

  it('goes to the shell and comes back', async () => {
    // The shell that waits for it makes it a job that can be stopped.
    const shell = ['bash', '-ic', `set -m; ${demo('dark').join(' ')}; echo STOPPED $?; fg; echo DONE $?`];
    await withPty(shell, {}, async (pty) => {
      await live(pty);
      pty.type('\u001a');
      await pty.waitFor((screen) => screen.sent.includes('STOPPED'), { what: 'the shell' });
      await live(pty);
      expect(pty.screen.alternate()).toBe(true);
      pty.type('q');
      await pty.exit();
      expect(pty.screen.text()).toContain('DONE 0');
    });
  });

  it('has the terminal in raw mode again after it was stopped from outside', async () => {
    const shell = ['bash', '-ic', `set -m; ${demo('dark').join(' ')}; echo STOPPED; read; fg; echo DONE $?`];
    await withPty(shell, {}, async (pty) => {
      await live(pty);
      expect(pty.modes()).toMatch(RAW);
      const own = readFileSync(`/proc/${pty.pid}/task/${pty.pid}/children`, 'utf8').trim();
      process.kill(Number(own), 'SIGSTOP');
      await pty.waitFor((screen) => screen.sent.includes('STOPPED'), { what: 'the shell' });
      // It gives the terminal back its lines and its echo, as shells do when a job stops.
      expect(pty.modes()).toMatch(COOKED);
      pty.type('\n');
      await expect.poll(() => pty.modes(), { timeout: 10_000 }).toMatch(RAW);
      await live(pty);
      pty.type('?');
      await pty.waitForText('EVERYWHERE');
      pty.type('?q');
      await pty.exit();
      expect(pty.screen.text()).toContain('DONE 0');
    });
  });

  it('shows the start, then the picture', async () => {
    await withPty(demo('dark', 'start'), {}, async (pty) => {
      await pty.waitForText('[....]  compile');
      await pty.waitForText(/starting, \d\.\d s/);
      await live(pty);
    });
  });

  it('says why it failed until q is pressed', async () => {
    await withPty(demo('dark', 'failed'), {}, async (pty) => {
      await pty.waitForText('has no function-entry probe.');
      await pty.waitForText('q quit');
      pty.type('q');
      expect(await pty.exit()).toBe(0);
    });
  });
});

/** Not one that has ended and that nobody has waited for yet. */
function alive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
