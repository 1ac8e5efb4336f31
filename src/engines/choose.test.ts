import { expect, it } from 'vitest';
import { fakeEngine, fakeHost, fakeRequest } from '../../test/fakes/request.js';
import { UserError } from '../target/user-error.js';
import { chooseEngine } from './choose.js';

const here = [fakeEngine('dtrace'), fakeEngine('stap')];
const bpftrace = { ...fakeEngine('bpftrace'), version: '0.27.1' };
const missing = here.map((facts) => ({ ...facts, path: null }));

function refusal(action: () => unknown): UserError {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new Error('no UserError was thrown');
}

it('takes for each script what fits it best, and says why', () => {
  const all = [...here, bpftrace];
  const taken = (script: string, engine: 'auto' | 'stap' = 'auto') =>
    chooseEngine(engine, all, { ...fakeRequest(), script });
  expect(taken('calls').engine.id).toBe('dtrace');
  expect(taken('top').engine.id).toBe('bpftrace');
  expect(taken('objects-alloc').sentences[0]).toMatch(/^Tracing with bpftrace 0\.27\.1 .*: it needs neither ptrace/);
  expect(taken('objects-alloc', 'stap').sentences[0]).toMatch(/\)\.$/);
});

it('takes dtrace first for calls', () => {
  const choice = chooseEngine('auto', here, fakeRequest());
  expect(choice.engine.id).toBe('dtrace');
  expect(choice.sentences).toHaveLength(1);
  expect(choice.sentences[0]).toMatch(/^Tracing with dtrace 1 \(.*\): it loses no call/);
});

it('takes the next one where there is an objection, and says it', () => {
  const choice = chooseEngine('auto', [missing[0], here[1]], fakeRequest());
  expect(choice.engine.id).toBe('stap');
  expect(choice.sentences[1]).toMatch(/^dtrace is not installed/);
});

it('takes what was asked for, or says why not', () => {
  expect(chooseEngine('stap', here, fakeRequest()).engine.id).toBe('stap');
  const broken = [here[0], fakeEngine('stap', 'good', fakeHost({ kernelHeaders: false }))];
  const error = refusal(() => chooseEngine('stap', broken, fakeRequest()));
  expect(error.message).toMatch(/build folder/);
  expect(error.exitCode).toBe(3);
});

it('leaves dtrace out where it would have to hold the target by ptrace, unless that was allowed', () => {
  const needed = { ...fakeRequest(), ptrace: 'needed' as const };
  const choice = chooseEngine('auto', here, needed);
  expect(choice.engine.id).toBe('stap');
  expect(choice.sentences[1]).toMatch(
    /^dtrace can count this only while it holds process 4321 by ptrace.*--allow-ptrace/,
  );
  expect(refusal(() => chooseEngine('dtrace', here, needed)).message).toMatch(/--engine stap/);
  expect(chooseEngine('auto', here, { ...needed, ptrace: 'allowed' }).engine.id).toBe('dtrace');
});

it('says where nothing is installed, and where nothing fits', () => {
  expect(refusal(() => chooseEngine('auto', missing, fakeRequest())).message).toMatch(
    /^No tracer is installed; install package bpftrace/,
  );
  const error = refusal(() => chooseEngine('auto', here, fakeRequest({}, { exeDeleted: true })));
  expect(error.details).toHaveLength(2);
});
