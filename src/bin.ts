#!/usr/bin/env node
// React keeps a record of every render unless this is set, and Ink is loaded after it.
process.env.NODE_ENV ??= 'production';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`pytrace: Node ${process.versions.node} is too old: install Node 20.19 or newer.\n`);
  process.exit(2);
}

const { exit, outliveTerminal } = await import('./cli/lost-terminal.js');
outliveTerminal();
const { main } = await import('./cli/main.js');
const status = await main(process.argv.slice(2));
// What is still open (a tracer on its way out has its guard) must not hold the shell.
await new Promise<void>((resolve) => process.stderr.write('', () => resolve()));
exit(status);
