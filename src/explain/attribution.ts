import { UsageError } from '../core/errors.ts';

/**
 * What each column adds to one output of one row, beyond what a baseline gives: `values` sum to `prediction - base`.
 */
export interface Attribution {
  /** Place of the row among those given, counted from 0. */
  readonly row: number;
  /** Which output of the network: of a binary classifier there is one, that of its second class. */
  readonly output: number;
  readonly prediction: number;
  /** The output of the baseline row, or the mean over the background. */
  readonly base: number;
  /** One for each column, in the order of the table. */
  readonly values: readonly number[];
}

/** An output of a row that is to be explained. */
export interface Task {
  readonly row: number;
  readonly output: number;
}

/** All outputs of all rows, or the given one of each row. @throws UsageError for an output that there is not */
export function tasksOf(rows: number, units: number, outputs: ArrayLike<number> | undefined): Task[] {
  if (!outputs) {
    return Array.from({ length: rows * units }, (_, i) => ({
      row: Math.floor(i / units),
      output: i % units,
    }));
  }
  if (outputs.length !== rows) {
    throw new UsageError(`outputs must have one output for each of the ${rows} rows, got ${outputs.length}`);
  }
  return Array.from(outputs, (output, row) => {
    if (Number.isInteger(output) && output >= 0 && output < units) return { row, output };
    throw new UsageError(`outputs must be whole numbers from 0 to ${units - 1}, got ${output}`);
  });
}
