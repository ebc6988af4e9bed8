import { stripVTControlCharacters } from 'node:util';
import asciichart from 'asciichart';
import Table from 'cli-table3';
import { colors } from './colors.ts';

/** Whether people watch: progress lines may overwrite themselves. */
export const isInteractive = process.stderr.isTTY === true && process.env.TERM !== 'dumb';
const progressEveryMs = isInteractive ? 80 : 2000;

/** One line on standard error that follows the work; on a terminal it overwrites itself. */
export class ProgressLine {
  private lastShown = 0;
  private isOpen = false;
  private readonly silent: boolean;

  constructor(silent: boolean) {
    this.silent = silent;
  }

  /** Shows the text unless something was shown a moment ago. */
  update(text: string, { always = false } = {}): void {
    const now = performance.now();
    if (this.silent || (!always && now - this.lastShown < progressEveryMs)) return;
    this.lastShown = now;
    if (isInteractive) {
      const width = (process.stderr.columns ?? 80) - 1;
      const plain = stripVTControlCharacters(text);
      process.stderr.write(`\r\x1b[2K${plain.length > width ? plain.slice(0, width) : text}`);
      this.isOpen = true;
    } else {
      process.stderr.write(`${text}\n`);
    }
  }

  /** Leaves the last line standing. */
  end(): void {
    if (this.isOpen) process.stderr.write('\n');
    this.isOpen = false;
  }
}

/** A note for people, on standard error. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** A path as a POSIX shell takes it for one word. */
export function shellWord(path: string): string {
  return /^[\w./,:@%+=-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`;
}

/** The same with all texts made harmless: a file from elsewhere must not command the terminal. */
export function printable<T>(value: T): T {
  return harmless(value) as T;
}

function harmless(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(/\p{Cc}/gu, '\ufffd');
  if (Array.isArray(value)) return value.map(harmless);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [harmless(name), harmless(inner)]));
}

/** A table with a header; `NO_COLOR` and pipes get plain text. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const plain = { head: [], border: [], compact: true };
  const result = new Table({ head: head.map((title) => colors.bold(title)), style: plain });
  result.push(...rows.map((row) => [...row]));
  return result.toString();
}

/** Names and what they stand for, a line each. */
export function factLines(facts: readonly (readonly [name: string, value: string])[]): string {
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `${colors.dim(name.padEnd(width))}  ${value}`).join('\n');
}

const chartHeight = 10;

/**
 * Curves of one quantity over the epochs, as wide as the terminal allows; each is named where it ends. Values that are
 * not finite are left out.
 */
export function curves(
  title: string,
  series: readonly { name: string; values: readonly number[] }[],
): string {
  const longest = Math.max(...series.map(({ name }) => name.length));
  const width = Math.max(20, Math.min(100, (process.stdout.columns ?? 90) - 12 - longest));
  const styles = [asciichart.blue, asciichart.yellow];
  const paint = [colors.blue, colors.yellow];
  const legend = series.map(({ name }, i) => (paint[i] ?? colors.reset)(`── ${name}`)).join('   ');
  const heading = `${colors.bold(title)}   ${legend}`;
  const drawn = series
    .map(({ name, values }, i) => ({ name, values: resample(values, width), style: styles[i] }))
    .filter(({ values }) => values.length > 0);
  if (drawn.length === 0) return `${heading}\n  no finite values`;
  const range = rangeOf(drawn.flatMap(({ values }) => values));
  const chart = asciichart.plot(
    drawn.map(({ values }) => values),
    {
      ...range,
      height: chartHeight,
      format: (x: number) => x.toFixed(4).padStart(9),
      ...(colors.isColorSupported && { colors: drawn.map(({ style }) => style) }),
    },
  );
  const ends = namesByRow(drawn, range);
  return [heading, ...chart.split('\n').map((line, row) => `${line}${ends.get(row) ?? ''}`)].join('\n');
}

interface Range {
  readonly min: number;
  readonly max: number;
}

/** From the least to the greatest value; a constant is drawn in the middle. */
function rangeOf(values: readonly number[]): Range {
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const margin = max > min ? 0 : Math.abs(max) / 10 || 1;
  return { min: min - margin, max: max + margin };
}

/** The names of the series by the row of the chart in which they end, counted from its top as asciichart does. */
function namesByRow(
  series: readonly { name: string; values: readonly number[] }[],
  { min, max }: Range,
): Map<number, string> {
  const ratio = chartHeight / (max - min);
  const names = new Map<number, string>();
  for (const { name, values } of series) {
    const row = Math.round(max * ratio) - Math.round((values.at(-1) as number) * ratio);
    names.set(row, [...(names.has(row) ? [names.get(row)] : []), name].join(', '));
  }
  return names;
}

/** Stretches or thins values to `width` points; the first and the last stay. */
function resample(values: readonly number[], width: number): number[] {
  const finite = values.filter(Number.isFinite);
  const last = finite.length - 1;
  if (last < 1) return [...finite, ...finite];
  return Array.from({ length: width }, (_, i) => finite[Math.round((i * last) / (width - 1))] as number);
}
