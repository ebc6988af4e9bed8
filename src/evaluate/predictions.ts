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

/** The index of the highest of some numbers, the first of equals. */
export function highest(row: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < row.length; i++) if ((row[i] as number) > (row[best] as number)) best = i;
  return best;
}
