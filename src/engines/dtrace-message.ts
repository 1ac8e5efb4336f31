import type { EngineMessage } from './engine.js';

/** What dtrace counts as lost, in its words and in ours. Source: dtrace-utils 2.0.7, seen or read in its drop texts. */
const drops: readonly (readonly [RegExp, string])[] = [
  [/^aggregation drops?\b/, 'aggregation drops'],
  [/^dynamic variable drops?\b/, 'dynamic variable drops'],
  [/^failed speculations?\b/, 'failed speculations'],
  [/^speculative drops?\b/, 'speculative drops'],
  [/^errors? in ERROR probe enabling/, 'errors in the ERROR probe'],
  [/^(?:jstack|ustack)\(\).* string table overflows?/, 'stack string table overflows'],
  [/^drops? on CPU \d+/, 'buffer drops'],
];

/** 2.0.7 counts speculative drops down from 2^64; such a number is a small negative one, and its size is the loss. */
function dropCount(digits: string): number {
  const value = BigInt(digits);
  const size = value >= 1n << 63n ? (1n << 64n) - value : value;
  return size > BigInt(Number.MAX_SAFE_INTEGER) ? Number.MAX_SAFE_INTEGER : Number(size);
}

const failure = (sentence: string): EngineMessage => ({ kind: 'failure', sentence });

/** One whole line of dtrace's stderr. dtrace writes its prefix and the text in separate writes: join before calling. */
export function dtraceMessage(line: string): EngineMessage {
  const text = line.replace(/^dtrace: /, '').trimEnd();
  if (text === '') return { kind: 'noise' };
  return lossMessage(text) ?? failureMessage(text) ?? { kind: 'other', text };
}

function lossMessage(text: string): EngineMessage | null {
  const drop = /^(?:\[DTRACEDROP_\w+\] )?(\d+) (.*)$/.exec(text);
  if (drop !== null) {
    const cause = drops.find(([pattern]) => pattern.test(drop[2]))?.[1];
    if (cause !== undefined) return { kind: 'loss', cause, count: dropCount(drop[1]) };
  }
  // Linux: "error in dt_clause_0 for probe ID 3974 (…): invalid address (0x7b) at BPF pc 158"
  // illumos and macOS: "error on enabled probe ID 2 (ID 7: …): invalid address (0x7b) in action #1 at DIF offset 12"
  const error = /^error (?:in \S+ for|on enabled) probe ID \d+ \(.*\): ([a-zA-Z][a-zA-Z -]*)/.exec(text);
  if (error === null) return null;
  const fault = error[1].replace(/ (?:at|in action)\b.*$/, '').trim();
  return { kind: 'loss', cause: `probe errors: ${fault}`, count: 1 };
}

function failureMessage(text: string): EngineMessage | null {
  if (/^run as root\b|additional privileges|requires (?:additional )?privileges/i.test(text)) {
    return failure('dtrace needs root: run pytrace as root, or add --sudo.');
  }
  if (/\.d", line \d+: failed to resolve /.test(text)) {
    // A file of dtrace's own library names a kernel symbol that this kernel does not show; none of ours needs it.
    const file = /"([^"]*\.d)", line/.exec(text)?.[1] ?? 'its library';
    return {
      kind: 'failure',
      sentence: `dtrace cannot use its own library file ${file} on this kernel.`,
      retry: 'library',
    };
  }
  if (/does not match any probes|No probe matches description/.test(text)) {
    const probe = /probe description (\S+)/.exec(text)?.[1];
    return failure(
      `dtrace finds no probe ${probe === undefined ? 'of this script' : probe} in the target: its interpreter was built without it, or its file is not visible here.`,
    );
  }
  const grab = /failed to grab (?:process|pid) (\d+)/.exec(text);
  if (grab !== null) {
    return failure(
      `dtrace cannot take hold of process ${grab[1]}: it has exited, or is not a process that can be traced.`,
    );
  }
  if (/^No such process\b/.test(text)) return failure('dtrace says that there is no such process any more.');
  if (/^(?:illegal|invalid) option|^Usage:/.test(text)) {
    return failure(`This dtrace does not know an option that pytrace gives it (${text}).`);
  }
  if (/Argument list too long/.test(text)) return failure("The script is too complex for this kernel's BPF verifier.");
  const enable = /^could not enable tracing: (.*)$/.exec(text);
  if (enable !== null) return failure(`dtrace could not enable its probes: ${enable[1]}.`);
  if (/^failed to initialize|DTrace device not available|^failed to open |^cannot open /.test(text)) {
    return failure(`dtrace cannot start here: ${text}.`);
  }
  if (/failed to compile script|^invalid probe specifier/.test(text)) {
    return {
      kind: 'failure',
      sentence: `dtrace cannot compile the script: ${text.replace(/^failed to compile script /, '')}`,
      retry: 'library',
    };
  }
  if (/Assertion .* failed/.test(text)) return failure(`dtrace crashed: ${text}`);
  return null;
}
