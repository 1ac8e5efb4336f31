import { describe, expect, it } from 'vitest';
import { fakeTarget } from '../../../test/fakes/request.js';
import type { ProbeName, Target } from '../../target/target.js';
import { objectsTrace } from './objects-trace.js';
import { COLUMN_IDS } from './class-columns.js';

const options = { thread: 3, function: '', file: '', minDuration: 0, depth: 0, own: {} };

function python(minor: number, changes: Partial<NonNullable<Target['python']>> = {}): Target {
  const target = fakeTarget({ exe: '/nowhere/python' });
  const elf = { ...target.python!.elf, readPath: '/nowhere/python' };
  return { ...target, python: { ...target.python!, version: { major: 3, minor, micro: 1 }, elf, ...changes } };
}

const probed = (): Target => {
  const names: ProbeName[] = ['instance__new__done', 'instance__delete__start', 'instance__delete__done'];
  const target = python(5);
  return python(5, { elf: { ...target.python!.elf, probes: new Map(names.map((name) => [name, 1])) } });
};

describe('the target', () => {
  it('is a CPython whose types are known, or that has instance probes', () => {
    for (const minor of [8, 9, 13, 15]) expect(objectsTrace.objection(python(minor), options)).toBeNull();
    expect(objectsTrace.objection(python(7), options)).toMatch(/3\.7\.1 .* Python 3\.8 to 3\.15/);
    expect(objectsTrace.objection(python(13, { freeThreaded: true }), options)).toMatch(/free-threaded/);
    expect(objectsTrace.objection(fakeTarget({ python: null }), options)).toMatch(/no CPython/);
    expect(objectsTrace.objection(probed(), options)).toBeNull();
  });
});

describe('the script', () => {
  const names = (target: Target, own = {}) =>
    objectsTrace.script(target, { ...options, own }).parameters.map(({ name, value }) => `${name}=${value}`);

  it('counts at the allocator, for which dtrace needs a permission', () => {
    const choice = objectsTrace.script(python(13), options);
    expect([choice.script, choice.ptrace]).toEqual(['objects-alloc', 'needed']);
    expect(objectsTrace.script(python(13), { ...options, own: { allowPtrace: true } }).ptrace).toBe('allowed');
    expect(names(python(13), { sites: true, interval: 0.5 })).toEqual([
      'thread=3',
      ...[
        'main_interpreter',
        'holder',
        'current_frame',
        'previous',
        'executable',
        'owner',
        'instr',
        'code_adaptive',
      ].map((name) => `${name}=0`),
      'interval_ms=500',
      'sites=1',
      'cframe=0',
      'made=PyType_GenericAlloc',
      'made_by_copy=Py_FatalError',
      'ended=PyObject_GC_Del',
      'dealloc=0',
      'breakpoint1=0',
      'breakpoint2=0',
      'last=Py_Main',
      'class_ended=Py_FatalError',
    ]);
  });

  it('gives places in the interpreter to bpftrace alone', () => {
    const { parameters, unsafe } = objectsTrace.script(python(13), options);
    expect(unsafe).toBe(false);
    expect(parameters.slice(-8).map(({ name, engine, word }) => [name, engine, word])).toEqual([
      ['made', 'bpftrace', true],
      ['made_by_copy', 'bpftrace', true],
      ['ended', 'bpftrace', true],
      ...['dealloc', 'breakpoint1', 'breakpoint2'].map((name) => [name, 'bpftrace', undefined]),
      ['last', 'bpftrace', true],
      ['class_ended', 'bpftrace', true],
    ]);
  });

  it('uses instance probes where there are any; its places are the same in dtrace', () => {
    const choice = objectsTrace.script(probed(), options);
    expect([choice.script, choice.ptrace]).toEqual(['objects', undefined]);
    expect(choice.parameters.filter(({ engine }) => engine === undefined).map(({ name }) => name)).toEqual([
      'thread',
      'interval_ms',
    ]);
    expect(choice.parameters[9]).toEqual({ name: 'interval_ms', value: 1000 });
  });
});

it('refuses a column that is none', () => {
  const sort = objectsTrace.options.find(({ flags }) => flags.startsWith('--sort'))!;
  for (const id of COLUMN_IDS) expect(sort.parse!(id)).toBe(id);
  expect(() => sort.parse!('nothing')).toThrow(/alive, new, freed/);
});
