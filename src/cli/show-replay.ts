import { Session } from '../models/session.js';
import { sanitize } from '../wire/names.js';
import { readAbout } from '../wire/recording.js';
import { SessionDisplay } from './display.js';
import type { Options } from './options.js';
import { playRecording, recordedTitle, type Played } from './play.js';
import { sessionFilters } from './prepare.js';
import { say } from './say.js';
import { screenOptions } from './screen-options.js';

/** Shows a recording in the screens of a live trace. Returns the exit status. `hint` says what it is, where that is not clear. */
export async function showReplay(path: string, options: Options, hint = ''): Promise<number> {
  const about = readAbout(path);
  const session = new Session(sessionFilters(options));
  const began = performance.now();
  let whole: number | undefined;
  const clock = (): number =>
    whole ?? (Number.isFinite(options.speed) ? (performance.now() - began) * 1e6 * options.speed : session.newest);
  const display = new SessionDisplay(
    session,
    {
      pid: about.pid,
      python: `python${about.python.split('.').slice(0, 2).join('.')}`,
      command: sanitize(about.command.join(' ')).slice(0, 400),
      engine: `${about.engine} ${about.engineVersion}`.trim(),
    },
    { since: about.since, minDurationNs: about.filters.minDurationNs, notice: () => 'No calls were recorded.' },
    `replay of ${recordedTitle(about)}`,
    clock,
  );
  display.state = { kind: 'replay' };
  display.current = { kind: 'running' };
  display.note(hint || `A recording of ${about.startedAt}, made with pytrace ${sanitize(about.pytrace)}.`);
  const stop = new AbortController();
  const { runApp } = await import('../ui/terminal-app.js');
  const app = runApp({ source: display, ...screenOptions(options), stop: stop.signal });
  let closed = false;
  let played: Played | undefined;
  const tick = setInterval(() => {
    session.tick(clock());
    display.changed();
  }, 1000);
  const playing = playRecording(
    path,
    session,
    options.speed,
    () => display.changed(),
    () => closed,
  ).then(
    (end) => {
      played = end;
      whole = session.newest;
      clearInterval(tick);
      // Rates of a recording are over its whole length.
      session.average();
      if (end.sentence !== '') display.note(end.sentence);
      display.changed();
    },
    (error: unknown) => {
      stop.abort();
      throw error;
    },
  );
  await app;
  closed = true;
  clearInterval(tick);
  await playing;
  if (played && !played.whole) say(played.sentence);
  return played?.whole === false ? 1 : 0;
}
