import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expectGolden } from '../../test/golden/golden.js';
import { hostile } from '../../test/golden/programs.js';
import { START, Traced, WALL } from '../../test/golden/traced.js';
import { noCorrections } from '../models/corrections.js';
import { asciiOnly } from '../text/ascii-only.js';
import { FlowText } from './flow-text.js';
import { JsonCalls } from './json-calls.js';
import { jsonName, JsonStream, jsonText } from './json-stream.js';

/** What a JSON stream writes of a program; `ts` of the header as given. */
function written(program: (traced: Traced) => Traced, ts = START): string {
  let text = '';
  const stream = new JsonStream((chunk) => (text += chunk));
  const sink = new JsonCalls(stream);
  const traced = new Traced({}, sink);
  const header = {
    engine: 'dtrace',
    script: 'calls',
    pid: 1,
    python: '3.15.2',
    wall: WALL,
    ts,
    quality: 'exact',
  } as const;
  stream.begin(header);
  sink.begin(traced.session.functions);
  program(traced).end();
  stream.end({
    reason: 'duration',
    events: traced.session.accepted,
    lost: traced.session.lost,
    corrections: noCorrections(),
  });
  return text;
}

describe('JSON lines', () => {
  it('has a header, a line an event, and an end', () => {
    const text = written((traced) =>
      traced.wait(1).enter(7, 'a', '/a.py', 3).wait(1_000_000_007).call(7, 'b"\n', '/b.py', 5, 250).leave(7),
    );
    expect(text.split('\n')).toEqual([
      '{"type":"header","version":1,"engine":"dtrace","script":"calls","pid":1,"python":"3.15.2","clock":"monotonic-ns","startedAt":"2026-03-14T12:41:04.000Z","quality":"exact"}',
      '{"type":"entry","ts":9876543210123456790,"tid":7,"file":"/a.py","function":"a","line":3}',
      '{"type":"entry","ts":9876543211123456797,"tid":7,"file":"/b.py","function":"b\\"\\n","line":5}',
      '{"type":"return","ts":9876543211123457047,"tid":7,"file":"/b.py","function":"b\\"\\n","line":8,"durationNs":250}',
      '{"type":"return","ts":9876543211123457047,"tid":7,"file":"/a.py","function":"a","line":6,"durationNs":1000000257}',
      `{"type":"end","reason":"duration","events":4,"lost":0,"corrections":${JSON.stringify(noCorrections())}}`,
      '',
    ]);
  });

  it('prints times exactly at any uptime', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 1n << 63n }), fc.nat({ max: 10 ** 14 }), (base, relative) => {
        const line = written((traced) => traced.wait(relative).enter(7, 'a', '/a.py', 3), base).split('\n')[1];
        expect(/"ts":(\d+),/.exec(line)![1]).toBe(String(base + BigInt(relative)));
      }),
      { numRuns: 50 },
    );
  });

  it('writes lines of plain ASCII control-free JSON, whatever the names', () => {
    let text = '';
    const stream = new JsonStream((chunk) => (text += chunk));
    const sink = new JsonCalls(stream);
    const { session } = hostile().feed();
    stream.begin({ engine: 'stap', script: 'calls', pid: 1, python: '', wall: WALL, ts: START, quality: 'partial' });
    sink.begin(session.functions);
    for (let fn = 0; fn < session.functions.size; fn++) sink.call(false, 1, 2, 3, fn, 0, -1, 0, fn === 0);
    stream.flush();
    for (const line of text.trimEnd().split('\n')) {
      expect(() => JSON.parse(line) as unknown).not.toThrow();

      expect(line).not.toMatch(/[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e]/);
    }
    expect(text).toContain('"function":null');
    expect(text).toContain('"function":"\\u202egnp.exe"');
    expect(text).toContain('"inferred":true');
  });

  it('keeps every name as it is for those who parse it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        expect(JSON.parse(jsonText(name))).toBe(name);
      }),
    );
    expect(jsonName('\u0001')).toBe('null');
    expect(jsonName('')).toBe('""');
  });

  it('writes nothing before it has begun', () => {
    const stream = new JsonStream(() => expect.unreachable());
    const sink = new JsonCalls(stream);
    sink.call(false, 1, 2, 3, 0, 0, -1, 0, false);
    stream.flush();
  });
});

describe('the flow as text', () => {
  it('prints calls and returns below each other', () => {
    let text = '';
    const names = new Map([
      [7, 'MainThread'],
      [8, 'worker'],
    ]);
    const sink = new FlowText((chunk) => (text += chunk), {
      title: 'calls of 4242 (python3.15)',
      several: false,
      threadNames: names,
    });
    const traced = new Traced({}, sink).oldThread(8, 'worker');
    sink.begin(traced.session.functions);
    traced.wait(1500).enter(7, 'main', '/srv/app.py', 1).wait(20_000).call(7, 'load', '/srv/app.py', 9, 3_250_000);
    traced.wait(100).enterUnseen(8, 'serve', '/srv/web.py', 77).wait(80_000).leave(8).leave(8).wait(5).leave(7).end();
    sink.flush();
    expectGolden('export-flow.txt', text);
    expect(asciiOnly(text)).toContain('80.0us\n');

    expect(asciiOnly(text)).not.toMatch(/[^\x00-\x7e]/);
  });
});
