import type { AppSource, Stage } from '../../src/ui/app-source.js';
import type { HeaderModel } from '../../src/ui/header.js';
import { viewSlot } from '../../src/views/view-slot.js';
import { bar, spark } from '../../src/views/bars.js';
import { glyphsFor } from '../../src/views/glyphs.js';
import { cutStart, fit } from '../../src/text/width.js';
import type { View } from '../../src/views/view.js';

export interface DemoRow {
  readonly name: string;
  readonly where: string;
  calls: number;
  self: number;
  readonly history: number[];
}

export interface DemoModel {
  readonly rows: readonly DemoRow[];
}

interface DemoState {
  readonly cursor: number;
  readonly top: number;
  readonly sort: 'self' | 'calls';
  readonly filter: string;
  readonly thread: number;
}

const NAMES = [
  'reprice',
  'scan_once',
  'render',
  'Money.__add__',
  'handle_request',
  'flush',
  'quantize',
  'dispatch',
  'loads',
];
const FILES = [
  'shop/cart.py',
  'json/decoder.py',
  'jinja2/environment.py',
  'shop/money.py',
  'sqlalchemy/orm/session.py',
];

/** A model that changes a little at every step, the same way every time. */
export class DemoModelSource {
  readonly rows: DemoRow[] = [];
  private seed = 7;

  constructor(count = 200) {
    for (let at = 0; at < count; at++) {
      const name = `${NAMES[at % NAMES.length]}${at >= NAMES.length ? `_${at}` : ''}`;
      this.rows.push({
        name,
        where: `${FILES[at % FILES.length]}:${at * 7 + 12}`,
        calls: 0,
        self: 1 / (at + 2),
        history: [],
      });
    }
  }

  private random(): number {
    this.seed = (this.seed * 1103515245 + 12345) & 0x7fffffff;
    return this.seed / 0x7fffffff;
  }

  step(): void {
    for (const row of this.rows) {
      row.calls += Math.floor(this.random() * 900 * row.self * 10);
      row.self = Math.max(0.001, row.self * (0.97 + this.random() * 0.06));
      row.history.push(row.self * (0.7 + 0.6 * this.random()));
      if (row.history.length > 10) row.history.shift();
    }
  }

  clone(): DemoModel {
    return { rows: this.rows.map((row) => ({ ...row, history: [...row.history] })) };
  }
}

function visible(model: DemoModel, state: DemoState): DemoRow[] {
  return model.rows.filter((row) => row.name.includes(state.filter)).sort((a, b) => b[state.sort] - a[state.sort]);
}

export const demoView: View<DemoModel, DemoState> = {
  id: 'demo',
  title: 'demo',
  needs: [],
  keys: [
    { command: 'sort', keys: 's', short: 'sort', long: 'sort by the next column', priority: 30 },
    { command: 'move', keys: '↑↓', short: 'move', long: 'move; PgUp PgDn Home End further' },
    { command: 'enter', keys: 'Enter', short: 'drill', long: 'look into the function', priority: 35 },
  ],
  glossary: [
    ['SELF', 'time in the function itself, without what it calls'],
    ['CALLS', 'entries that the probe counted: exact, not sampled'],
  ],
  initial: () => ({ cursor: 0, top: 0, sort: 'self', filter: '', thread: 0 }),
  filter: (state, text) => ({ ...state, filter: text, cursor: 0, top: 0 }),
  reduce(state, command, model, viewport) {
    const count = visible(model, state).length;
    const page = viewport.height - 1;
    const by: Record<string, number> = { up: -1, down: 1, 'page-up': -page, 'page-down': page, first: -1e9, last: 1e9 };
    if (command === 'sort') return { ...state, sort: state.sort === 'self' ? 'calls' : 'self' };
    if (command.startsWith('pick-thread:')) return { ...state, thread: Number(command.slice(12)) };
    if (by[command] === undefined) return state;
    const cursor = Math.max(0, Math.min(count - 1, state.cursor + by[command]));
    const top = Math.max(cursor - page + 1, Math.min(state.top, cursor));
    return { ...state, cursor, top };
  },
  lines(model, state, { width, height, ascii, paint }) {
    const glyphs = glyphsFor(ascii);
    const where = Math.max(0, Math.min(34, width - 66));
    const name = Math.max(0, width - 44 - where);
    const sorted = (key: string, text: string) => (state.sort === key ? text + glyphs.sorted : ` ${text}`);
    const head = fit(
      ` ${sorted('self', 'SELF%').padStart(8)} ${sorted('calls', 'CALLS').padStart(12)}  SHARE       LAST    ${fit('FUNCTION', name)}${fit('WHERE', where)}`,
      width,
    );
    const lines = [paint('heading', head)];
    visible(model, state)
      .slice(state.top, state.top + height - 1)
      .forEach((row, at) => {
        const selected = state.top + at === state.cursor;
        const front = `${selected ? '>' : ' '}${(row.self * 100).toFixed(1).padStart(7)} ${row.calls.toLocaleString('en').padStart(13)}  `;
        const back = `${fit(row.name, name, 'left', ascii)}${fit(cutStart(row.where, where, ascii), where)}`;
        const shape = `${bar(row.self * 2, 10, glyphs)}  ${spark(row.history, 6, glyphs)}`;
        if (selected) lines.push(paint('selected', fit(`${front}${shape}  ${back}`, width)));
        else
          lines.push(fit(front, front.length) + paint('accent', shape) + fit(`  ${back}`, width - front.length - 18));
      });
    while (lines.length < height) lines.push(' '.repeat(width));
    return lines.slice(0, height);
  },
  chrome: (model, state) => ({
    context: `thread ${state.thread === 0 ? 'ALL' : `worker-${state.thread}`}   filter ${state.filter || '-'}   window 10s`,
    message: `shares of one core; ${visible(model, state).length} of ${model.rows.length} functions; row ${state.cursor + 1}`,
  }),
};

/** A whole source around the demo view, moved on by `step`. */
export class DemoSource implements AppSource {
  readonly model = new DemoModelSource();
  stageNow: Stage = { kind: 'running' };
  headerNow: HeaderModel = {
    pid: 41822,
    python: 'python3.11',
    command: 'gunicorn: worker [shop.wsgi]',
    state: { kind: 'live' },
    badge: { kind: 'exact', from: 'usdt' },
    elapsedMs: 192_000,
    engine: 'dtrace 2.0.7',
    events: 0,
    eventRate: 38_200,
    rateHistory: [2, 3, 5, 7, 5, 3],
    lost: 0,
    cpu: 61,
    cpuBefore: 58,
    rssBytes: 212 * 1024 * 1024,
    threads: 9,
    extra: ['gc 1.3%', 'privacy off'],
  };
  steps = 0;
  /** So that a test sees the difference between drawn and drawn again. */
  log: string[] = ['probes: 3 of 3 armed'];
  private held: DemoModel | undefined;
  readonly views = [
    viewSlot(demoView, () => this.held ?? this.model),
    viewSlot({ ...demoView, id: 'objects', title: 'objects' }, () => this.model, {
      unavailable: () => 'This Python has no instance probes.\nThe other views work; see D for what was found.',
    }),
  ];

  step(): void {
    this.steps++;
    this.model.step();
    const rate = 30_000 + ((this.steps * 7919) % 12_000);
    const rateHistory = [...this.headerNow.rateHistory, rate].slice(-6);
    const events = this.headerNow.events + rate / 10;
    this.headerNow = {
      ...this.headerNow,
      events,
      eventRate: rate,
      rateHistory,
      elapsedMs: this.headerNow.elapsedMs + 100,
    };
  }

  revision = () => this.steps;
  stage = () => this.stageNow;
  phases = () =>
    [
      { name: 'target', state: 'done', detail: 'python3.11 (pid 41822, uid 1000, alive)', elapsedMs: 3 },
      { name: 'probes', state: 'done', detail: 'function-entry, function-return, line, gc: found', elapsedMs: 104 },
      { name: 'compile', state: 'running', detail: 'stap pass 4 of 5', elapsedMs: 3800 },
      { name: 'arm', state: 'waiting', detail: '', elapsedMs: undefined },
    ] as const;
  header = () => this.headerNow;
  threads = () => [
    { id: 0, name: 'all threads', note: '' },
    { id: 1, name: 'MainThread', note: '1.2k calls/s' },
    { id: 2, name: 'worker-2', note: '20k calls/s' },
  ];
  diagnostics = () => this.log;
  traceNow = () => this.steps * 1e8;
  freeze = () => void (this.held = this.model.clone());
  thaw = () => void (this.held = undefined);
  action = (name: string) => {
    if (name === 'mark') return () => ({ say: 'marked m1' });
    if (name === 'export') {
      return () => ({
        show: { title: 'exported', lines: ['./pytrace-41822.folded', '200 stacks, 12 kB, readable by you only'] },
      });
    }
    return undefined;
  };
}
