import { chooseTheme } from '../ui/theme.js';
import { wantsAscii } from '../views/glyphs.js';
import { checksOf, type Check } from './doctor-check.js';
import { engineChecks } from './doctor-engines.js';
import { kernelChecks } from './doctor-kernel.js';
import type { MachineFacts } from './machine-facts.js';

/** The smallest terminal on which the screens show all that they can. */
const COLUMNS = 80;
const ROWS = 24;
const NODE = [20, 19] as const;

/** All that is said about the machine, whatever process may be named. */
export function machineChecks(facts: MachineFacts): Check[] {
  return [
    ...programChecks(facts),
    ...kernelChecks(facts),
    ...engineChecks(facts),
    ...leftChecks(facts),
    ...terminalChecks(facts),
  ];
}

function programChecks(facts: MachineFacts): Check[] {
  const check = checksOf('pytrace');
  const [major = 0, minor = 0] = facts.node.split('.').map(Number);
  const node = major > NODE[0] || (major === NODE[0] && minor >= NODE[1]);
  return [
    node
      ? check('Node', 'ok', facts.node)
      : check('Node', 'no', `${facts.node} is too old`, `install Node ${NODE.join('.')} or later`),
    facts.root
      ? check('rights', 'ok', 'you are root')
      : facts.sudo === null
        ? check(
            'rights',
            'warn',
            'you are not root, and there is no sudo that root alone can change: nothing can be traced, recordings can be replayed',
            'run pytrace as root',
          )
        : check(
            'rights',
            'warn',
            `you are not root; ${facts.sudo} is there`,
            'add --sudo to a tracing command, or run pytrace through sudo',
          ),
  ];
}

/** What killed tracers left in the kernel, with the very command that removes it. */
function leftChecks(facts: MachineFacts): Check[] {
  const check = checksOf('leftovers');
  if (facts.platform !== 'linux') return [];
  const { events, modules } = facts.left;
  const found: Check[] = [];
  if (typeof facts.uprobeEvents === 'string') {
    found.push(
      facts.root
        ? check(
            'probes',
            'unknown',
            'uprobe_events was not found, so nobody can tell',
            'mount -t tracefs none /sys/kernel/tracing',
          )
        : check('probes', 'unknown', 'only root can look', 'run pytrace doctor as root'),
    );
  } else if (events === null) {
    found.push(
      check(
        'probes',
        'unknown',
        'in a PID namespace (a container) nobody can tell whose they are',
        'run pytrace doctor outside',
      ),
    );
  } else if (events.length === 0) {
    found.push(check('probes', 'ok', 'no probe of a dead dtrace'));
  }
  const tracefs = facts.mounts.find(({ type }) => type === 'tracefs')?.folder ?? '/sys/kernel/debug/tracing';
  for (const event of events ?? []) {
    found.push(
      check(
        'probes',
        'warn',
        `${event} is left of a dtrace that was killed; it does no harm`,
        `as root: echo '-:${event}' >> ${tracefs}/uprobe_events`,
      ),
    );
  }
  if (modules.length === 0 && facts.modules !== 'absent')
    found.push(check('modules', 'ok', 'no module of a dead SystemTap'));
  for (const module of modules) {
    found.push(
      check('modules', 'warn', `${module} is left of a stap that was killed`, `as root: staprun -d ${module}`),
    );
  }
  return found;
}

function terminalChecks(facts: MachineFacts): Check[] {
  const check = checksOf('terminal');
  const { screen, columns, rows, env } = facts.terminal;
  if (!screen)
    return [check('screen', 'warn', 'input or output is no terminal: commands print instead of opening their screens')];
  const mono = chooseTheme({ env }) === 'mono';
  return [
    columns >= COLUMNS && rows >= ROWS
      ? check('size', 'ok', `${columns} x ${rows}`)
      : check('size', 'warn', `${columns} x ${rows}: columns are left out`, `make it ${COLUMNS} x ${ROWS} or larger`),
    mono
      ? check(
          'colours',
          'warn',
          `none (TERM=${env['TERM'] ?? ''}${env['NO_COLOR'] ? ', NO_COLOR is set' : ''}); nothing is told by colour alone`,
        )
      : check('colours', 'ok', `TERM=${env['TERM'] ?? ''}`),
    wantsAscii(undefined, env)
      ? check(
          'UTF-8',
          'warn',
          'the locale is not UTF-8: lines and bars are drawn with ASCII',
          'set LANG to a UTF-8 locale, for instance C.UTF-8',
        )
      : check('UTF-8', 'ok', 'the locale is UTF-8'),
  ];
}
