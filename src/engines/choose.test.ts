import { expect, it } from 'vitest';
import { fakeEngine, fakeHost, fakeRequest } from '../../test/fakes/request.js';
import { UserError } from '../target/user-error.js';
import { chooseEngine } from './choose.js';

const here = [fakeEngine('dtrace'), fakeEngine('stap')];
const missing = here.map((facts) => ({ ...facts, path: null }));

function refusal(action: () => unknown): UserError {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error;
  }
  throw new Error('no UserError was thrown');
}

it('takes dtrace first', () => {
  const choice = chooseEngine('auto', here, fakeRequest());
  expect(choice.engine.id).toBe('dtrace');
  expect(choice.sentences).toHaveLength(1);
  expect(choice.sentences[0]).toMatch(/^Tracing with dtrace 1 \(/);
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

it('says where nothing is installed, and where nothing fits', () => {
  expect(refusal(() => chooseEngine('auto', missing, fakeRequest())).message).toMatch(
    /Neither dtrace nor SystemTap is installed/,
  );
  const error = refusal(() => chooseEngine('auto', here, fakeRequest({}, { exeDeleted: true })));
  expect(error.details).toHaveLength(2);
});
