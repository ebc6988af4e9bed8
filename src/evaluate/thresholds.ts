import {
  accuracyOf,
  balancedAccuracyOf,
  type ClassCounts,
  f1Of,
  matthewsOf,
  precisionOf,
  recallOf,
} from './metrics/confusion.ts';
import { rankingOf, type ThresholdCounts, thresholdCounts, totals } from './metrics/ranking.ts';

/** Metrics that a threshold can be chosen for. Youden's J is the sum of both classes' recalls less 1. */
export const thresholdMetrics = [
  'f1',
  'balanced_accuracy',
  'matthews_corrcoef',
  'accuracy',
  'youden',
] as const;
export type ThresholdMetric = (typeof thresholdMetrics)[number];

/** What a binary model is where class 1 is said of probabilities above the threshold. */
export interface ThresholdPoint extends Readonly<Record<ThresholdMetric, number>> {
  readonly threshold: number;
  readonly precision: number;
  readonly recall: number;
}

/** Metrics over the thresholds, and the best threshold for each metric. */
export interface Thresholds {
  /** At 0, 0.01 ... 1. */
  readonly sweep: readonly ThresholdPoint[];
  /** Chosen on these rows: on others a metric is likely to be lower than here. */
  readonly best: Readonly<Record<ThresholdMetric, ThresholdPoint>>;
}

const sweepSteps = 100;

/** Metrics of a binary model over all thresholds. Of equally good ones the best is the closest to 1/2. */
export function thresholdsOf(truth: ArrayLike<number>, probabilities: Float64Array): Thresholds {
  const counts = thresholdCounts(rankingOf(probabilities, (row) => truth[row] === 1));
  const { thresholds: values } = counts;
  const point = (above: number, threshold: number): ThresholdPoint => ({
    threshold,
    ...metricsAt(counts, above),
  });
  const sweep = Array.from({ length: sweepSteps + 1 }, (_, step) => {
    const threshold = step / sweepSteps;
    const above = values.findIndex((value) => value <= threshold);
    return point(above < 0 ? values.length : above, threshold);
  });
  const start = point(0, cut(values, 0));
  const best = new Map<ThresholdMetric, ThresholdPoint>(thresholdMetrics.map((metric) => [metric, start]));
  for (let above = 1; above <= values.length; above++) {
    const metrics = metricsAt(counts, above);
    for (const metric of thresholdMetrics) {
      const before = best.get(metric) ?? start;
      if (metrics[metric] < before[metric]) continue;
      const threshold = cut(values, above);
      const isCloser = Math.abs(threshold - 0.5) < Math.abs(before.threshold - 0.5);
      if (metrics[metric] > before[metric] || isCloser) best.set(metric, { threshold, ...metrics });
    }
  }
  return { sweep, best: Object.fromEntries(best) as Record<ThresholdMetric, ThresholdPoint> };
}

/** @param above how many of the different probabilities, from the highest, are above the threshold */
function metricsAt(counts: ThresholdCounts, above: number): Omit<ThresholdPoint, 'threshold'> {
  const { positives, negatives } = totals(counts);
  const truePositives = counts.truePositives[above - 1] ?? 0;
  const falsePositives = counts.falsePositives[above - 1] ?? 0;
  const predicted = truePositives + falsePositives;
  const own: ClassCounts = { right: truePositives, predicted, support: positives };
  const other: ClassCounts = {
    right: negatives - falsePositives,
    predicted: positives + negatives - predicted,
    support: negatives,
  };
  const classes = [other, own];
  return {
    accuracy: accuracyOf(classes),
    balanced_accuracy: balancedAccuracyOf(classes),
    precision: precisionOf(own),
    recall: recallOf(own),
    f1: f1Of(own),
    matthews_corrcoef: matthewsOf(classes),
    youden: recallOf(own) + recallOf(other) - 1,
  };
}

/**
 * A threshold that so many of the highest probabilities are above: with as few digits as it can have between its
 * neighbours.
 */
function cut(descending: Float64Array, above: number): number {
  const upper = descending[above - 1] ?? 1;
  const lower = above < descending.length ? (descending[above] as number) : 0;
  const middle = (lower + upper) / 2;
  for (let digits = 1; digits < 17; digits++) {
    const rounded = Number(middle.toFixed(digits));
    if (rounded >= lower && rounded < upper) return rounded;
  }
  return lower;
}
