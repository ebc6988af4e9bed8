import { UsageError } from '../core/errors.ts';
import { classIndices } from './classes.ts';
import { type Matrix, takeRows } from './matrix.ts';
import { RandomState, type RandomStateLike } from './random-state.ts';

/** How to divide rows into a training and a test part. */
export interface SplitOptions {
  /** A share below 1, or a number of rows. Default: what `trainSize` leaves, or 0.25. */
  readonly testSize?: number;
  /** A share below 1, or a number of rows. Default: what `testSize` leaves. */
  readonly trainSize?: number;
  /** Shuffle before splitting. Default true. */
  readonly shuffle?: boolean;
  /** Labels of the rows, where both parts are to have the same share of each class. */
  readonly stratify?: ArrayLike<number>;
  readonly randomState?: RandomStateLike;
}

/** Row indices of the two parts. */
export interface SplitIndices {
  readonly train: Int32Array;
  readonly test: Int32Array;
}

/**
 * Divides n rows as scikit-learn's `train_test_split` does.
 * @throws UsageError for sizes that do not fit, or classes too small to be in both parts
 */
export function splitIndices(n: number, options: SplitOptions = {}): SplitIndices {
  const { shuffle = true, stratify } = options;
  const sizes = partSizes(n, options);
  if (!shuffle) {
    if (stratify)
      throw new UsageError('stratify must come with shuffling, got shuffle false; leave one of them out');
    const rows = Int32Array.from({ length: n }, (_, i) => i);
    return { train: rows.slice(0, sizes.train), test: rows.slice(sizes.train, sizes.train + sizes.test) };
  }
  const generator = RandomState.from(options.randomState);
  if (stratify) return stratifiedSplit(stratify, sizes, generator);
  const order = generator.permutation(n);
  return { test: order.slice(0, sizes.test), train: order.slice(sizes.test, sizes.test + sizes.train) };
}

/** Divides rows and their labels; see `splitIndices`. */
export function trainTestSplit<Y extends Int32Array | Float64Array>(
  data: { readonly x: Matrix; readonly y: Y },
  options: SplitOptions = {},
): { train: { x: Matrix; y: Y }; test: { x: Matrix; y: Y } } {
  const take = (indices: Int32Array) => ({ x: takeRows(data.x, indices), y: takeLabels(data.y, indices) });
  const { train, test } = splitIndices(data.x.rows, options);
  return { train: take(train), test: take(test) };
}

function takeLabels<Y extends Int32Array | Float64Array>(y: Y, indices: Int32Array): Y {
  const labels = y.slice(0, indices.length) as Y;
  indices.forEach((row, i) => {
    labels[i] = y[row] as number;
  });
  return labels;
}

interface PartSizes {
  readonly train: number;
  readonly test: number;
}

function partSizes(n: number, { testSize, trainSize }: SplitOptions): PartSizes {
  checkSize('testSize', testSize, n);
  checkSize('trainSize', trainSize, n);
  const rowsOf = (size: number, round: (x: number) => number) => (size < 1 ? round(size * n) : size);
  const wantedTest = testSize ?? (trainSize === undefined ? 0.25 : undefined);
  const wantedTrain = trainSize === undefined ? undefined : rowsOf(trainSize, Math.floor);
  const test = wantedTest === undefined ? n - (wantedTrain ?? 0) : rowsOf(wantedTest, Math.ceil);
  const train = wantedTrain ?? n - test;
  if (train + test > n) {
    throw new UsageError(
      `trainSize and testSize must fit into ${n} rows, got ${train} and ${test}; make one smaller`,
    );
  }
  if (train <= 0)
    throw new UsageError(
      `the training part must have at least one of the ${n} rows, got ${train}; lower testSize`,
    );
  return { train, test };
}

function checkSize(name: string, size: number | undefined, n: number): void {
  if (size === undefined) return;
  const isShare = size > 0 && size < 1;
  const isCount = Number.isInteger(size) && size >= 1 && size < n;
  if (!isShare && !isCount) {
    throw new UsageError(
      `${name} must be a share between 0 and 1 or a number of rows below ${n}, got ${size}; use 0.2 for 20 %`,
    );
  }
}

/** scikit-learn's StratifiedShuffleSplit: divides each class by itself, then shuffles each part. */
function stratifiedSplit(labels: ArrayLike<number>, sizes: PartSizes, generator: RandomState): SplitIndices {
  const { rowsOfClass, counts } = classIndices(labels);
  const smallest = Math.min(...counts);
  if (smallest < 2)
    throw new UsageError(`stratify must have at least 2 rows of every class, got a class with ${smallest}`);
  for (const [name, size] of Object.entries(sizes)) {
    if (size < counts.length) {
      throw new UsageError(
        `the ${name} part must have at least one row of each of the ${counts.length} classes, got ${size} rows`,
      );
    }
  }
  const trainCounts = approximateMode(counts, sizes.train, generator);
  const rest = counts.map((count, c) => count - (trainCounts[c] as number));
  const testCounts = approximateMode(rest, sizes.test, generator);
  const train: number[] = [];
  const test: number[] = [];
  rowsOfClass.forEach((rows, c) => {
    const order = Array.from(generator.permutation(rows.length), (i) => rows[i] as number);
    const nTrain = trainCounts[c] as number;
    train.push(...order.slice(0, nTrain));
    test.push(...order.slice(nTrain, nTrain + (testCounts[c] as number)));
  });
  return { train: generator.permutation(train), test: generator.permutation(test) };
}

/** Draws from each class in proportion; what rounding leaves goes to the largest remainders, ties at random. */
function approximateMode(counts: readonly number[], draws: number, generator: RandomState): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const continuous = counts.map((count) => (count / total) * draws);
  const result = continuous.map(Math.floor);
  let missing = Math.trunc(draws - result.reduce((sum, count) => sum + count, 0));
  const remainders = continuous.map((value, c) => value - (result[c] as number));
  const descending = [...new Set(remainders)].sort((a, b) => b - a);
  for (const value of descending) {
    if (missing <= 0) break;
    const tied = remainders.flatMap((remainder, c) => (remainder === value ? [c] : []));
    const chosen = generator.choice(tied, Math.min(tied.length, missing), { replace: false });
    for (const c of chosen) result[c] = (result[c] as number) + 1;
    missing -= chosen.length;
  }
  return result;
}
