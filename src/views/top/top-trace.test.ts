import { describe, expect, it } from 'vitest';
import { dtrace } from '../../engines/dtrace.js';
import { stap } from '../../engines/stap.js';
import { fakeEngine, fakeRequest, fakeTarget } from '../../../test/fakes/request.js';
import type { TraceOptions } from '../trace-view.js';
import { topTrace } from './top-trace.js';

const options: TraceOptions = { thread: 7, function: 'get_*', file: '', minDuration: 5e6, depth: 3, own: {} };

describe('the trace top', () => {
  it('asks for what its script takes, in its order', () => {
    const frames = { mainInterpreter: 1n, gilHolder: 2, currentFrame: 3, previous: 4, executable: 5, owner: 6 };
    const stack = { ...frames, codeFlags: 48, cframe: null, code: { firstLine: 68 } };
    const target = fakeTarget({ stack: stack as never });
    const { script, parameters } = topTrace.script(target, { ...options, own: { interval: 0.5 } });
    expect(script).toBe('top');
    const names =
      'thread function_has file_has min_ns depth_limit main_interpreter holder current_frame previous executable owner ' +
      'code_flags first_line interval_ms counts counts entry_probe return_probe return_probe last_semaphore cframe ' +
      'code_name code_file';
    expect(parameters.map(({ name }) => name).join(' ')).toBe(names);
    expect(parameters.find(({ name }) => name === 'interval_ms')!.value).toBe(500);
    const value = (name: string): number => Number(parameters.find((each) => each.name === name)!.value);
    expect([value('code_flags'), value('first_line'), value('owner'), value('cframe')]).toEqual([48, 68, 6, 0]);
  });

  it('finds the frames of 3.11 behind a cframe, and asks for no owner, since entries and returns balance', () => {
    const frames = { mainInterpreter: 1n, gilHolder: 0, currentFrame: 56, previous: 48, executable: 32, owner: 69 };
    const stack = { ...frames, codeFlags: 48, cframe: 8, code: { firstLine: 72 } };
    const { parameters } = topTrace.script(fakeTarget({ stack: stack as never }), options);
    const value = (name: string): number => Number(parameters.find((each) => each.name === name)!.value);
    expect([value('current_frame'), value('cframe'), value('owner'), value('first_line')]).toEqual([56, 9, 0, 72]);
  });

  it('has a smaller script where entries and returns balance', () => {
    const of = (minor: number) =>
      topTrace.script(
        fakeTarget({ python: { ...fakeTarget().python!, version: { major: 3, minor, micro: 2 } } }),
        options,
      ).smallScript;
    expect([of(9), of(11), of(15)]).toEqual(['top-small', 'top-small', undefined]);
  });

  it('counts without the probes that times need, and tells only dtrace of them', () => {
    const base = fakeRequest();
    const { parameters } = topTrace.script(base.target, { ...options, own: { counts: true } });
    const asked = { ...base, script: 'top', parameters };
    expect(dtrace.command(fakeEngine('dtrace'), asked).args.slice(-6, -2)).toEqual(['1', 'gc-done', 'gc-done', '0']);
    const { args } = stap.command(fakeEngine('stap'), asked);
    expect(args.at(-1)).toBe('counts');
    expect(args.join(' ')).not.toContain('probe=');
  });
});
