import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelledApp } from '../../test/tty/modelled-app.js';
import type { ActionContext, Answer } from './app-source.js';

let app: ModelledApp;
/** The export that runs, and how it is ended. */
let running: { readonly context: ActionContext; readonly answer: (answer: Answer) => void } | undefined;
let begun = 0;

const turn = () => new Promise((resolve) => setImmediate(resolve));
const typed = (keys: string) => app.typed(keys);

beforeEach(() => {
  app = new ModelledApp();
  begun = 0;
  running = undefined;
  app.source.action = (name: string) => {
    if (name !== 'export') return undefined;
    return ((context: ActionContext) => {
      begun++;
      return new Promise<Answer>((resolve) => {
        running = { context, answer: resolve };
        context.signal.addEventListener('abort', () => resolve({ say: 'called off: no file was written' }));
      });
    }) as unknown as ReturnType<ModelledApp['source']['action']>;
  };
});
afterEach(() => app.finish());

describe('the key e', () => {
  it('says how far it has come, while all other keys are obeyed', async () => {
    app.begin(120, 36);
    await typed('e');
    running!.context.progress('writing file 1 of 5, csv: 64.0k');
    expect(await app.shown()).toContain('writing file 1 of 5, csv: 64.0k   Esc calls it off');
    expect(await typed('jj')).toMatch(/writing file 1 of 5/);
    expect(app.terminal.screen.lines().findIndex((line) => line.startsWith('>'))).toBe(7);
    app.clock.pass(300);
    running!.context.progress('writing file 2 of 5, txt: 1.0M');
    expect(await app.shown()).toContain('writing file 2 of 5, txt: 1.0M');
    running!.answer({ say: 'done', show: { title: 'written to /tmp', lines: ['./calls.csv'] } });
    await turn();
    expect(await app.shown()).toContain('written to /tmp');
    expect(await typed('\u001b')).not.toContain('written to /tmp');
  });

  it('is called off by Esc, and can be pressed again', async () => {
    app.begin(120, 36);
    await typed('e');
    await typed('ee');
    expect(begun).toBe(1);
    await typed('\u001b');
    expect(running!.context.signal.aborted).toBe(true);
    await turn();
    expect(await app.shown()).toContain('called off: no file was written');
    await typed('e');
    expect(begun).toBe(2);
    expect(running!.context.signal.aborted).toBe(false);
  });

  it('leaves Esc to what is open, and does not lie over it in the end', async () => {
    app.begin(120, 36);
    await typed('e');
    expect(await typed('/reprice')).toContain('filter reprice');
    await typed('\u001b');
    expect(running!.context.signal.aborted).toBe(false);
    const help = await typed('?');
    running!.answer({ say: '5 files were written', show: { title: 'written to /tmp', lines: [] } });
    await turn();
    const after = await app.shown();
    expect(after).toContain('help: demo');
    expect(after).not.toContain('written to /tmp');
    expect(help).toContain('help: demo');
    expect(await typed('\u001b')).toContain('5 files were written');
  });

  it('is called off by q, which waits until nothing of it is left', async () => {
    app.begin(120, 36);
    let cleaned = false;
    app.source.action = () =>
      (async (context: ActionContext): Promise<Answer> => {
        await new Promise((resolve) => context.signal.addEventListener('abort', resolve));
        for (let i = 0; i < 5; i++) await turn();
        cleaned = true;
        return {};
      }) as unknown as ReturnType<ModelledApp['source']['action']>;
    await typed('e');
    await typed('q');
    while (app.outcome === undefined) {
      app.clock.pass(10);
      await turn();
    }
    expect(app.outcome).toEqual({ why: 'quit' });
    expect(cleaned).toBe(true);
  });
});
