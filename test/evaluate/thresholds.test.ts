import { describe, expect, it } from 'vitest';
import { type ThresholdMetric, thresholdMetrics, thresholdsOf } from '../../src/evaluate/thresholds.ts';
import {
  accuracy,
  balancedAccuracy,
  f1,
  matthewsCorrelation,
  precision,
  RandomState,
  recall,
} from '../../src/index.ts';

const scores: Readonly<Record<ThresholdMetric, (truth: number[], predicted: number[]) => number>> = {
  f1,
  balanced_accuracy: balancedAccuracy,
  matthews_corrcoef: matthewsCorrelation,
  accuracy,
  youden: (truth, predicted) =>
    recall(truth, predicted) +
    recall(
      truth.map((y) => 1 - y),
      predicted.map((y) => 1 - y),
    ) -
    1,
};

function rows(seed: number, digits: number) {
  const random = new RandomState(seed);
  const probabilities = random.randomSample(60).map((p) => Math.round(p * 10 ** digits) / 10 ** digits);
  const noise = random.standardNormal(60);
  const truth = Array.from(probabilities, (p, i) => Number(p + 0.3 * (noise[i] as number) > 0.55));
  return { truth, probabilities };
}

const above = (probabilities: Float64Array, threshold: number) =>
  Array.from(probabilities, (p) => Number(p > threshold));

describe.each([
  [1, 9],
  [2, 1],
  [3, 2],
])('thresholds of rows %i, probabilities of %i digits', (seed, digits) => {
  const { truth, probabilities } = rows(seed, digits);
  const { sweep, best } = thresholdsOf(truth, probabilities);

  it.each(thresholdMetrics)(
    'the best for %s is as good as any, and reached by what is above it',
    (metric) => {
      const score = scores[metric];
      const all = [0, ...probabilities, 1].map((threshold) => score(truth, above(probabilities, threshold)));
      expect(best[metric][metric]).toBeCloseTo(Math.max(...all), 12);
      const predicted = above(probabilities, best[metric].threshold);
      expect(score(truth, predicted)).toBeCloseTo(best[metric][metric], 12);
      expect(precision(truth, predicted)).toBeCloseTo(best[metric].precision, 12);
      expect(recall(truth, predicted)).toBeCloseTo(best[metric].recall, 12);
    },
  );

  it('the sweep has what the metrics say of 0, 0.01 ... 1', () => {
    expect(sweep).toHaveLength(101);
    for (const point of sweep) {
      const predicted = above(probabilities, point.threshold);
      for (const metric of thresholdMetrics)
        expect(point[metric]).toBeCloseTo(scores[metric](truth, predicted), 12);
    }
  });
});

it('has few digits where there is room, and of equally good ones is the closest to 1/2', () => {
  const { best } = thresholdsOf([0, 1], Float64Array.of(0.1, 0.87654));
  expect(best.accuracy.threshold).toBe(0.5);
  const far = thresholdsOf([0, 0, 1, 1], Float64Array.of(0.1, 0.9012, 0.9024, 0.99));
  expect(far.best.f1).toMatchObject({ threshold: 0.902, f1: 1 });
  // Neighbours in single precision.
  const p = Math.fround(0.3);
  const next = Math.fround(p + 2 ** -25);
  const close = thresholdsOf([0, 1], Float64Array.of(p, next)).best.f1;
  expect(close.f1).toBe(1);
  expect(close.threshold >= p && close.threshold < next).toBe(true);
});

it('may be that no row is of class 1', () => {
  expect(thresholdsOf([0, 0, 1], Float64Array.of(0.9, 0.8, 0.1)).best.accuracy).toMatchObject({
    recall: 0,
    accuracy: 2 / 3,
  });
});
