import type { RowExplanation } from '../explain/explanation.ts';
import { brief, counted, number, withSpread } from '../report/numbers.ts';
import { colors } from './colors.ts';

const mostSteps = 8;
/** Letters from the lowest to the highest value. */
const width = 32;

interface Step {
  readonly label: string;
  readonly cell: string;
  readonly value: number;
  readonly text: string;
}

/** What the columns add, largest first, as bars that start where the one before ends. */
export function waterfall(
  columns: readonly string[],
  { cells }: RowExplanation,
  {
    base,
    values,
    standardErrors,
  }: {
    readonly base: number;
    readonly values: readonly number[];
    readonly standardErrors?: readonly number[];
  },
): string {
  const order = values.map((_, i) => i).sort((a, b) => Math.abs(values[b] ?? 0) - Math.abs(values[a] ?? 0));
  const steps = order.slice(0, mostSteps).map((i): Step => {
    const value = values[i] as number;
    const cell = cells[i] ?? '';
    const text = withSpread(value, standardErrors?.[i] ?? 0);
    return {
      label: brief(columns[i] ?? '', 26),
      cell: typeof cell === 'number' ? number(cell) : brief(cell, 12),
      value,
      text,
    };
  });
  const others = order.slice(mostSteps);
  if (others.length > 0) {
    const value = others.reduce((sum, i) => sum + (values[i] as number), 0);
    steps.push({ label: counted(others.length, 'other column'), cell: '', value, text: number(value, 3) });
  }
  return drawn(base, steps);
}

function drawn(base: number, steps: readonly Step[]): string {
  const ends = [base];
  for (const { value } of steps) ends.push((ends.at(-1) as number) + value);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const place = (value: number) => Math.round(((value - low) / (high - low || 1)) * width);
  const pad = (texts: readonly string[]) => Math.max(...texts.map((text) => text.length));
  const [label, cell, amount] = [
    pad(steps.map((step) => step.label)),
    pad(steps.map((step) => step.cell)),
    pad(steps.map((step) => signed(step))),
  ];
  const lines = steps.map((step, i) => {
    const [from, to] = [place(ends[i] as number), place(ends[i + 1] as number)];
    const bar = `${' '.repeat(Math.min(from, to))}${'█'.repeat(Math.max(1, Math.abs(to - from)))}`;
    const paint = step.value < 0 ? colors.blue : colors.red;
    return `  ${step.label.padEnd(label)}  ${step.cell.padStart(cell)}  ${signed(step).padStart(amount)}  ${paint(bar)}`;
  });
  return [`  from ${number(base)}`, ...lines, `  to ${number(ends.at(-1) as number)}`].join('\n');
}

function signed({ value, text }: Step): string {
  return value > 0 ? `+${text}` : text;
}
