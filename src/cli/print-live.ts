import { Session } from '../models/session.js';
import { displayName, sanitize } from '../wire/names.js';
import type { ModelFacts } from './model.js';
import type { Options } from './options.js';
import { openRecording, prepare, pythonText, sessionFilters } from './prepare.js';
import { Printer } from './printer.js';
import { say } from './say.js';
import { StandardOutput } from './stdout.js';
import type { Subject } from './subject.js';
import { exitStatus, lastWords } from './last-words.js';
import { logFile } from './log-file.js';
import { onSignals } from './signals.js';
import { LiveTrace } from './trace.js';

/** Traces without a screen, and prints. Returns the exit status. */
export async function printLive(subject: Subject, options: Options): Promise<number> {
  const { target, held } = subject;
  const prepared = await prepare(target, 'calls', options);
  const log = logFile(options.log);
  for (const sentence of prepared.choice.sentences) say(sentence);
  if (held && !held.fromFirstCall)
    say('The program could not be held before its first call; its first calls are missing.');

  const threadNames = new Map<number, string>();
  const facts: ModelFacts = {
    since: held ? 'launch' : 'attach',
    minDurationNs: options.minDuration,
    notice: () => 'no calls seen',
  };
  const out = new StandardOutput(() => trace.stop('interrupted'));
  const printer = new Printer(
    options,
    {
      pid: target.pid,
      python: pythonText(target),
      facts,
      title: `calls of ${target.pid} ${sanitize(target.command.map(displayName).join(' ')).slice(0, 200)}`,
      severalThreads: false,
    },
    threadNames,
    out.write,
  );
  const session = new Session(sessionFilters(options), printer.sink);
  const failures: string[] = [];
  const recorder = openRecording(options, prepared, held !== null, (sentence) => {
    failures.push(sentence);
    say(sentence);
  });
  const trace = new LiveTrace(
    session,
    prepared.choice,
    prepared.request,
    held,
    recorder,
    options.duration,
    {
      armed: () => printer.begin(session),
      changed: () => {
        for (const [tid, name] of session.threadNames) threadNames.set(tid, name);
        printer.flush();
      },
      ended: () => printer.flush(),
      note: (sentence) => say(sanitize(sentence)),
    },
    log ? { log } : {},
  );
  const unhook = onSignals(() => trace.stop('interrupted'));
  subject.handOver();
  trace.start();
  const end = await trace.done;
  unhook();
  if (end.reason !== 'failed-to-start') printer.end(end.reason, session.newest);
  await out.drained();
  if (!out.broken) process.stderr.write(lastWords(end, session, target.pid, recorder?.path, options.ascii));
  return out.broken ? 0 : Math.max(exitStatus(end), failures.length > 0 ? 1 : 0);
}
