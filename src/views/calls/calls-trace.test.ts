import { describe, expect, it } from 'vitest';
import { fakeTarget } from '../../../test/fakes/request.js';
import type { Target } from '../../target/target.js';
import type { TraceOptions } from '../trace-view.js';
import { callsTrace } from './calls-trace.js';

const options: TraceOptions = { thread: 0, function: '', file: '', minDuration: 0, depth: 3, own: {} };
const frames = { mainInterpreter: 1n, gilHolder: 0, currentFrame: 56, previous: 48, executable: 32, owner: 69 };
/** CPython 3.11. */
const stack = { ...frames, codeFlags: 48, cframe: 8, code: { firstLine: 72 } } as never;

function values(target: Partial<Target>, names: string): number[] {
  const { parameters } = callsTrace.script(fakeTarget(target), options);
  return names.split(' ').map((name) => Number(parameters.find((each) => each.name === name)!.value));
}

describe('the trace calls', () => {
  it('reads frames of 3.11 only where greenlets switch stacks, and leaves the limit on depth to the tree then', () => {
    const names = 'main_interpreter holder current_frame previous owner code_flags cframe depth_limit';
    expect(values({ stack }, names)).toEqual([0, 0, 0, 0, 0, 0, 0, 3]);
    expect(values({ stack, greenlets: true }, names)).toEqual([1, 0, 56, 48, 0, 48, 9, 0]);
  });

  it('takes what 3.15 needs anyway', () => {
    const layout = { ...frames, gilHolder: 7, codeFlags: 48 };
    const names = 'holder owner cframe depth_limit';
    expect(values({ frames: layout }, names)).toEqual([7, 69, 0, 3]);
    expect(values({ frames: layout, stack, greenlets: true }, names)).toEqual([7, 69, 0, 0]);
  });

  it('keeps the script’s limit where frames cannot be read', () => {
    expect(values({ greenlets: true }, 'main_interpreter depth_limit')).toEqual([0, 3]);
  });
});
