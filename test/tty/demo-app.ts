// A small application around an invented model, for looking at the terminal and for the stories of real terminals:
//   node --import tsx test/tty/demo-app.ts [dark|light|mono|contrast] [start|live|failed|crash|flood]
process.env['NODE_ENV'] ??= 'production';
const { runApp } = await import('../../src/ui/terminal-app.js');
const { chooseTheme } = await import('../../src/ui/theme.js');
const { wantsAscii } = await import('../../src/views/glyphs.js');
const { DemoSource } = await import('./demo-source.js');

const [wished = '', scene = 'live'] = process.argv.slice(2);
const source = new DemoSource();
if (scene === 'start') {
  source.stageNow = { kind: 'starting', title: 'pytrace demo 41822', hint: 'compiled once for each kernel, then kept' };
  setTimeout(() => (source.stageNow = { kind: 'running' }), 3000);
}
if (scene === 'failed') {
  source.stageNow = {
    kind: 'failed',
    sentence: 'python3.12 (pid 41822) has no function-entry probe.',
    details: ['gc, line and import probes are present: `pytrace gc 41822` works now.', 'why: pytrace doctor 41822'],
  };
}
if (scene === 'crash') {
  setTimeout(() => {
    throw new Error('crashed on purpose');
  }, 500);
}
for (let at = 0; at < 20; at++) source.step();
const timer = setInterval(() => source.step(), 100);
const wish =
  wished === 'light' || wished === 'mono' || wished === 'contrast' || wished === 'dark' ? { theme: wished } : {};
const end = await runApp({
  source,
  theme: chooseTheme({ ...wish, env: process.env } as Parameters<typeof chooseTheme>[0]),
  ascii: wantsAscii(undefined, process.env),
});
clearInterval(timer);
console.log(`ended: ${JSON.stringify(end)}`);
process.exit(end.why === 'quit' ? 0 : 3);
