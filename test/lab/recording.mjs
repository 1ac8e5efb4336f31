// A recording as the models see it: what a story compares with what a program says of itself.
import { readFileSync } from 'node:fs';
import { CallsSession } from '../../dist/models/calls-session.js';

/** `filters`: those of the trace, where it had any. */
export function readRecording(path, filters) {
  const session = new CallsSession(filters);
  session.push(readFileSync(path));
  session.end();
  return session;
}
