import type { EngineId, TraceRequest } from './engine.js';
import { semaphoreAddress } from '../target/in-memory.js';
import type { FrameLayout, ProbeName, Target } from '../target/target.js';

/**
 * A parameter of a script: dtrace is given them in their order, behind the pid, and bpftrace behind pid and ELF file; stap
 * by their names, and a word behind the ELF file. A text is a literal to look for, of which an engine may take a part;
 * numbers are whole and not negative, anything else becomes 0.
 */
export interface ScriptParameter {
  readonly name: string;
  readonly value: number | bigint | string;
  /** A text that is taken as it is, the name of a probe for instance: pytrace's own, never a user's. */
  readonly word?: boolean;
  /** The only engine whose script takes it; left out where all do. */
  readonly engine?: EngineId;
}

/** Those that an engine's script takes. */
export function parametersFor(
  id: EngineId,
  { parameters }: Pick<TraceRequest, 'parameters'>,
): readonly ScriptParameter[] {
  return parameters.filter(({ engine }) => engine === undefined || engine === id);
}

/** What a view's script is asked to leave out already in the kernel. Names are literals, never patterns. */
export interface ScriptFilters {
  /** 0 = every thread. */
  readonly thread: number;
  /** Only functions whose co_name contains this; '' = all. */
  readonly functionHas: string;
  /** Only functions whose co_filename contains this; '' = all. */
  readonly fileHas: string;
  /** Only calls of at least this many ns; 0 = all. */
  readonly minDurationNs: number;
  /** No calls nested deeper than this, counted from the attach; 0 = no limit. */
  readonly depth: number;
}

export const NO_FILTERS: ScriptFilters = { thread: 0, functionHas: '', fileHas: '', minDurationNs: 0, depth: 0 };

/** The filters as every script about functions takes them. */
export function filterParameters(filters: ScriptFilters): ScriptParameter[] {
  return [
    { name: 'thread', value: filters.thread },
    { name: 'function_has', value: filters.functionHas },
    { name: 'file_has', value: filters.fileHas },
    { name: 'min_ns', value: filters.minDurationNs },
    { name: 'depth_limit', value: filters.depth },
  ];
}

/** Where the running frame is, as every script takes it that reads frames; all 0 where that is not known. */
export function frameParameters(frames: FrameLayout | null): ScriptParameter[] {
  return [
    { name: 'main_interpreter', value: frames?.mainInterpreter ?? 0 },
    { name: 'holder', value: frames?.gilHolder ?? 0 },
    { name: 'current_frame', value: frames?.currentFrame ?? 0 },
    { name: 'previous', value: frames?.previous ?? 0 },
    { name: 'executable', value: frames?.executable ?? 0 },
    { name: 'owner', value: frames?.owner ?? 0 },
    { name: 'code_flags', value: frames?.codeFlags ?? 0 },
  ];
}

/**
 * Those of the scripts of calls. Where entries and returns balance (3.6 to 3.11) they read frames only if greenlets switch
 * stacks: it costs each event something, and else names are enough.
 */
export function callsParameters(filters: ScriptFilters, target: Target): ScriptParameter[] {
  const layout = callsLayout(target);
  return [...filterParameters(filters), ...frameParameters(layout), { name: 'cframe', value: layout?.cframe ?? 0 }];
}

export function callsLayout(target: Target): (FrameLayout & { readonly cframe?: number }) | null {
  return target.frames ?? (target.greenlets ? functionLayout(target) : null);
}

/** Frames with their instructions; all 0 where that is not known. */
export function codeParameters(target: Target): ScriptParameter[] {
  const code = target.stack ?? null;
  return [
    { name: 'main_interpreter', value: code?.mainInterpreter ?? 0 },
    { name: 'holder', value: code?.gilHolder ?? 0 },
    { name: 'current_frame', value: code?.currentFrame ?? 0 },
    { name: 'previous', value: code?.previous ?? 0 },
    { name: 'executable', value: code?.executable ?? 0 },
    { name: 'owner', value: code?.owner ?? 0 },
    { name: 'instr', value: code?.instr ?? 0 },
    { name: 'code_adaptive', value: code?.codeAdaptive ?? 0 },
    { name: 'code_flags', value: code?.codeFlags ?? 0 },
    { name: 'cframe', value: code === null || code.cframe === null ? 0 : code.cframe + 1 },
  ];
}

/** `co_firstlineno` stands this many bytes behind `co_flags` in 3.13 to 3.15 (Include/cpython/code.h). */
const FIRST_LINE_BEHIND_FLAGS = 20;

/**
 * The layout for scripts that sum by function, with `owner` 0 where entries and returns balance (3.6 to 3.11); null where
 * functions can only be told apart by their names and files. `cframe`: as the scripts take it.
 */
function functionLayout({
  stack,
  frames,
}: Target): (FrameLayout & { readonly firstLine: number; readonly cframe?: number }) | null {
  if (stack?.cframe === null) return { ...stack, firstLine: stack.code.firstLine, cframe: 0 };
  // 3.11: its frames have an owner, which nobody has to ask for.
  if (stack) return { ...stack, owner: 0, firstLine: stack.code.firstLine, cframe: stack.cframe + 1 };
  return frames && { ...frames, firstLine: frames.codeFlags + FIRST_LINE_BEHIND_FLAGS };
}

/** By which bpftrace's scripts see that their probes begin to go: see top.bt. */
export function lastProbe(target: Target): ScriptParameter {
  return { name: 'last_semaphore', value: semaphoreAddress(target, 'gc__done'), engine: 'bpftrace' };
}

/** bpftrace 0.17 takes only a probe with as many arguments as the script reads, which gc__done has not; 3.6 has no other. */
function rareProbe({ python }: Target): ProbeName {
  const name = 'import__find__load__done';
  return (python?.elf.probes.get(name) ?? 0) > 0 ? name : 'gc__done';
}

/** Those of top.d, top.stp and top.bt. */
export function topParameters(
  filters: ScriptFilters,
  target: Target,
  { intervalMs, countsOnly }: { readonly intervalMs: number; readonly countsOnly: boolean },
): ScriptParameter[] {
  const layout = functionLayout(target);
  return [
    ...filterParameters(filters),
    ...frameParameters(layout),
    { name: 'first_line', value: layout?.firstLine ?? 0 },
    { name: 'interval_ms', value: intervalMs },
    { name: 'counts', value: countsOnly ? 1 : 0, engine: 'dtrace' },
    { name: 'counts', value: countsOnly ? 1 : 0, engine: 'bpftrace' },
    // Another module, with fewer probes and fewer locks.
    ...(countsOnly ? [{ name: 'counts', value: 'counts', engine: 'stap', word: true } as const] : []),
    // The probes that times hang on: where none are taken, one that hardly ever fires, since a probe is a trap.
    { name: 'entry_probe', value: countsOnly ? 'gc-done' : 'function-entry', engine: 'dtrace' },
    { name: 'return_probe', value: countsOnly ? 'gc-done' : 'function-return', engine: 'dtrace' },
    {
      name: 'return_probe',
      value: countsOnly ? rareProbe(target) : 'function__return',
      engine: 'bpftrace',
      word: true,
    },
    lastProbe(target),
    { name: 'cframe', value: layout?.cframe ?? 0 },
    // A function is told by its texts: its code object's address may be another's at any time.
    { name: 'code_name', value: target.stack?.code.name ?? 0 },
    { name: 'code_file', value: target.stack?.code.filename ?? 0 },
  ];
}
