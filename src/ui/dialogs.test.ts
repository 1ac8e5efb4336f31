import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ModelledApp } from '../../test/tty/modelled-app.js';

let app: ModelledApp;
const begin = (...args: Parameters<ModelledApp['begin']>) => app.begin(...args);
const shown = () => app.shown();
const typed = (keys: string) => app.typed(keys);

beforeEach(() => void (app = new ModelledApp()));

afterEach(async () => {
  await app.finish();
});

describe('prompts, panels and screens', () => {
  it('filters while typing, keeps on Enter, undoes on Escape', async () => {
    begin(80, 24);
    expect(await typed('/Money')).toMatch(/filter Money.*Enter keeps/);
    expect(app.terminal.screen.text()).not.toContain('reprice');
    expect(await typed('\r')).toMatch(/\d+ of 200 functions/);
    await typed('/\u007f\u007f\u007f\u007f\u007fquant');
    expect(app.terminal.screen.text()).toContain('quantize');
    expect(await typed('\u001b')).toContain('Money');
    expect(await typed('/\u0015\u001b[200~render\n\u001b[201~\r')).toContain('render');
  });

  it('opens the help, searches it and closes it, leaving nothing behind', async () => {
    begin(120, 36);
    const before = await shown();
    const help = await typed('?');
    expect(help).toContain('┌─ help: demo ─');
    expect(help).toContain('EVERYWHERE');
    expect(await typed('freeze')).not.toContain('OSC 52');
    expect(await typed('\u001b')).toBe(before);
    expect(await typed('?')).toBe(help);
    expect(await typed('?')).toBe(before);
  });

  it('scrolls a help that is too tall', async () => {
    begin(80, 24);
    const first = await typed('?');
    expect(first).toMatch(/\d+ more below/);
    const last = await typed('\u001b[F');
    expect(last).not.toMatch(/more below/);
    expect(last).toContain('CALLS  entries');
  });

  it('picks a thread by its name', async () => {
    begin(80, 24);
    expect(await typed('t')).toMatch(/> +all threads/);
    await typed('\u001b[B');
    const after = await typed('\r');
    expect(after).toContain('worker-1');
    expect(after).toContain('thread MainThread');
    expect(await typed('t')).toMatch(/> +1 {2}MainThread/);
    await typed('\u001b');
  });

  it('shows what an action answers', async () => {
    begin(80, 24);
    expect(await typed('m')).toContain('marked m1');
    app.clock.pass(6000);
    expect(await shown()).not.toContain('marked m1');
    app.terminal.type('e');
    await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await shown()).toContain('200 stacks, 12 kB');
    expect(await typed('q')).not.toContain('200 stacks');
  });

  it('copies the screen through the terminal', async () => {
    begin(80, 24);
    app.terminal.type('y');
    await new Promise((resolve) => setImmediate(resolve));

    const copied = /\u001b\]52;c;([^\u0007]*)\u0007/.exec(app.terminal.screen.sent)?.[1] ?? '';
    expect(Buffer.from(copied, 'base64').toString()).toMatch(/SELF%.*\n> .* reprice/);
    expect(await shown()).toContain('copied');
  });

  it('shows a log that grows, and holds it where it was scrolled to', async () => {
    begin(80, 24);
    app.source.log = Array.from({ length: 100 }, (_, at) => `line ${at}`);
    expect(await typed('D')).toContain('line 99');
    app.source.log.push('line 100');
    app.source.step();
    app.clock.pass(300);
    expect(await shown()).toContain('line 100');
    await typed('\u001b[A\u001b[A');
    expect(app.terminal.screen.text()).not.toContain('line 100');
    expect(app.terminal.screen.text()).not.toContain('line 99 ');
    await typed('\u001b');
  });

  it('says why a view cannot be shown, and names no key that would do nothing', async () => {
    begin(120, 36);
    const text = await typed('\t');
    expect(text).toContain('This Python has no instance probes.');
    expect(text).toContain('[2 objects]');
    expect(text).not.toContain('s sort');
    expect(await typed('1')).toContain('[1 demo]');
  });

  it('says what a chosen view waits for, no longer than it waits', async () => {
    let waits: string | undefined = 'objects: its probes are being put in place';
    Object.assign(app.source, { waiting: (view: string) => (view === 'objects' ? waits : undefined) });
    begin(120, 36);
    expect(await shown()).not.toContain('being put in place');
    expect(await typed('2')).toContain('being put in place');
    waits = undefined;
    app.source.step();
    app.clock.pass(300);
    expect(await shown()).not.toContain('being put in place');
    waits = 'still';
    expect(await typed('1')).not.toContain('still');
  });

  it('hides folders, the command and names while others watch, also from what is copied and written', async () => {
    let told: boolean | undefined;
    Object.assign(app.source, {
      secrets: () => ['MainThread', 'worker-2', 'alice'],
      hide: (on: boolean) => void (told = on),
    });
    app.source.log = ['output in /home/alice/run/out.txt of alice'];
    begin(120, 36);
    expect(await shown()).toMatch(/gunicorn[^]*shop\/cart\.py/);
    const hidden = await typed('P');
    expect(told).toBe(true);
    expect(hidden.split('\n')[0]).toMatch(/^ pytrace {2}41822 {2}python3\.11 +PRIVATE {2}● LIVE/);
    expect(hidden).toMatch(/·····cart\.py:\d+/);
    expect(hidden).not.toMatch(/gunicorn|shop\/|json\/|orm\//);
    expect(await typed('D')).toContain('output in ················out.txt of ·····');
    await typed('\u001b');
    const threads = await typed('t');
    expect(threads).toMatch(/1 {2}··········  .* calls\/s/);
    expect(threads).not.toContain('MainThread');
    expect(await typed('\u001b[B\r')).not.toContain('MainThread');
    app.terminal.type('y');
    await new Promise((resolve) => setImmediate(resolve));

    const copied = /\u001b\]52;c;([^\u0007]*)\u0007/.exec(app.terminal.screen.sent)?.[1] ?? '';
    expect(Buffer.from(copied, 'base64').toString()).toMatch(/·····cart\.py/);
    expect(Buffer.from(copied, 'base64').toString()).not.toContain('shop/');
    expect(await typed('e')).toMatch(/a file would hold what is hidden/);
    expect(await typed('P')).toMatch(/gunicorn[^]*shop\/cart\.py/);
    expect(told).toBe(false);
  });

  it('hides what is private on the way to the picture too', async () => {
    app.source.stageNow = { kind: 'failed', sentence: 'no probe in /home/alice/python.', details: ['see /srv/x/log'] };
    begin(80, 24);
    expect(await shown()).toContain('/home/alice');
    const hidden = await typed('P');
    expect(hidden).toMatch(/in ············python\.[^]*see ·······log/);
  });

  it('goes from the start to the picture', async () => {
    app.source.stageNow = { kind: 'starting', title: 'pytrace demo 41822', hint: 'kept' };
    begin(80, 24);
    expect(await shown()).toMatch(/\[\.\.\.\.] +compile +stap pass 4 of 5/);
    expect(await shown()).toMatch(/D log {2}q cancel/);
    app.clock.pass(2000);
    expect(await shown()).toMatch(/starting, 2\.\d s/);
    app.source.stageNow = { kind: 'running' };
    app.clock.pass(300);
    expect(await shown()).toContain('LIVE');
  });

  it('shows a failure and its log', async () => {
    app.source.stageNow = { kind: 'failed', sentence: 'no function-entry probe.', details: ['why: pytrace doctor'] };
    begin(80, 24);
    expect(await shown()).toMatch(/no function-entry probe\.\n\n +why: pytrace doctor/);
    expect(await typed('D')).toContain('probes: 3 of 3 armed');
    expect(await typed('\u001b')).toContain('q quit');
  });
});
