import { UsageError } from '../core/errors.ts';
import type { Task } from '../data/table/target.ts';

/** What a model said of rows whose targets are known. */
export interface Predictions {
  readonly task: Task;
  /** Of the classes, by index; empty for a regression. */
  readonly labels: readonly string[];
  /** Class indices, or values. */
  readonly truth: Float64Array;
  /** A row for each: the probability of class 1, of every class, or a value. */
  readonly outputs: readonly ArrayLike<number>[];
}

/** @throws UsageError for no rows, classes that have no label or no output, and outputs that are not finite */
export function checkPredictions({ task, labels, truth, outputs }: Predictions): void {
  if (truth.length === 0 || truth.length !== outputs.length) {
    throw new UsageError(
      `an evaluation must have a prediction for each of at least one row, got ${truth.length} rows and ${outputs.length} predictions`,
    );
  }
  const least = { binary: 2, multiclass: 2, regression: 0 }[task];
  if (labels.length < least || (task !== 'multiclass' && labels.length > least))
    throw new UsageError(`labels must be ${least} for a ${task} evaluation, got ${labels.length}`);
  const units = task === 'multiclass' ? labels.length : 1;
  for (let row = 0; row < truth.length; row++) {
    const output = outputs[row] as ArrayLike<number>;
    const place = `row ${row} (counted from 0)`;
    if (output.length !== units)
      throw new UsageError(`outputs must be ${units} a row, got ${output.length} in ${place}`);
    for (let unit = 0; unit < units; unit++) {
      if (Number.isFinite(output[unit])) continue;
      throw new UsageError(
        `predictions must be finite, got ${output[unit]} in ${place}; a model that has diverged cannot be judged`,
      );
    }
    const value = truth[row] as number;
    const isKnown = task === 'regression' ? Number.isFinite(value) : labels[value] !== undefined;
    if (!isKnown) throw new UsageError(`truth must be ${rule(labels)}, got ${value} in ${place}`);
  }
}

const rule = ({ length }: readonly string[]) =>
  length === 0 ? 'finite' : `class indices from 0 to ${length - 1}`;

/** Some of the rows. */
export function takePredictions(predictions: Predictions, rows: Int32Array): Predictions {
  const { truth, outputs } = predictions;
  return {
    ...predictions,
    truth: Float64Array.from(rows, (row) => truth[row] as number),
    outputs: Array.from(rows, (row) => outputs[row] as ArrayLike<number>),
  };
}

/** One output of every row. */
export function outputColumn({ outputs }: Predictions, column = 0): Float64Array {
  return Float64Array.from(outputs, (row) => row[column] as number);
}
