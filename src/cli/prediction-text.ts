import { stringify } from 'csv-stringify/sync';
import { UsageError } from '../core/errors.ts';
import type { TablePart } from '../data/table/table-parts.ts';
import type { Target } from '../data/table/target.ts';
import type { TablePredictions } from '../train/trained-model.ts';

export const predictionFormats = ['csv', 'jsonl'] as const;

/** What predictions are written as. */
export type PredictionFormat = (typeof predictionFormats)[number];

/** Writes predictions as text, a line for each row of the table: also for those that have none. */
export interface PredictionWriter {
  /** Before the first row. */
  readonly head: string;
  rows(part: TablePart, predictions: TablePredictions): string;
}

/**
 * @param kept columns of the table that come before the predictions
 * @throws UsageError for a kept column that has the name of a prediction
 */
export function predictionWriter(
  format: PredictionFormat,
  target: Target,
  kept: readonly string[],
): PredictionWriter {
  const classes = target.labels.map((label) => `probability_${label}`);
  const added = ['prediction', ...classes];
  const taken = kept.find((name) => added.includes(name));
  if (taken !== undefined) {
    throw new UsageError(
      `--keep must not name a column that predictions have, got ${taken}; rename it first`,
    );
  }
  if (format === 'jsonl') return { head: '', rows: (part, given) => jsonLines(part, given, target, kept) };
  return {
    head: csvText([[...kept, ...added]]),
    rows: (part, given) =>
      csvText(
        byRow(part, given).map(({ row, output, label }) => [
          ...kept.map((name) => part.kept.get(name)?.[row] ?? ''),
          ...(output ? [label ?? decimal(output[0]), ...probabilities(output, target)] : added.map(() => '')),
        ]),
      ),
  };
}

/** Text that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay as they are. */
const csvText = (rows: readonly (readonly (string | number)[])[]) =>
  stringify(rows as (string | number)[][], { escape_formulas: true, cast: { number: String } });

function jsonLines(
  part: TablePart,
  given: TablePredictions,
  target: Target,
  kept: readonly string[],
): string {
  const lines = byRow(part, given).map(({ row, output, label }) => {
    const cells = kept.map((name) => [name, part.kept.get(name)?.[row] ?? '']);
    const values = output && probabilities(output, target);
    return JSON.stringify({
      ...Object.fromEntries(cells),
      prediction: output ? (label ?? decimal(output[0])) : null,
      ...(target.labels.length > 0 && {
        probabilities: values ? Object.fromEntries(target.labels.map((name, i) => [name, values[i]])) : null,
      }),
    });
  });
  return lines.map((line) => `${line}\n`).join('');
}

interface RowPrediction {
  readonly row: number;
  readonly output?: readonly number[];
  readonly label?: string | undefined;
}

/** One entry for each row of the table; those that were left out for missing cells have no outputs. */
function byRow({ table }: TablePart, { rows, outputs, labels }: TablePredictions): RowPrediction[] {
  const all: RowPrediction[] = Array.from({ length: table.rows }, (_, row) => ({ row }));
  rows.forEach((row, i) => {
    all[row] = { row, output: outputs[i] as readonly number[], label: labels?.[i] };
  });
  return all;
}

/** The probability of each class. */
function probabilities(output: readonly number[], { labels }: Target): number[] {
  if (labels.length !== 2 || output.length !== 1) return labels.map((_, i) => decimal(output[i]));
  const [second = 0] = output;
  return [decimal(1 - second), decimal(second)];
}

/** Nine digits tell every number of single precision from its neighbours. */
const decimal = (value: number | undefined) => Number((value ?? Number.NaN).toPrecision(9));
