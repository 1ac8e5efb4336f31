import { Session } from '../models/session.js';
import { readAbout } from '../wire/recording.js';
import type { Options } from './options.js';
import { playRecording, recordedTitle } from './play.js';
import { sessionFilters } from './prepare.js';
import { Printer } from './printer.js';
import { say } from './say.js';
import { onSignals } from './signals.js';
import { StandardOutput } from './stdout.js';

const REASONS = ['duration', 'target-exited', 'interrupted', 'engine-died'] as const;

/** Prints a recording without a screen. Returns the exit status. */
export async function printReplay(path: string, options: Options): Promise<number> {
  const about = readAbout(path);
  let stopped = false;
  const out = new StandardOutput(() => (stopped = true));
  const threadNames = new Map<number, string>();
  const printer = new Printer(
    options,
    {
      pid: about.pid,
      python: about.python,
      facts: { since: about.since, minDurationNs: about.filters.minDurationNs, notice: () => 'no calls were recorded' },
      title: recordedTitle(about),
      severalThreads: false,
    },
    threadNames,
    out.write,
  );
  const session = new Session(sessionFilters(options), printer.sink);
  session.onRecord = (record) => {
    if (record.kind === 'A') printer.begin(session);
  };
  const unhook = onSignals(() => (stopped = true));
  const played = await playRecording(
    path,
    session,
    options.speed,
    () => {
      for (const [tid, name] of session.threadNames) threadNames.set(tid, name);
      printer.flush();
    },
    () => stopped,
  );
  unhook();
  printer.end(REASONS.find((reason) => reason === played.reason) ?? 'engine-died', session.newest);
  await out.drained();
  if (!played.whole && !out.broken) say(played.sentence);
  return played.whole || out.broken ? 0 : 1;
}
