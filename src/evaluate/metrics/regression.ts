import { checkPair, mean, type Numbers } from './arrays.ts';
import { weightedMedian } from './weighted.ts';

export function meanSquaredError(truth: Numbers, predicted: Numbers): number {
  checkPair(truth, predicted);
  return mean(truth.length, (i) => ((truth[i] as number) - (predicted[i] as number)) ** 2);
}

/** In the target's own units. */
export function rootMeanSquaredError(truth: Numbers, predicted: Numbers): number {
  return Math.sqrt(meanSquaredError(truth, predicted));
}

export function meanAbsoluteError(truth: Numbers, predicted: Numbers): number {
  checkPair(truth, predicted);
  return mean(truth.length, (i) => Math.abs((truth[i] as number) - (predicted[i] as number)));
}

/** Half of the rows are predicted better than this. */
export function medianAbsoluteError(truth: Numbers, predicted: Numbers): number {
  checkPair(truth, predicted);
  const errors = Float64Array.from({ length: truth.length }, (_, i) =>
    Math.abs((truth[i] as number) - (predicted[i] as number)),
  ).sort();
  return weightedMedian(errors, () => 1);
}

/** Error as a share of the true value, which counts as one double epsilon where it is 0: 0.1 is ten per cent. */
export function relativeError(truth: number, predicted: number): number {
  return Math.abs(truth - predicted) / Math.max(Math.abs(truth), Number.EPSILON);
}

/** Mean of `relativeError`, a share and not per cent; huge where a true value is 0. */
export function meanAbsolutePercentageError(truth: Numbers, predicted: Numbers): number {
  checkPair(truth, predicted);
  return mean(truth.length, (i) => relativeError(truth[i] as number, predicted[i] as number));
}

/** Coefficient of determination: 1 - residual sum of squares / total sum of squares. */
export function r2(truth: Numbers, predicted: Numbers): number {
  const residual = meanSquaredError(truth, predicted);
  const average = mean(truth.length, (i) => truth[i] as number);
  return r2Of(
    residual,
    mean(truth.length, (i) => ((truth[i] as number) - average) ** 2),
  );
}

/** From the mean squares of residuals and of differences from the mean. */
export function r2Of(residual: number, total: number): number {
  if (total === 0) return residual === 0 ? 1 : 0;
  return 1 - residual / total;
}
