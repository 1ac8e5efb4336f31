import { ExitCode } from '../target/user-error.js';
import type { Quality } from '../models/session.js';
import { span } from '../text/amounts.js';
import { sanitize, sanitizeStart } from '../text/printable.js';
import { readAbout, type RecordingAbout } from '../wire/recording.js';
import type { Terminal } from '../ui/terminal.js';
import { loadViews, viewById, VIEWS, viewOfScript } from '../views/registry.js';
import type { PrintContext, TraceView, ViewContext } from '../views/trace-view.js';
import { TraceDisplay } from './display.js';
import { refuseReplayFilters } from './filters.js';
import { lostTerminal } from './lost-terminal.js';
import { noGuide, type Guide } from './guide.js';
import { parseOptions, refuseForeign, type Options } from './options.js';
import { playRecording, recordedTitle, type Played } from './play.js';
import { firstView, requireRecorded } from './recorded-view.js';
import { say } from './say.js';
import { screenOptions } from './screen-options.js';
import { onSignals } from './signals.js';
import { standardOutput } from './stdout.js';
import { userNames } from './user-names.js';

const REASONS = ['duration', 'target-exited', 'interrupted', 'engine-died'] as const;

/** Shows or prints a recording. Returns the exit status. */
export async function replay(path: string, raw: Readonly<Record<string, unknown>>, terminal: boolean): Promise<number> {
  const about = readAbout(path);
  const wanted = typeof raw.view === 'string' ? viewById(raw.view) : undefined;
  const view = wanted ?? firstView(about, path);
  refuseForeign(raw, view, VIEWS);
  const options = parseOptions(raw, view);
  refuseReplayFilters(view, options);
  await requireRecorded(path, wanted);
  const screen = terminal && !options.json && options.output === undefined && options.own.once !== true;
  return screen ? showReplay(path, view, options) : printReplay(path, view, options);
}

/**
 * Shows a recording in the screens of a live trace, beginning with one view. Returns the exit status. `hint` says what it
 * is, where that is not clear; `terminal` is another than the program's own.
 */
export async function showReplay(
  path: string,
  first: TraceView,
  options: Options,
  hint = '',
  guide: Guide = noGuide(first, options),
  terminal?: Terminal,
): Promise<number> {
  await loadViews();
  const about = readAbout(path);
  let began: number | undefined;
  let whole = false;
  const display: TraceDisplay = new TraceDisplay(
    {
      pid: about.pid,
      python: `python${about.python.split('.').slice(0, 2).join('.')}`,
      command: sanitizeStart(about.command.join(' '), 400),
      users: userNames(),
      engine: `${about.engine} ${about.engineVersion}`.trim(),
    },
    VIEWS.map((view) => ({
      view,
      open: (marks) =>
        view.open(
          replayContext(about, view, guide.options(view), {
            marks,
            revision: () => display.revision(),
            now: () => {
              const { session } = display.opened(view.id);
              if (whole || view !== first || !Number.isFinite(options.speed)) return session.newest;
              return began === undefined ? 0 : (performance.now() - began) * 1e6 * options.speed;
            },
            notice: () => (whole ? 'Nothing was recorded.' : 'The recording begins.'),
          }),
        ),
      tip: guide.tip(view),
      unavailable: () =>
        view === first || display.opened(view.id).session.armed
          ? undefined
          : `This recording holds nothing for ${view.title}.\nRecord it: pytrace ${view.id} PID --record FILE`,
    })),
    first.id,
    `replay of ${recordedTitle(about, first)}`,
  );
  display.state = { kind: 'replay' };
  display.current = { kind: 'running' };
  display.note(hint || `A recording of ${about.startedAt}, made with pytrace ${sanitize(about.pytrace)}.`);
  const stop = new AbortController();
  const { runApp } = await import('../ui/terminal-app.js');
  const app = runApp({
    source: display,
    ...screenOptions(options),
    ...(terminal && { terminal }),
    view: first.id,
    stop: stop.signal,
  });
  let closed = false;
  let played: Played | undefined;
  const { session, slot } = display.opened(first.id);
  // The others stand as they are.
  const tick = setInterval(() => {
    session.tick(slot.now());
    display.changed();
  }, 1000);
  const playing = playRecording(
    path,
    display.sessions(),
    first.id,
    options.speed,
    () => display.changed(),
    () => closed,
    () => (began = performance.now()),
  ).then(
    (end) => {
      played = end;
      whole = true;
      clearInterval(tick);
      // Rates of a recording are over its whole length.
      for (const session of display.sessions().values()) session.average();
      if (end.sentence !== '') display.note(end.sentence);
      display.changed();
    },
    (error: unknown) => {
      stop.abort();
      throw error;
    },
  );
  const timed = Number.isFinite(options.speed);
  // What is played in its own time is looked at, and written, as far as it has come.
  display.part = () => (timed && !whole ? `the first ${span(session.newest)} of the recording` : '');
  const read = (): void => void (display.reading = undefined);
  if (!timed) display.reading = playing.then(read, read);
  await app;
  closed = true;
  clearInterval(tick);
  await playing;
  if (lostTerminal()) return ExitCode.ok;
  if (played && !played.whole) say(played.sentence);
  const failure = display.failure();
  if (failure !== '') say(failure);
  return played?.whole === false || failure !== '' ? ExitCode.trace : ExitCode.ok;
}

/** Prints one view of a recording without a screen. Returns the exit status. */
export async function printReplay(path: string, view: TraceView, options: Options): Promise<number> {
  await view.load();
  const about = readAbout(path);
  let stopped = false;
  const unhook = onSignals(() => (stopped = true));
  standardOutput.onBroken = () => (stopped = true);
  const print: PrintContext = {
    form: options.json ? 'json' : (options.output ?? view.forms[0].id),
    ascii: options.ascii,
    title: recordedTitle(about, view),
    // The session's own: a copy would be made with each piece that is read.
    get threadNames() {
      return opened.session.threadNames;
    },
    write: standardOutput.writer(options),
    enough: () => undefined,
  };
  const opened = view.open(
    replayContext(about, view, options, {
      marks: [],
      now: () => opened.session.newest,
      revision: () => opened.session.accepted,
      notice: () => 'nothing was recorded',
      print,
    }),
  );
  const { session } = opened;
  const printing = opened.printing!;
  if (print.form === 'json') {
    // The header is printed before the rest has been read, and must not promise more than the whole keeps.
    const quality = await wholeQuality(path, about, view, options, () => stopped);
    Object.defineProperty(session, 'quality', { value: quality });
  }
  let begun = false;
  session.onRecord = (record) => {
    if (record.kind !== 'A' || begun) return;
    begun = true;
    printing.begin();
  };
  const played = await playRecording(
    path,
    new Map([[view.id, session]]),
    view.id,
    options.speed,
    () => {
      printing.flush();
      return standardOutput.room();
    },
    () => stopped,
  );
  unhook();
  session.average();
  if (begun) printing.end(REASONS.find((reason) => reason === played.reason) ?? 'engine-died');
  await standardOutput.drained();
  if (standardOutput.broken || lostTerminal()) return ExitCode.ok;
  if (!played.whole) say(played.sentence);
  const failure = opened.failure?.() ?? '';
  if (failure !== '') say(failure);
  return played.whole && failure === '' ? ExitCode.ok : ExitCode.trace;
}

/** How far one view of a recording can be trusted: found out by a first reading of all of it. */
async function wholeQuality(
  path: string,
  about: RecordingAbout,
  view: TraceView,
  options: Options,
  stopped: () => boolean,
): Promise<Quality> {
  const { session } = view.open(
    replayContext(about, view, options, { marks: [], now: () => 0, revision: () => 0, notice: () => '' }),
  );
  const nothing = (): void => undefined;
  await playRecording(path, new Map([[view.id, session]]), view.id, Infinity, nothing, stopped);
  return session.quality;
}

type Moving = Pick<ViewContext, 'marks' | 'now' | 'revision' | 'notice'> & { readonly print?: PrintContext };

function replayContext(about: RecordingAbout, view: TraceView, options: Options, moving: Moving): ViewContext {
  return {
    // Shorter calls were not recorded, whatever is asked for now.
    options: { ...options, minDuration: Math.max(options.minDuration, about.filters.minDurationNs) },
    pid: about.pid,
    python: about.python,
    // Where the program was started with a view, the others came to it later.
    since: viewOfScript(about.script) === view ? about.since : 'attach',
    ...moving,
  };
}
