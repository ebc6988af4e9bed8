import { UsageError } from '../../core/errors.ts';
import { checkPair, type Numbers } from './arrays.ts';
import {
  accuracyOf,
  averaged,
  balancedAccuracyOf,
  type ClassCounts,
  type ClassScore,
  classCounts,
  confusionOf,
  f1Of,
  matthewsOf,
  precisionOf,
  recallOf,
} from './confusion.ts';

/** How scores of several classes become one number. `binary` is the score of class 1. */
export interface AverageOption {
  readonly average?: 'binary' | 'macro' | 'micro' | 'weighted';
}

/** Share of the rows whose class is right. */
export function accuracy(truth: Numbers, predicted: Numbers): number {
  return accuracyOf(countsByClass(truth, predicted).counts);
}

/**
 * Rows are true classes, columns predicted ones.
 *
 * @param labels which classes, in this order, as scikit-learn's `labels`: rows of others are left out. Default: all
 * that occur, in ascending order
 */
export function confusionMatrix(
  truth: Numbers,
  predicted: Numbers,
  labels: readonly number[] = labelsOf(truth, predicted),
): number[][] {
  checkPair(truth, predicted);
  const place = new Map(labels.map((label, i) => [label, i]));
  const matrix = labels.map(() => labels.map(() => 0));
  for (let i = 0; i < truth.length; i++) {
    const row = matrix[place.get(truth[i] as number) ?? -1];
    const column = place.get(predicted[i] as number);
    if (row && column !== undefined) row[column] = (row[column] as number) + 1;
  }
  return matrix;
}

/** Mean recall of the classes that occur. */
export function balancedAccuracy(truth: Numbers, predicted: Numbers): number {
  return balancedAccuracyOf(countsByClass(truth, predicted).counts);
}

/** Share of the rows said to be of a class that are. */
export function precision(truth: Numbers, predicted: Numbers, option: AverageOption = {}): number {
  return averagedScore(truth, predicted, option, precisionOf);
}

/** Share of the rows of a class that were recognised. */
export function recall(truth: Numbers, predicted: Numbers, option: AverageOption = {}): number {
  return averagedScore(truth, predicted, option, recallOf);
}

/** Harmonic mean of precision and recall. */
export function f1(truth: Numbers, predicted: Numbers, option: AverageOption = {}): number {
  return averagedScore(truth, predicted, option, f1Of);
}

/** Matthews correlation coefficient, for any number of classes. */
export function matthewsCorrelation(truth: Numbers, predicted: Numbers): number {
  return matthewsOf(countsByClass(truth, predicted).counts);
}

function averagedScore(
  truth: Numbers,
  predicted: Numbers,
  { average = 'binary' }: AverageOption,
  score: ClassScore,
): number {
  const { labels, counts } = countsByClass(truth, predicted);
  if (average !== 'binary') return averaged(counts, average, score);
  if (labels.some((label) => label !== 0 && label !== 1)) {
    throw new UsageError(
      "average 'binary' must get labels 0 and 1 only; choose 'macro', 'micro' or 'weighted'",
    );
  }
  const positive = counts[labels.indexOf(1)];
  return positive ? score(positive) : 0;
}

function countsByClass(
  truth: Numbers,
  predicted: Numbers,
): { readonly labels: readonly number[]; readonly counts: readonly ClassCounts[] } {
  checkPair(truth, predicted);
  const labels = labelsOf(truth, predicted);
  const place = new Map(labels.map((label, i) => [label, i]));
  const places = (values: Numbers) => Int32Array.from(values, (label) => place.get(label) ?? 0);
  const confusion = confusionOf(places(truth), places(predicted), labels.length);
  return { labels, counts: classCounts(confusion) };
}

function labelsOf(truth: Numbers, predicted: Numbers): number[] {
  const labels = new Set<number>();
  for (const values of [truth, predicted])
    for (let i = 0; i < values.length; i++) labels.add(values[i] as number);
  return [...labels].sort((a, b) => a - b);
}
