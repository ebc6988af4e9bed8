import { UsageError } from '../core/errors.ts';
import { classIndices } from './classes.ts';
import { RandomState, type RandomStateLike } from './random-state.ts';
import type { SplitIndices } from './split.ts';

export interface FoldOptions {
  /** Number of folds. Default 5. */
  readonly nSplits?: number;
  /** Shuffle before dividing. Default false. */
  readonly shuffle?: boolean;
  readonly randomState?: RandomStateLike;
}

/**
 * Divides n rows into folds, each the test part once, as scikit-learn's `KFold`.
 * @throws UsageError unless there are 2 to n folds
 */
export function kFold(n: number, options: FoldOptions = {}): SplitIndices[] {
  const nSplits = checkedSplits(options, n, 'rows');
  const order = Int32Array.from({ length: n }, (_, i) => i);
  if (options.shuffle) RandomState.from(options.randomState).shuffle(order);
  const foldOfRow = new Int32Array(n);
  let start = 0;
  for (let fold = 0; fold < nSplits; fold++) {
    const size = Math.floor(n / nSplits) + (fold < n % nSplits ? 1 : 0);
    for (const row of order.subarray(start, start + size)) foldOfRow[row] = fold;
    start += size;
  }
  return splitsOf(foldOfRow, nSplits);
}

/**
 * Divides rows into folds that each have about the same share of every class, as scikit-learn's `StratifiedKFold`.
 * @throws UsageError unless there are 2 folds or more, and a class with at least as many rows
 */
export function stratifiedKFold(labels: ArrayLike<number>, options: FoldOptions = {}): SplitIndices[] {
  const { rowsOfClass, counts } = classIndices(labels);
  const nSplits = checkedSplits(options, Math.max(0, ...counts), 'rows of the largest class');
  const byAppearance = rowsOfClass.toSorted((a, b) => (a[0] as number) - (b[0] as number));
  const allocation = foldCounts(byAppearance, nSplits);
  const generator = RandomState.from(options.shuffle ? options.randomState : 0);
  const foldOfRow = new Int32Array(labels.length);
  byAppearance.forEach((rows, c) => {
    const folds = (allocation[c] as number[]).flatMap((count, fold) => new Array<number>(count).fill(fold));
    if (options.shuffle) generator.shuffle(folds);
    rows.forEach((row, i) => {
      foldOfRow[row] = folds[i] as number;
    });
  });
  return splitsOf(foldOfRow, nSplits);
}

/** Rows of each class in each fold: every n-th of the sorted labels goes to one fold. */
function foldCounts(rowsOfClass: readonly (readonly number[])[], nSplits: number): number[][] {
  let place = 0;
  return rowsOfClass.map((rows) => {
    const counts = new Array<number>(nSplits).fill(0);
    for (let i = 0; i < rows.length; i++, place++)
      counts[place % nSplits] = (counts[place % nSplits] as number) + 1;
    return counts;
  });
}

function checkedSplits({ nSplits = 5 }: FoldOptions, most: number, what: string): number {
  if (!Number.isInteger(nSplits) || nSplits < 2 || nSplits > most) {
    throw new UsageError(`nSplits must be a whole number from 2 to the ${most} ${what}, got ${nSplits}`);
  }
  return nSplits;
}

function splitsOf(foldOfRow: Int32Array, nSplits: number): SplitIndices[] {
  const rows = Int32Array.from(foldOfRow, (_, row) => row);
  return Array.from({ length: nSplits }, (_, fold) => ({
    train: rows.filter((row) => foldOfRow[row] !== fold),
    test: rows.filter((row) => foldOfRow[row] === fold),
  }));
}
