import type { EngineMessage } from './engine.js';

const failure = (sentence: string): EngineMessage => ({ kind: 'failure', sentence });

const harmless: readonly RegExp[] = [
  // Programs load nevertheless: since Linux 5.11 their memory is counted elsewhere.
  /couldn't set RLIMIT_MEMLOCK/,
  /Could not read functions from/,
  /^(?:WARNING|ERROR): failed to detach probe/,
  /^open\(.*uprobe_events\): /,
  /^Attaching \d+ probes?/,
];

/** One whole line of bpftrace's stderr. Texts: 0.17.0 and 0.27.1, seen, and their sources. */
export function bpftraceMessage(line: string): EngineMessage {
  const text = line.trimEnd();
  if (text === '' || harmless.some((pattern) => pattern.test(text))) return { kind: 'noise' };
  const lost = /^(?:WARNING: )?Lost (\d+) events?/.exec(text);
  if (lost !== null) return { kind: 'loss', cause: 'lost events', count: Number(lost[1]) };
  return failureMessage(text) ?? { kind: 'other', text };
}

function failureMessage(text: string): EngineMessage | null {
  if (/only supports running as the root user|must be root/i.test(text))
    return failure('bpftrace needs root: run pytrace as root, or add --sudo to start only the tracer through sudo.');
  if (/lockdown/i.test(text))
    return failure('The kernel is locked down and lets bpftrace read no memory: boot without lockdown (Secure Boot).');
  if (
    /failed to initialize usdt context|does not exist or is not executable|No probes to attach|has no valid attach points|couldn't get argument|failed to find usdt probe/i.test(
      text,
    )
  )
    return failure(`bpftrace finds no such probe in the target's interpreter (${words(text)}).`);
  if (/Operation not permitted|Permission denied/.test(text))
    return failure(
      `The kernel forbids what bpftrace needs (${words(text)}): run pytrace as root, outside of a container.`,
    );
  if (/[Ee]rror loading (?:BPF )?(?:program|object)|[Ff]ailed to load/i.test(text))
    return failure(`The kernel does not take bpftrace's program (${words(text)}).`);
  if (/^(?:ERROR: )?.*(?:[Uu]nable to attach|[Ff]ailed to attach|[Cc]ould not attach|[Ee]rror attaching)/.test(text))
    return failure(`bpftrace could not attach its probes (${words(text)}).`);
  if (/syntax error|Unknown (?:function|identifier)|Undefined/.test(text))
    return failure(`This version of bpftrace does not understand the script (${words(text)}).`);
  return null;
}

const words = (text: string): string => text.replace(/^(?:stdin|.*\.bt):[\d-]+:[\d-]+: /, '').replace(/^ERROR: /, '');
