// What benchmarks report: a value, what it is measured against, and the bound that it must keep.

/** `bound` is `>= n` or `< n`, or '' where there is none; `value` is compared with it. */
export function row(name, value, unit, against, bound = '') {
  const [sign, limit] = bound.split(' ');
  const ok =
    bound === '' ||
    (sign === '>=' ? value >= Number(limit) : sign === '<=' ? value <= Number(limit) : value < Number(limit));
  return { name, value, unit, against, bound, ok };
}

export function print(rows) {
  const shown = rows.map(({ name, value, unit, against, bound, ok }) => [
    name,
    `${value.toFixed(value >= 100 ? 0 : 2)} ${unit}`,
    against,
    bound === '' ? '' : `${bound} ${ok ? 'kept' : 'MISSED'}`,
  ]);
  const head = ['what', 'measured', 'against', 'bound'];
  const widths = head.map((title, i) => Math.max(title.length, ...shown.map((cells) => cells[i].length)));
  const line = (cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  console.log([line(head), line(widths.map((width) => '-'.repeat(width))), ...shown.map(line)].join('\n'));
}

export const median = (values) => quantile(values, 0.5);

export function quantile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}
