import { UsageError } from '../core/errors.ts';

/** Scores as scikit-learn computes them; a share of nothing counts as 0 (`zero_division=0`). */
type Numbers = ArrayLike<number>;

/** How scores of several classes become one number. `binary` is the score of class 1. */
export interface AverageOption {
  readonly average?: 'binary' | 'macro' | 'micro' | 'weighted';
}

function checkPair(truth: Numbers, other: Numbers): void {
  if (truth.length !== other.length || truth.length === 0) {
    throw new UsageError(
      `truth and predictions must have the same length, at least 1, got ${truth.length} and ${other.length}`,
    );
  }
}

function mean(length: number, term: (i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < length; i++) sum += term(i);
  return sum / length;
}

/** Share of the rows whose class is right. */
export function accuracy(truth: Numbers, predicted: Numbers): number {
  checkPair(truth, predicted);
  return mean(truth.length, (i) => (truth[i] === predicted[i] ? 1 : 0));
}

/** Rows are true classes, columns predicted ones, both in ascending order of their labels. */
export function confusionMatrix(truth: Numbers, predicted: Numbers): number[][] {
  checkPair(truth, predicted);
  const labels = [...new Set([...Array.from(truth), ...Array.from(predicted)])].sort((a, b) => a - b);
  const place = new Map(labels.map((label, i) => [label, i]));
  const matrix = labels.map(() => labels.map(() => 0));
  for (let i = 0; i < truth.length; i++) {
    const row = matrix[place.get(truth[i] as number) as number] as number[];
    const column = place.get(predicted[i] as number) as number;
    row[column] = (row[column] as number) + 1;
  }
  return matrix;
}

/** Mean recall of the classes that occur. */
export function balancedAccuracy(truth: Numbers, predicted: Numbers): number {
  const recalls = classCounts(truth, predicted).filter(({ support }) => support > 0);
  return mean(recalls.length, (i) => ratio(recalls[i]?.right ?? 0, recalls[i]?.support ?? 0));
}

interface ClassCounts {
  readonly label: number;
  /** Rows of this class that were recognised, rows said to be of it, and rows that are. */
  readonly right: number;
  readonly predicted: number;
  readonly support: number;
}

function classCounts(truth: Numbers, predicted: Numbers): ClassCounts[] {
  const labels = [...new Set([...Array.from(truth), ...Array.from(predicted)])].sort((a, b) => a - b);
  return confusionMatrix(truth, predicted).map((row, i, matrix) => ({
    label: labels[i] as number,
    right: row[i] as number,
    predicted: matrix.reduce((sum, other) => sum + (other[i] as number), 0),
    support: row.reduce((sum, count) => sum + count, 0),
  }));
}

const ratio = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);

type ClassScore = (counts: Omit<ClassCounts, 'label'>) => number;

function averaged(
  truth: Numbers,
  predicted: Numbers,
  { average = 'binary' }: AverageOption,
  score: ClassScore,
): number {
  const classes = classCounts(truth, predicted);
  if (average === 'binary') {
    const positive = classes.find(({ label }) => label === 1);
    if (classes.some(({ label }) => label !== 0 && label !== 1)) {
      throw new UsageError(
        "average 'binary' must get labels 0 and 1 only; choose 'macro', 'micro' or 'weighted'",
      );
    }
    return positive ? score(positive) : 0;
  }
  const total = (key: 'right' | 'predicted' | 'support') =>
    classes.reduce((sum, counts) => sum + counts[key], 0);
  if (average === 'micro') {
    return score({ right: total('right'), predicted: total('predicted'), support: total('support') });
  }
  const weight = (counts: ClassCounts) =>
    average === 'weighted' ? counts.support / truth.length : 1 / classes.length;
  return classes.reduce((sum, counts) => sum + weight(counts) * score(counts), 0);
}

/** Share of the rows said to be of a class that are. */
export function precision(truth: Numbers, predicted: Numbers, option: AverageOption = {}): number {
  return averaged(truth, predicted, option, (counts) => ratio(counts.right, counts.predicted));
}

/** Share of the rows of a class that were recognised. */
export function recall(truth: Numbers, predicted: Numbers, option: AverageOption = {}): number {
  return averaged(truth, predicted, option, (counts) => ratio(counts.right, counts.support));
}

/** Harmonic mean of precision and recall. */
export function f1(truth: Numbers, predicted: Numbers, option: AverageOption = {}): number {
  return averaged(truth, predicted, option, (counts) =>
    ratio(2 * counts.right, counts.predicted + counts.support),
  );
}

/** Matthews correlation coefficient, for any number of classes. */
export function matthewsCorrelation(truth: Numbers, predicted: Numbers): number {
  const classes = classCounts(truth, predicted);
  const n = truth.length;
  const sum = (term: (counts: ClassCounts) => number) =>
    classes.reduce((total, counts) => total + term(counts), 0);
  const covariance = sum(({ right }) => right) * n - sum(({ predicted: p, support }) => p * support);
  const truthSpread = n * n - sum(({ support }) => support ** 2);
  const predictedSpread = n * n - sum(({ predicted: p }) => p ** 2);
  return ratio(covariance, Math.sqrt(truthSpread * predictedSpread));
}

/** One point of a curve over the thresholds: counts of rows at or above the threshold. */
interface ThresholdCounts {
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
}

function thresholdCounts(truth: Numbers, scores: Numbers): ThresholdCounts[] {
  checkPair(truth, scores);
  const order = Array.from({ length: truth.length }, (_, i) => i).sort(
    (a, b) => (scores[b] as number) - (scores[a] as number),
  );
  const counts: ThresholdCounts[] = [];
  let truePositives = 0;
  let falsePositives = 0;
  order.forEach((row, i) => {
    if (truth[row] === 1) truePositives++;
    else falsePositives++;
    const threshold = scores[row] as number;
    const next = order[i + 1];
    if (next === undefined || scores[next] !== threshold)
      counts.push({ threshold, truePositives, falsePositives });
  });
  return counts;
}

/** A receiver operating characteristic: the rates at each threshold, which falls from infinity. */
export interface RocCurve {
  readonly fpr: readonly number[];
  readonly tpr: readonly number[];
  readonly thresholds: readonly number[];
}

/**
 * False and true positive rates over the thresholds; points on a straight line between others are left out, as in
 * scikit-learn (`drop_intermediate`).
 * @throws UsageError when only one class occurs
 */
export function rocCurve(truth: Numbers, scores: Numbers): RocCurve {
  const all = thresholdCounts(truth, scores);
  const { truePositives: positives = 0, falsePositives: negatives = 0 } = all.at(-1) ?? {};
  if (positives === 0 || negatives === 0)
    throw new UsageError('truth must have both classes, 0 and 1, for a ROC curve');
  const start = { threshold: Number.POSITIVE_INFINITY, truePositives: 0, falsePositives: 0 };
  const points = [start, ...withoutStraights(all)];
  return {
    fpr: points.map(({ falsePositives }) => falsePositives / negatives),
    tpr: points.map(({ truePositives }) => truePositives / positives),
    thresholds: points.map(({ threshold }) => threshold),
  };
}

function withoutStraights(points: readonly ThresholdCounts[]): ThresholdCounts[] {
  const step = (i: number, key: 'truePositives' | 'falsePositives') =>
    (points[i] as ThresholdCounts)[key] - (points[i - 1] as ThresholdCounts)[key];
  const bends = (i: number, key: 'truePositives' | 'falsePositives') => step(i, key) !== step(i + 1, key);
  return points.filter((_, i) => {
    if (i === 0 || i === points.length - 1) return true;
    return bends(i, 'truePositives') || bends(i, 'falsePositives');
  });
}

/** Area under the ROC curve; ties count half. */
export function rocAuc(truth: Numbers, scores: Numbers): number {
  const { fpr, tpr } = rocCurve(truth, scores);
  let area = 0;
  for (let i = 1; i < fpr.length; i++) {
    area +=
      (((fpr[i] as number) - (fpr[i - 1] as number)) * ((tpr[i] as number) + (tpr[i - 1] as number))) / 2;
  }
  return area;
}

/** Sum over the thresholds of the gain in recall times the precision. */
export function averagePrecision(truth: Numbers, scores: Numbers): number {
  const counts = thresholdCounts(truth, scores);
  const positives = counts.at(-1)?.truePositives ?? 0;
  let before = 0;
  let sum = 0;
  for (const { truePositives, falsePositives } of counts) {
    sum += ratio(truePositives - before, positives) * (truePositives / (truePositives + falsePositives));
    before = truePositives;
  }
  return sum;
}

/** Mean negative log-likelihood of binary labels; probabilities are kept one double epsilon away from 0 and 1. */
export function logLoss(truth: Numbers, probabilities: Numbers): number {
  checkPair(truth, probabilities);
  const clip = (p: number) => Math.min(Math.max(p, Number.EPSILON), 1 - Number.EPSILON);
  return mean(truth.length, (i) => {
    const p = clip(probabilities[i] as number);
    return -Math.log(truth[i] === 1 ? p : 1 - p);
  });
}

/** Mean squared difference between probability and outcome. */
export function brierScore(truth: Numbers, probabilities: Numbers): number {
  return meanSquaredError(truth, probabilities);
}

export function meanSquaredError(truth: Numbers, predicted: Numbers): number {
  checkPair(truth, predicted);
  return mean(truth.length, (i) => ((truth[i] as number) - (predicted[i] as number)) ** 2);
}

export function meanAbsoluteError(truth: Numbers, predicted: Numbers): number {
  checkPair(truth, predicted);
  return mean(truth.length, (i) => Math.abs((truth[i] as number) - (predicted[i] as number)));
}

/** Coefficient of determination: 1 - residual sum of squares / total sum of squares. */
export function r2(truth: Numbers, predicted: Numbers): number {
  const average = mean(truth.length, (i) => truth[i] as number);
  const residual = meanSquaredError(truth, predicted);
  const total = mean(truth.length, (i) => ((truth[i] as number) - average) ** 2);
  if (total === 0) return residual === 0 ? 1 : 0;
  return 1 - residual / total;
}
