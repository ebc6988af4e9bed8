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

/** A table with a header; `NO_COLOR` and pipes get plain text. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const plain = { head: [], border: [], compact: true };
  const result = new Table({ head: head.map((title) => colors.bold(title)), style: plain });
  result.push(...rows.map((row) => [...row]));
  return result.toString();
}

/** Curves of one quantity over the epochs, as wide as the terminal allows. */
export function curves(
  title: string,
  series: readonly { name: string; values: readonly number[] }[],
): string {
  const width = Math.max(20, Math.min(100, (process.stdout.columns ?? 90) - 12));
  const styles = [asciichart.blue, asciichart.yellow];
  const paint = [colors.blue, colors.yellow];
  const data = series.map(({ values }) => resample(values, width));
  const legend = series.map(({ name }, i) => (paint[i] ?? colors.reset)(`── ${name}`)).join('   ');
  const options = colors.isColorSupported ? { colors: styles } : {};
  const chart = asciichart.plot(data, {
    height: 10,
    format: (x: number) => x.toFixed(4).padStart(9),
    ...options,
  });
  return `${colors.bold(title)}   ${legend}\n${chart}`;
}

/** Stretches or thins values to `width` points; the first and the last stay. */
function resample(values: readonly number[], width: number): number[] {
  const finite = values.filter(Number.isFinite);
  const last = finite.length - 1;
  if (last < 1) return [...finite, ...finite];
  return Array.from({ length: width }, (_, i) => finite[Math.round((i * last) / (width - 1))] as number);
}
