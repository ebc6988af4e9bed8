import type { Measurement, Measures } from './estimates.ts';
import { r2Of, relativeError } from './metrics/regression.ts';
import { weightedMean, weightedMedian } from './metrics/weighted.ts';
import { outputColumn, type Predictions } from './predictions.ts';

/** Metrics of a regression. */
export function measureRegression(predictions: Predictions): Measurement {
  const { truth } = predictions;
  const predicted = outputColumn(predictions);
  const errors = truth.map((value, row) => Math.abs(value - (predicted[row] as number)));
  const squares = errors.map((error) => error * error);
  const shares = truth.map((value, row) => relativeError(value, predicted[row] as number));
  const order = Int32Array.from(truth.keys()).sort((a, b) => (errors[a] as number) - (errors[b] as number));
  const sorted = Float64Array.from(order, (row) => errors[row] as number);
  // Around their mean, so that the spread is not the difference of large numbers.
  const centre = weightedMean(truth);
  const centred = truth.map((value) => value - centre);
  const centredSquares = centred.map((value) => value * value);
  // What rounding leaves of the spread of rows that are all alike.
  const leastSpread = 1e-14 * weightedMean(centredSquares);
  const measure = (weights?: ArrayLike<number>): Measures => {
    const mse = weightedMean(squares, weights);
    const spread = weightedMean(centredSquares, weights) - weightedMean(centred, weights) ** 2;
    const weightAt = (place: number) => (weights ? (weights[order[place] as number] as number) : 1);
    return {
      mse,
      rmse: Math.sqrt(mse),
      mae: weightedMean(errors, weights),
      median_absolute_error: weightedMedian(sorted, weightAt),
      mape: weightedMean(shares, weights),
      r2: r2Of(mse, spread > leastSpread ? spread : 0),
    };
  };
  return { rows: truth.length, curves: 1, measure };
}
