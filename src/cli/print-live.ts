import type { Session } from '../models/session.js';
import { engineClock } from '../wire/engine-clock.js';
import { LINE_SEMAPHORE_COST } from '../engines/line-semaphore.js';
import { FREE } from '../target/standstill.js';
import type { PrintContext, TraceView } from '../views/trace-view.js';
import { ExitCode } from '../target/user-error.js';
import { sanitizeStart } from '../text/printable.js';
import { displayName } from '../wire/names.js';
import { exitStatus, lastWords, wordColumns } from './last-words.js';
import { logFile } from './log-file.js';
import { lostTerminal } from './lost-terminal.js';
import type { Options } from './options.js';
import { openRecording, prepare, pythonText, refuseHeld } from './prepare.js';
import { say } from './say.js';
import { onSignals } from './signals.js';
import { stoodFields, type StoodStill } from './standstill-watch.js';
import { standardOutput } from './stdout.js';
import type { Subject } from './subject.js';
import { LiveTrace } from './trace.js';

/** Traces without a screen, and prints. Returns the exit status. */
export async function printLive(view: TraceView, subject: Subject, options: Options): Promise<number> {
  const { target, held } = subject;
  const prepared = await prepare(view, target, options);
  refuseHeld(prepared, held !== null);
  const { choice, request } = prepared;
  const failures: string[] = [];
  const failed = (sentence: string): void => {
    failures.push(sentence);
    say(sentence);
  };
  const log = logFile(options.log, failed);
  for (const sentence of choice.sentences) say(sentence);
  if (request.lineSemaphore !== undefined) say(LINE_SEMAPHORE_COST);
  if (held && !held.fromFirstCall)
    say('The program could not be held before its first call; its first calls are missing.');

  standardOutput.onBroken = () => trace.stop('interrupted');
  const print: PrintContext = {
    form: options.json ? 'json' : (options.output ?? view.forms[0].id),
    ascii: options.ascii,
    title: `${view.id} of ${target.pid} ${sanitizeStart(target.command.map(displayName).join(' '), 200)}`,
    get threadNames() {
      return opened.session.threadNames;
    },
    write: standardOutput.writer(options),
    endFields: () => stoodFields(stood),
    enough: () => trace.stop('duration'),
  };
  let ended: number | undefined;
  let stood: StoodStill = { ms: 0, last: FREE, now: FREE };
  const opened = view.open({
    options,
    pid: target.pid,
    python: pythonText(target),
    since: held ? 'launch' : 'attach',
    now: () => ended ?? traceClock(opened.session.header),
    revision: () => opened.session.accepted,
    notice: () => `nothing was seen`,
    marks: [],
    print,
  });
  const { session } = opened;
  const printing = opened.printing!;
  // Before the recording is made, which else stayed. It is called once the trace is there: nothing in between waits.
  const unhook = onSignals(() => trace.stop('interrupted'));
  const recorder = openRecording(options, prepared, held !== null, failed);
  const second = setInterval(() => {
    // What prints seldom would not find out, and slow the process down for nobody.
    if (lostTerminal()) trace.stop('interrupted');
    session.tick(traceClock(session.header));
  }, 1000);
  const trace: LiveTrace = new LiveTrace(
    { opened, choice, request, held, again: false, recorder, durationSeconds: options.duration },
    {
      armed: () => {
        session.tick(traceClock(session.header));
        printing.begin();
      },
      changed: () => printing.flush(),
      ended: () => {
        ended = Math.max(session.newest, traceClock(session.header));
        printing.flush();
      },
      note: (sentence) => say(sentence),
    },
    log ? { log } : {},
  );
  subject.handOver();
  trace.start();
  const end = await trace.done;
  clearInterval(second);
  unhook();
  stood = end.stood;
  if (end.reason !== 'failed-to-start') printing.end(end.reason);
  await standardOutput.drained();
  if (standardOutput.broken || lostTerminal()) return ExitCode.ok;
  const columns = wordColumns(process.stderr);
  process.stderr.write(lastWords(end, [opened], target.pid, { ascii: options.ascii, columns }));
  if (end.reason === 'failed-to-start') return exitStatus(end);
  const failure = opened.failure?.() ?? '';
  if (failure !== '') say(failure);
  return Math.max(exitStatus(end), failures.length > 0 || failure !== '' ? 1 : 0);
}

/** ns since a stream's header, on its engine's clock; 0 before it has come. */
export function traceClock(header: Session['header']): number {
  return header === undefined ? 0 : Math.max(0, Number(engineClock(header.engine) - header.ts));
}
