import type { EngineMessage } from './engine.js';

const failure = (sentence: string): EngineMessage => ({ kind: 'failure', sentence });

/** stap -v prints a pass's line when the pass is over: each text names what comes next. */
const passes: readonly (readonly [RegExp, 'compile' | 'arm', string])[] = [
  [/^Pass 1: parsed /, 'compile', 'SystemTap has read the script and looks for the probes'],
  [/^Pass 2: analyzed /, 'compile', 'SystemTap has found the probes and writes a kernel module'],
  [/^Pass 3: translated /, 'compile', 'SystemTap compiles the kernel module; a first time can take minutes'],
  [/^Pass 3: using cached /, 'compile', 'SystemTap takes the kernel module from its cache'],
  [/^Pass 4: (?:compiled|using cached) /, 'arm', 'SystemTap has its kernel module and loads it'],
  [/^Pass 5: starting run/, 'arm', 'SystemTap arms the probes'],
];

const harmless: readonly RegExp[] = [
  // Only kernel probes would need it.
  /Kernel function symbol table missing/,
  /^WARNING: missing unwind\/symbol data/,
  /^Tip: /,
  /^Try '--help'/,
  /^A message like \[man/,
  /^Pass 5: run completed/,
  /^Kernel version .* is within tested range/,
];

/** One whole line of stap's or stapio's stderr. Texts: stap 5.6, seen, and its manuals error::, warning:: and stap. */
export function stapMessage(line: string): EngineMessage {
  const text = line.trimEnd();
  if (text === '' || harmless.some((pattern) => pattern.test(text))) return { kind: 'noise' };
  // A failed pass prints its ordinary line too, just before it says that it failed.
  const pass = passes.find(([pattern]) => pattern.test(text));
  if (pass !== undefined) return { kind: 'progress', phase: pass[1], text: pass[2] };
  return lossMessage(text) ?? failureMessage(text) ?? { kind: 'other', text };
}

function lossMessage(text: string): EngineMessage | null {
  // The errors in this sum came before, one line each; only the skipped ones are news.
  const sum = /^WARNING: Number of errors: (\d+), skipped probes: (\d+)/.exec(text);
  if (sum !== null) {
    const skipped = Number(sum[2]);
    return skipped === 0 ? { kind: 'noise' } : { kind: 'loss', cause: 'skipped probes', count: skipped };
  }
  const transport = /^WARNING: There (?:were|was) (\d+) transport failure/.exec(text);
  if (transport !== null) return { kind: 'loss', cause: 'transport failures', count: Number(transport[1]) };
  // "ERROR: read fault [man error::fault] at 0x… near identifier …": a handler gave up, the session goes on.
  const fault =
    /^ERROR: (user string copy fault|read fault|[a-z ]*fault|MAXACTION exceeded|[a-zA-Z ]*overflow|MAXNESTING exceeded)/.exec(
      text,
    );
  return fault === null ? null : { kind: 'loss', cause: `probe errors: ${fault[1]}`, count: 1 };
}

function failureMessage(text: string): EngineMessage | null {
  if (/overhead .*exceeded threshold|^ERROR: .*overload/.test(text)) {
    return failure(
      'SystemTap shut the script down because the probes took too much of a CPU; trace less (a thread, a function).',
    );
  }
  if (/^ERROR: Skipped too many probes/.test(text))
    return failure('SystemTap gave up because it had to skip too many probes.');
  if (/^You are trying to run systemtap as a normal user/.test(text)) {
    return failure(
      'SystemTap needs root, or membership in the groups stapusr and stapdev: run pytrace as root, add --sudo, or join the groups.',
    );
  }
  if (/^Checking "?.*\/build\/.*failed with error|Incorrect version or missing kernel-devel/.test(text)) {
    return failure(
      "SystemTap does not find the running kernel's headers; install linux-headers (Debian) or kernel-devel (Fedora) of that very version.",
    );
  }
  if (/^semantic error: no match/.test(text)) {
    return failure(
      `SystemTap finds no such probe in the target's interpreter (${text.replace(/^semantic error: /, '')}).`,
    );
  }
  const pass = /^Pass (\d): (.*) failed\./.exec(text);
  if (pass !== null) return failure(passSentence(Number(pass[1]), pass[2]));
  if (/Safety pattern mismatch/.test(text))
    return failure(`SystemTap refuses one of pytrace's arguments: ${text.replace(/^ERROR: /, '')}`);
  if (
    /Couldn't insert module|could not insert module|Required key not available|Operation not permitted.*module/i.test(
      text,
    )
  ) {
    return failure(
      `The kernel does not take SystemTap's module (${text.replace(/^ERROR: /, '')}); Secure Boot or a lockdown may forbid unsigned modules.`,
    );
  }
  return null;
}

function passSentence(pass: number, what: string): string {
  if (pass === 4) {
    return "SystemTap's kernel module does not compile: this version of SystemTap is probably too old for the running kernel.";
  }
  if (pass === 5) return 'SystemTap could not run its kernel module.';
  return `SystemTap cannot use the script: ${what} failed in pass ${pass}.`;
}
