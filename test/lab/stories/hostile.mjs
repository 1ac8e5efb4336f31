// Names are the traced program's, and it may be anybody's: none may forge a record, act on a terminal or break JSON.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const names = {
  tab: 'tab\there',
  newline: 'line\nnext',
  record: 'x\nE\t1\t1\t1\t1\t1\tforged\tforged.py\nZ\t1\t1\n',
  looks: 'E\t1\t1\t1\t1\t1\tforged\tforged.py',
  escape: '\u001b[2J\u001b]0;title\u0007',
  bell: 'ring\u0007',
  c1: 'c1\u009b31m\u0085end',
  bidi: 'safe\u202egnp.exe\u2066',
  backslash: 'a\\n\\t\\\\b\\',
  octal: '\\033[31m',
  quotes: '"both\' kinds"',
  percent: '%s%n%d',
  empty: '',
  long: `${'l'.repeat(10_000)}`,
  longUtf8: `${'ü'.repeat(5_000)}`,
  wide: '漢字🐍',
  replacement: 'x\uFFFDy\uFEFFz',
  json: '</script>{"type":"end"}',
};
// A lone surrogate has no UTF-8: CPython 3.9 gives the probe a NULL pointer, 3.15 says so.
const surrogate = '"\\ud800oops"';
const unencodable = { 3.9: null, 3.15: '<unknown>' };

const program = `
import json, sys

def call(name):
    def body():
        pass
    function = type(body)(body.__code__.replace(co_name=name, co_filename=name + ".py"), {})
    function()

names = json.loads(sys.argv[1])
print("ready")
input()
for name in names:
    call(name)
call(${surrogate})
def last():
    pass
last()
`;

/** What can come of a name: so many bytes of it at the most, no half character. */
function cut(t, text) {
  const bytes = Buffer.from(text);
  let end = Math.min(bytes.length, t.engine === 'bpftrace' ? 512 : 255);
  while (end < bytes.length && (bytes[end] & 0xc0) === 0x80) end--;
  return bytes.subarray(0, end).toString();
}

/** All that a terminal would obey or that would deceive its reader. */
// eslint-disable-next-line no-control-regex
const unsafe = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]/;
const safe = (text) => {
  const found = unsafe.exec(text.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ''));
  assert.equal(found, null, found && JSON.stringify(text.slice(Math.max(0, found.index - 80), found.index + 20)));
};

const whole = new Set(Object.values(names).flatMap((name) => [name, `${name}.py`]));

function checkEvents(t, events) {
  const expected = [
    ...Object.values(names).map((name) => [cut(t, name), cut(t, `${name}.py`)]),
    Array(2).fill(unencodable[t.version]),
  ];
  const calls = events.filter(({ function: name, line }) => line === 5 && name !== 'call');
  // What bpftrace has cut pytrace reads whole, where it is still there. An empty text may be one that bpftrace could not
  // read, so it is a question mark where the process is gone.
  const seen = (text) => (t.engine !== 'bpftrace' ? text : text === '?' ? '' : whole.has(text) ? cut(t, text) : text);
  assert.deepEqual(
    calls.filter(({ type }) => type === 'entry').map((event) => [seen(event.function), seen(event.file)]),
    expected,
  );
  assert.ok(!events.some((event) => event.function === 'forged'));
  const end = events.at(-1);
  assert.deepEqual([end.type, end.lost], ['end', 0]);
}

const story = {
  name: 'hostile: no name forges a record, acts on a terminal or breaks JSON, live or replayed',
  views: ['calls'],
  async run(t) {
    const file = join(t.dir, 'run.ptrace');
    const target = await t.target(program, { args: [JSON.stringify(Object.values(names))] });
    const trace = (...options) => t.startPytrace(['calls', target.pid, '--engine', t.engine, ...options]);
    const json = trace('--json', '--record', file);
    // In the VM each engine and each Node costs some ten seconds: there the text comes from the recording alone.
    const texts = t.engine === 'stap' ? [] : [trace('--output', 'flow'), trace('--output', 'tree')];
    await json.see(/"type":"header"/, 30_000);
    for (const text of texts.slice(0, 1)) await text.see(/CALL\n/, 30_000);
    if (texts.length > 0) await t.sleep(1500);
    target.say('go');
    await target.end();
    await json.end(30_000);
    assert.equal(json.code, 0, json.stderr);
    checkEvents(t, json.json);
    safe(json.stdout);
    safe(json.stderr);
    // In the file, too: a line is a record and printable ASCII, whatever the names were.
    const lines = readFileSync(file, 'latin1').split('\n');
    assert.ok(lines.every((line) => /^$|^[A-Z]\t[\t\x20-\x7e]*$/.test(line)));
    const forms = t.engine === 'stap' ? [] : ['--output=tree', '--json'];
    const replays = await Promise.all(['--output=flow', ...forms].map((form) => t.pytrace(['replay', file, form])));
    const again = t.engine === 'stap' ? null : replays.pop();
    if (again) {
      assert.equal(again.code, 0, again.stderr);
      assert.deepEqual(
        again.lines.slice(1, -1),
        json.lines.slice(1, -1),
        'the replay is the same as what was shown live',
      );
    }
    await Promise.all(texts.map((text) => text.end(30_000)));
    for (const text of [...texts, ...replays]) {
      assert.equal(text.code, 0, text.stderr);
      safe(text.stdout);
      safe(text.stderr);
      for (const shown of [
        'tab\\\\there',
        'line\\\\nnext',
        '\\\\x1b\\[2J',
        // The name alone, since a file `.py` is not empty; with bpftrace perhaps `?`, see above.
        t.engine === 'bpftrace' ? '(?:\\(empty\\)|\\?) +\\.py:5' : '\\(empty\\) +\\.py:5',
        t.version === '3.9' ? '\\(null\\)' : '<unknown>',
        '漢字🐍',
        'safe\\\\u\\{202e\\}gnp',
      ]) {
        assert.match(text.stdout, new RegExp(shown));
      }
    }
  },
};

export default [
  { ...story, engines: ['dtrace', 'bpftrace'], pythons: ['3.9', '3.15'] },
  { ...story, engines: ['stap'], pythons: ['3.9'] },
];
