// A recording as the models see it: what a story compares with what a program says of itself.
import { readFileSync } from 'node:fs';
import { CallsSession } from '../../dist/models/calls-session.js';

export function readRecording(path) {
  const session = new CallsSession();
  session.push(readFileSync(path));
  session.end();
  return session;
}
