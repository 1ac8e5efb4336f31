import type { EngineId } from '../engines/engine.js';
import { checksOf, type Check } from './doctor-check.js';
import type { MachineFacts } from './machine-facts.js';

/** Why this machine keeps an engine from tracing anything at all. */
export interface Blocker {
  readonly cause: string;
  readonly cure: string;
}

const CAP_SYS_MODULE = 16n;
const CAP_SYS_ADMIN = 21n;

type Level = 'none' | 'integrity' | 'confidentiality' | 'unknown';

/** `none [integrity] confidentiality`: the level in brackets is the one in force. */
export function lockdownLevel(facts: MachineFacts): Level {
  if (facts.lockdown === 'forbidden') return 'unknown';
  // Without securityfs nothing can be read; a kernel that does not know that file system has no lockdown either.
  if (facts.lockdown === 'absent') {
    return facts.fileSystems.has('securityfs') && !facts.mounts.some(({ type }) => type === 'securityfs')
      ? 'unknown'
      : 'none';
  }
  const level = /\[(\w+)\]/.exec(facts.lockdown.text)?.[1];
  return level === 'none' || level === 'integrity' || level === 'confidentiality' ? level : 'unknown';
}

const has = (facts: MachineFacts, capability: bigint): boolean =>
  facts.capabilities === null || ((facts.capabilities >> capability) & 1n) === 1n;

/** dtrace 2.0 opens uprobe_events below debugfs, wherever else it may be. */
const DEBUGFS = '/sys/kernel/debug';
const mounted = (facts: MachineFacts, type: string, folder: string): boolean =>
  facts.mounts.some((mount) => mount.type === type && mount.folder === folder);

const hasUprobes = (facts: MachineFacts): boolean => facts.uprobeEventSource || facts.uprobeEvents !== 'absent';

/** What stands in an engine's way here for every process; the engine's own objections and rights are not among it. */
export function blockers(facts: MachineFacts, id: EngineId): Blocker[] {
  if (facts.platform !== 'linux') return [];
  const found: Blocker[] = [];
  const level = lockdownLevel(facts);
  if (!hasUprobes(facts)) {
    found.push({
      cause: 'The kernel has no uprobes.',
      cure: 'boot a kernel with CONFIG_UPROBE_EVENTS, as the distributions build it',
    });
  }
  if (facts.root && facts.userNamespace) {
    found.push({
      cause: 'You are root only inside a user namespace (a rootless container).',
      cure: 'run pytrace on the host, as its root',
    });
  }
  if (id === 'bpftrace') {
    found.push(...withoutBpf(facts, level));
    if (!facts.refCounts) {
      found.push({
        cause: 'The kernel does not count who uses a probe (ref_ctr_offset), so a killed tracer would leave it on.',
        cure: 'boot Linux 4.20 or later',
      });
    }
    if (facts.root && !has(facts, CAP_SYS_ADMIN)) found.push(withheld('CAP_SYS_ADMIN'));
    return found;
  }
  if (id === 'dtrace') {
    found.push(...withoutBpf(facts, level));
    if (!mounted(facts, 'debugfs', DEBUGFS)) {
      found.push({ cause: `debugfs is not mounted at ${DEBUGFS}.`, cure: `mount -t debugfs none ${DEBUGFS}` });
    }
    if (facts.root && !has(facts, CAP_SYS_ADMIN)) found.push(withheld('CAP_SYS_ADMIN'));
    return found;
  }
  if (facts.modules === 'absent') {
    found.push({
      cause: 'The kernel can load no modules.',
      cure: 'boot a kernel with CONFIG_MODULES, or trace with bpftrace or dtrace',
    });
  } else if (facts.modulesDisabled) {
    found.push({
      cause: 'Loading modules was switched off until the next boot.',
      cure: 'reboot without kernel.modules_disabled=1, or trace with bpftrace or dtrace',
    });
  } else if (facts.onlySignedModules || level === 'integrity' || level === 'confidentiality') {
    found.push({
      cause: 'The kernel loads signed modules only, and what SystemTap compiles is not signed.',
      cure: 'switch Secure Boot off, or trace with bpftrace or dtrace',
    });
  }
  if (facts.root && !has(facts, CAP_SYS_MODULE)) found.push(withheld('CAP_SYS_MODULE'));
  return found;
}

function withoutBpf(facts: MachineFacts, level: Level): Blocker[] {
  const found: Blocker[] = [];
  if (!facts.bpf) found.push({ cause: 'The kernel has no BPF.', cure: 'boot a kernel with CONFIG_BPF_SYSCALL' });
  if (level === 'confidentiality') {
    found.push({
      cause: 'Kernel lockdown "confidentiality" forbids BPF to read memory.',
      cure: 'boot with lockdown=integrity or none',
    });
  }
  return found;
}

const withheld = (capability: string): Blocker => ({
  cause: `You are root, but this container withholds ${capability}.`,
  cure: 'run pytrace on the host, or in a privileged container',
});

export function kernelChecks(facts: MachineFacts): Check[] {
  const check = checksOf('kernel');
  if (facts.platform !== 'linux') {
    return [
      check(
        'system',
        'no',
        `${facts.platform}: processes are looked into through Linux's /proc.`,
        'trace on Linux; pytrace replay works here',
      ),
    ];
  }
  const root = facts.root;
  return [
    check('system', 'ok', `Linux ${facts.release}, ${facts.arch}`),
    hasUprobes(facts)
      ? check('uprobes', 'ok', 'the kernel has them')
      : check(
          'uprobes',
          'no',
          'the kernel has none',
          'boot a kernel with CONFIG_UPROBE_EVENTS, as the distributions build it',
        ),
    mounted(facts, 'debugfs', DEBUGFS)
      ? check('debugfs', 'ok', `mounted at ${DEBUGFS}`)
      : check(
          'debugfs',
          'no',
          `not mounted at ${DEBUGFS}, where dtrace looks for uprobe_events`,
          `mount -t debugfs none ${DEBUGFS}`,
        ),
    uprobeEvents(facts, root),
    facts.bpf
      ? check('BPF', 'ok', 'the kernel has it')
      : check(
          'BPF',
          'no',
          'the kernel has none, which bpftrace and dtrace need',
          'boot a kernel with CONFIG_BPF_SYSCALL',
        ),
    facts.refCounts
      ? check('ref counts', 'ok', 'a probe goes off with its tracer, however that ends')
      : check(
          'ref counts',
          'no',
          'the kernel does not count who uses a probe, which bpftrace needs',
          'boot Linux 4.20 or later',
        ),
    facts.btf
      ? check('BTF', 'ok', '/sys/kernel/btf/vmlinux')
      : check(
          'BTF',
          'warn',
          'the kernel does not describe its types; dtrace 2.0 may miss them',
          'boot a kernel with CONFIG_DEBUG_INFO_BTF',
        ),
    lockdown(facts),
    modules(facts),
  ];
}

function uprobeEvents(facts: MachineFacts, root: boolean): Check {
  const check = checksOf('kernel');
  if (typeof facts.uprobeEvents !== 'string') return check('uprobe_events', 'ok', 'there, and may be read');
  if (facts.uprobeEvents === 'forbidden' || !root) {
    return check('uprobe_events', 'unknown', 'only root can look', 'run pytrace doctor as root');
  }
  return check('uprobe_events', 'warn', 'not found below /sys/kernel', 'mount -t tracefs none /sys/kernel/tracing');
}

function lockdown(facts: MachineFacts): Check {
  const check = checksOf('kernel');
  switch (lockdownLevel(facts)) {
    case 'none':
      return check('lockdown', 'ok', 'none');
    case 'integrity':
      return check(
        'lockdown',
        'warn',
        'integrity: modules must be signed, so SystemTap cannot load its own',
        'trace with bpftrace or dtrace, or switch Secure Boot off',
      );
    case 'confidentiality':
      return check(
        'lockdown',
        'no',
        'confidentiality: no tracer may look at memory',
        'boot with lockdown=integrity or none',
      );
    case 'unknown':
      return check(
        'lockdown',
        'unknown',
        'cannot be read',
        facts.root ? 'mount -t securityfs none /sys/kernel/security' : 'run pytrace doctor as root',
      );
  }
}

function modules(facts: MachineFacts): Check {
  const check = checksOf('kernel');
  if (facts.modules === 'absent')
    return check(
      'modules',
      'warn',
      'this kernel can load none, so SystemTap cannot run; bpftrace and dtrace need none',
    );
  if (facts.modulesDisabled) {
    return check(
      'modules',
      'warn',
      'loading was switched off until the next boot, so SystemTap cannot run; bpftrace and dtrace need none',
      'reboot without kernel.modules_disabled=1',
    );
  }
  if (facts.onlySignedModules)
    return check(
      'modules',
      'warn',
      'only signed ones are loaded, so SystemTap cannot run',
      'switch Secure Boot off, or trace with bpftrace or dtrace',
    );
  return check('modules', 'ok', 'can be loaded');
}
