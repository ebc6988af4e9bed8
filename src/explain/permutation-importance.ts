import { knownOptions, wholeNumber } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import type { Features } from '../train/rows.ts';
import { type Judge, judgeOf, type Worse } from './importance-judge.ts';
import { interval95, meanOf, varianceOf } from './interval.ts';
import { checkTruth, importanceMetric, type MetricName } from './metric.ts';
import { randomOrder } from './random-order.ts';
import {
  type ExplainedModel,
  type ExplainRunOptions,
  type FeatureRows,
  featureRows,
  predictMany,
  runOptionNames,
  type Subject,
  subjectOf,
} from './subject.ts';

export interface PermutationImportanceOptions extends ExplainRunOptions {
  /** Default log_loss for classifiers, mse for regressions. */
  readonly metric?: string;
  /** How often each column is shuffled, at least 2. Default 10. */
  readonly repeats?: number;
  /** Default 0. */
  readonly seed?: number;
  /**
   * The order of the rows of each repeat, instead of random ones: row i gets the column's value of row
   * `permutations[repeat][i]`.
   */
  readonly permutations?: readonly ArrayLike<number>[];
}

/** How much worse the predictions are when the values of one column are shuffled among the rows. */
export interface ColumnImportance {
  readonly column: string;
  /** Mean over the repeats: above 0 where the column helps. */
  readonly mean: number;
  /** Population standard deviation over the repeats, as scikit-learn's `importances_std`. */
  readonly standardDeviation: number;
  /** Of the mean: from the few repeats, and from the rows that there happen to be. */
  readonly standardErrors: { readonly repeats: number; readonly rows: number };
  /** 95 % confidence interval from both errors. */
  readonly interval: readonly [low: number, high: number];
  /** Whether the interval leaves out 0: what it holds cannot be told from noise. */
  readonly isClear: boolean;
  readonly repeats: readonly number[];
}

export interface PermutationImportance {
  readonly metric: MetricName;
  /** Whether less of the metric is better; importances are differences for the worse either way. */
  readonly isLoss: boolean;
  /** The metric with nothing shuffled. */
  readonly baseline: number;
  readonly rows: number;
  readonly repeats: number;
  /** In the order of the table. */
  readonly columns: readonly ColumnImportance[];
}

/**
 * Permutation importance of raw columns (Breiman, "Random Forests", 2001; Fisher, Rudin and Dominici, 2019). A column of
 * categories is shuffled as a whole; a repeat shuffles all columns alike, as in scikit-learn.
 *
 * The interval holds the error from the shuffles and, by a jackknife over groups of rows, the one from the rows, so that
 * a column that helps on these rows by chance does not look important.
 *
 * @param data features as the network takes them, and one target a row (class index or value)
 * @throws UsageError for options or data that do not fit, CancelledError when the signal is aborted
 */
export async function permutationImportance(
  model: ExplainedModel,
  data: { readonly x: Features; readonly y: ArrayLike<number> },
  options: PermutationImportanceOptions = {},
): Promise<PermutationImportance> {
  knownOptions('permutationImportance', options, [
    'metric',
    'repeats',
    'seed',
    'permutations',
    ...runOptionNames,
  ]);
  const subject = subjectOf(model, options);
  const x = featureRows(data.x, 'x', subject.network);
  if (x.rows < 2) throw new UsageError(`x must have at least two rows to shuffle, got ${x.rows}`);
  checkTruth(data.y, x.rows, model.loss, subject.units);
  const metric = importanceMetric(model.loss, options.metric);
  const { seed = 0 } = options;
  wholeNumber('seed', seed, 0, 0xffffffff);
  const orders = ordersOf(x.rows, seed, options);
  const unshuffled = await subject.engine.predict(subject.network, subject.weights, x.values, x.rows);
  const judge = judgeOf(metric, { truth: data.y, outputs: unshuffled, rows: x.rows, seed });
  const columns = await shuffledColumns(subject, x, orders, judge);
  const { name, isLoss } = metric;
  const { baseline } = judge;
  return { metric: name, isLoss, baseline, rows: x.rows, repeats: orders.length, columns };
}

function ordersOf(
  rows: number,
  seed: number,
  { repeats = 10, permutations }: PermutationImportanceOptions,
): readonly ArrayLike<number>[] {
  wholeNumber('repeats', repeats, 2);
  if (!permutations)
    return Array.from({ length: repeats }, (_, i) => randomOrder(rows, seed, 'shuffledRows', i));
  wholeNumber('the number of permutations', permutations.length, 2);
  permutations.forEach((order, repeat) => {
    const isOrder = order.length === rows && new Set(Array.from(order)).size === rows;
    const isInside = Array.from(order).every((row) => Number.isInteger(row) && row >= 0 && row < rows);
    if (isOrder && isInside) return;
    throw new UsageError(
      `permutations must each hold the rows 0 to ${rows - 1} once, got something else in number ${repeat}`,
    );
  });
  return permutations;
}

/** Sends all shuffled copies of the rows through the network, column after column, and judges each column. */
async function shuffledColumns(
  subject: Subject,
  x: FeatureRows,
  orders: readonly ArrayLike<number>[],
  judge: Judge,
): Promise<ColumnImportance[]> {
  const { columns, units } = subject;
  const { inputs } = subject.network;
  const copies = orders.length * x.rows;
  const outputs = new Float32Array(copies * units);
  const judged: ColumnImportance[] = [];
  const write = (copy: number, into: Float32Array, at: number) => {
    const { first = 0, width = 0 } = columns[Math.floor(copy / copies)] ?? {};
    const order = orders[Math.floor((copy % copies) / x.rows)] as ArrayLike<number>;
    const row = copy % x.rows;
    const start = row * inputs;
    for (let i = 0; i < inputs; i++) into[at + i] = x.values[start + i] as number;
    const other = (order[row] as number) * inputs;
    for (let i = first; i < first + width; i++) into[at + i] = x.values[other + i] as number;
  };
  await predictMany(subject, columns.length * copies, write, (copy, values, at) => {
    const place = copy % copies;
    for (let unit = 0; unit < units; unit++) outputs[place * units + unit] = values[at + unit] as number;
    if (place < copies - 1) return;
    judged.push(importanceOf(columns[judged.length]?.name ?? '', judge.worse(outputs)));
  });
  return judged;
}

function importanceOf(column: string, { repeats, without }: Worse): ColumnImportance {
  const mean = meanOf(repeats);
  const groups = without.length;
  const parts = [
    {
      standardError: Math.sqrt(varianceOf(repeats, 1) / repeats.length),
      degreesOfFreedom: repeats.length - 1,
    },
    // The jackknife's variance is (groups - 1) times that of its values.
    { standardError: Math.sqrt((groups - 1) * varianceOf(without, 0)), degreesOfFreedom: groups - 1 },
  ] as const;
  const interval = interval95(mean, parts);
  return {
    column,
    mean,
    standardDeviation: Math.sqrt(varianceOf(repeats, 0)),
    standardErrors: { repeats: parts[0].standardError, rows: parts[1].standardError },
    interval,
    isClear: interval[0] > 0 || interval[1] < 0,
    repeats,
  };
}
