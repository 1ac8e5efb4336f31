// One way to take in a stream from standard input: node ingest-child.mjs session|readline|split|bytes.
// Prints the lines and the milliseconds of CPU time from the first byte to the last.
import { createInterface } from 'node:readline';

const [way] = process.argv.slice(2);
let began;
let beganWall;
const begin = () => {
  began ??= process.cpuUsage();
  beganWall ??= performance.now();
};
/** CPU time of all threads, the collector's too: what else the machine does is not in it. */
function say(lines, more = {}) {
  const { user, system } = process.cpuUsage(began);
  console.log(JSON.stringify({ lines, ms: (user + system) / 1000, wall: performance.now() - beganWall, ...more }));
}

if (way === 'session') {
  const { CallsSession } = await import('../dist/models/calls-session.js');
  const session = new CallsSession();
  process.stdin.on('data', (chunk) => {
    begin();
    session.push(chunk);
  });
  process.stdin.on('end', () => {
    session.end();
    const { scanner, lost, tree, flow } = session;
    say(scanner.events, { lost, nodes: tree.nodes.count, shown: flow.next, corrections: tree.corrections });
  });
} else if (way === 'readline') {
  // The plain way to write it: a line, its fields, calls and time of each function, a stack for each thread.
  let lines = 0;
  const functions = new Map();
  const stacks = new Map();
  process.stdin.once('readable', begin);
  createInterface({ input: process.stdin, crlfDelay: Infinity })
    .on('line', (text) => {
      lines++;
      const [kind, ts, tid, , , , name, file] = text.split('\t');
      if (kind !== 'E' && kind !== 'R') return;
      const key = `${name}\t${file}`;
      let counts = functions.get(key);
      if (counts === undefined) functions.set(key, (counts = { calls: 0, ns: 0 }));
      let stack = stacks.get(tid);
      if (stack === undefined) stacks.set(tid, (stack = []));
      if (kind === 'E') {
        counts.calls++;
        stack.push(Number(ts));
      } else counts.ns += Number(ts) - (stack.pop() ?? 0);
    })
    .on('close', () => say(lines, { functions: functions.size }));
} else if (way === 'split') {
  // Only the reading of lines and fields, for which nothing is kept.
  let lines = 0;
  let fields = 0;
  process.stdin.once('readable', begin);
  createInterface({ input: process.stdin, crlfDelay: Infinity })
    .on('line', (line) => {
      lines++;
      fields += line.split('\t').length;
    })
    .on('close', () => say(lines, { fields }));
} else {
  let bytes = 0;
  let lines = 0;
  process.stdin.on('data', (chunk) => {
    begin();
    bytes += chunk.length;
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
  });
  process.stdin.on('end', () => say(lines, { bytes }));
}
