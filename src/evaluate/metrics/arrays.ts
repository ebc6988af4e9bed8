import { UsageError } from '../../core/errors.ts';

export type Numbers = ArrayLike<number>;

/** Probabilities of several classes: one row for each row of the table. */
export type ProbabilityRows = readonly Numbers[];

/** @throws UsageError unless both have the same length, at least 1 */
export function checkPair(truth: Numbers, other: ArrayLike<unknown>): void {
  if (truth.length !== other.length || truth.length === 0) {
    throw new UsageError(
      `truth and predictions must have the same length, at least 1, got ${truth.length} and ${other.length}`,
    );
  }
}

/** The mean of `term` over 0 to `length` - 1. */
export function mean(length: number, term: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += term(i);
  return sum / length;
}

/** A share; of nothing it is 0. */
export const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** Whether predictions are rows of probabilities, one a class. */
export function isRows(values: Numbers | ProbabilityRows): values is ProbabilityRows {
  return typeof values[0] === 'object';
}

/**
 * Checks class indices against rows of probabilities. @returns how many classes there are
 * @throws UsageError for rows of different lengths, or a class that has no probability
 */
export function checkRows(truth: Numbers, rows: ProbabilityRows): number {
  checkPair(truth, rows);
  const classes = rows[0]?.length ?? 0;
  for (let i = 0; i < rows.length; i++) {
    const { length } = rows[i] as Numbers;
    if (length !== classes)
      throw new UsageError(
        `probabilities must have ${classes} classes in every row as in the first, got ${length} in row ${i}`,
      );
    const label = truth[i] as number;
    if (!(Number.isInteger(label) && label >= 0 && label < classes))
      throw new UsageError(
        `truth must hold class indices from 0 to ${classes - 1}, as probabilities have ${classes} classes, got ${label} in row ${i}`,
      );
  }
  return classes;
}
