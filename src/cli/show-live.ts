import { isRoot } from '../engines/root-only.js';
import { firstFrame } from '../ui/first-frame.js';
import type { TraceView } from '../views/trace-view.js';
import { noGuide, type Guide } from './guide.js';
import { LiveRun } from './live-run.js';
import { lostTerminal } from './lost-terminal.js';
import type { Options } from './options.js';
import { prepare } from './prepare.js';
import { say } from './say.js';
import { screenOptions } from './screen-options.js';
import { onSignals } from './signals.js';
import type { Subject } from './subject.js';

/** After so long without the end of the tracer, it is said what is being waited for, ms. */
const SAY_WAITING_AFTER = 400;

/** Traces with the screens, until they are quit. Returns the exit status. */
export async function showLive(
  view: TraceView,
  subject: Subject,
  options: Options,
  guide: Guide = noGuide(view, options),
): Promise<number> {
  // Rights and passwords belong on the plain terminal; for root nothing is to be asked, and the picture comes at once.
  const early = isRoot() ? undefined : await prepare(view, subject.target, guide.options(view));
  const run = new LiveRun(view, subject, options, guide);
  const { display, title } = run.screen;
  const look = screenOptions(options);
  // Until the screens have theirs: the default would leave the terminal, and a recording, as they are at that moment.
  const unhookEarly = onSignals(() => run.stop.abort());
  subject.handOver();
  const unpaint = firstFrame(title, display.steps, look);
  const begun = run.begin(early);
  begun.catch(() => undefined); // told below, once the screens are closed
  const { runApp } = await import('../ui/terminal-app.js').finally(unpaint);
  const app = runApp({ source: display, ...look, view: view.id, stop: run.stop.signal });
  unhookEarly();
  const end = await app;
  const unhook = onSignals((signal) => {
    if (signal !== 'SIGHUP') process.exit(1);
  });
  const silent = end.why === 'lost-terminal' || lostTerminal();
  const told = silent ? null : setTimeout(() => say('Removing the probes…'), SAY_WAITING_AFTER);
  try {
    return await run.finish(begun, silent);
  } finally {
    unhook();
    if (told) clearTimeout(told);
  }
}
