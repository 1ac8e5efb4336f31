import type { Command } from 'commander';
import { globalHelp } from '../ui/keymap.js';
import { loadViews, viewById, VIEWS } from '../views/registry.js';
import type { TraceView, ViewContext } from '../views/trace-view.js';
import type { KeyHelp } from '../views/view.js';
import { commandTree, type ArgWords, type CommandWords, type OptionWords } from './command-tree.js';
import { DESCRIPTION, ENVIRONMENT, EXAMPLES, EXIT_STATUS, FILES, NOTES, SEE_ALSO, type Item } from './man-text.js';
import { packageVersion } from './program.js';

await loadViews();

/** A trace of nothing: what a view is like, without one. */
const NOTHING: ViewContext = {
  options: { thread: 0, function: '', file: '', minDuration: 0, depth: 0, own: {} },
  ...{ pid: 0, python: '', since: 'attach', marks: [] },
  ...{ now: () => 0, revision: () => 0, notice: () => '' },
};

export const viewKeys = (view: TraceView): readonly KeyHelp[] => view.open(NOTHING).slot.keys;

/** The man page, in the macros of man(7) that groff and mandoc both know. Commands and options come from `program`. */
export function manPage(program: Command): string {
  const [top, ...commands] = commandTree(program);
  const lines = [
    '.\\" Made by: pytrace man. Do not edit.',
    `.TH PYTRACE 1 "" "pytrace ${packageVersion()}" "User Commands"`,
    '.nh', // a command broken by a hyphen cannot be copied
    '.ad l',
    '.SH NAME',
    'pytrace \\- see what a live CPython process is doing, from outside',
    '.SH SYNOPSIS',
    ...commands.flatMap(synopsis).slice(1),
    ...section('DESCRIPTION', paragraphs(DESCRIPTION)),
    '.SH OPTIONS',
    ...top.options.flatMap(optionItem),
    '.SH COMMANDS',
    ...commands.flatMap(commandSection),
    ...section('SCREENS', [
      'Keys of every view:',
      ...items(globalHelp(VIEWS.length).map(({ keys, long }) => [keyNames(keys), long])),
      ...VIEWS.flatMap((view) => [
        ...paragraphs([`Keys of the view ${view.id}:`]),
        ...items(viewKeys(view).map(({ keys, long }) => [keyNames(keys), long])),
      ]),
    ]),
    ...section('EXIT STATUS', items(EXIT_STATUS)),
    ...section('ENVIRONMENT', items(ENVIRONMENT)),
    ...section('FILES', items(FILES)),
    ...section('NOTES', paragraphs(NOTES)),
    ...section(
      'EXAMPLES',
      EXAMPLES.flatMap(([command, what]) => ['.TP', `.B ${text(command)}`, text(what)]),
    ),
    ...section('SEE ALSO', [text(SEE_ALSO)]),
  ];
  return `${lines.join('\n')}\n`;
}

const section = (name: string, lines: readonly string[]): string[] => [`.SH "${name}"`, ...lines];

/** Each after the first under a .PP of its own. */
const paragraphs = (all: readonly string[]): string[] => all.flatMap((paragraph) => ['.PP', text(paragraph)]);

const items = (all: readonly Item[]): string[] =>
  all.flatMap(([name, what]) => ['.TP', `.B ${text(name)}`, text(what)]);

function synopsis({ name, args, options }: CommandWords): string[] {
  const words = args.map(({ shown }) => italic(shown)).join(' ');
  const some = options.length > 1 ? ' [\\fIoptions\\fR]' : '';
  const command = `\\fBpytrace ${text(name)}\\fR${some}`;
  const program = viewById(name) ? ['.br', `${command} \\fB\\-\\-\\fR \\fIprogram\\fR [\\fIarguments\\fR]`] : [];
  return ['.br', words === '' ? command : `${command} ${words}`, ...program];
}

function commandSection({ name, description, summary, args, options }: CommandWords): string[] {
  const sentence = sentenceCase(description === '' ? summary : description);
  const named = options.filter(({ long }) => long !== '--help');
  return [`.SS pytrace ${text(name)}`, text(sentence), ...args.flatMap(argItem), ...named.flatMap(optionItem)];
}

function argItem({ shown, description }: ArgWords): string[] {
  return description === '' ? [] : ['.TP', italic(shown), text(`${description}.`)];
}

function optionItem({ long, short, value, description, values, fallback }: OptionWords): string[] {
  const names = [short, long].filter((name) => name !== '').map((name) => `\\fB${text(name)}\\fR`);
  const choices =
    values.kind === 'words'
      ? ` One of ${values.words.join(', ')}${fallback === '' ? '' : `; ${fallback} unless given`}.`
      : fallback === ''
        ? ''
        : ` Unless given, ${fallback}.`;
  return [
    '.TP',
    `${names.join(', ')}${value === '' ? '' : ` ${italic(value)}`}`,
    text(`${sentenceCase(description)}${choices}`),
  ];
}

function sentenceCase(description: string): string {
  const first = description.charAt(0).toUpperCase() + description.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}

/** `<file>` as \fIfile\fR, `[target...]` as [\fItarget...\fR]. */
function italic(shown: string): string {
  const inner = text(shown.replace(/^[<[]|[>\]]$/g, ''));
  return shown.startsWith('[') ? `[\\fI${inner}\\fR]` : `\\fI${inner}\\fR`;
}

const ARROWS: Readonly<Record<string, string>> = { '↑': 'Up', '↓': 'Down', '←': 'Left', '→': 'Right' };

/** Keys by their names: not every printer has arrows. */
const keyNames = (keys: string): string =>
  keys
    .replace(/[↑↓←→]/g, (arrow) => ` ${ARROWS[arrow]} `)
    .replace(/ +/g, ' ')
    .trim();

/** Text for a line of roff: nothing in it is a request or an escape, and it copies out of the page as typed. */
export function text(raw: string): string {
  const escaped = raw
    .replaceAll('\\', '\\(rs')
    .replaceAll('-', '\\-')
    .replaceAll('`', '\\(ga')
    .replaceAll("'", '\\(aq')
    .replaceAll('^', '\\(ha')
    .replaceAll('~', '\\(ti')
    .replaceAll('"', '\\(dq');
  return escaped.startsWith('.') ? `\\&${escaped}` : escaped;
}
