import { quantileOf } from './metrics/quantile.ts';
import { outputColumn, type Predictions } from './predictions.ts';

/** Predictions of a regression beside the true values, summed up for pictures. */
export interface Residuals {
  /** True less predicted: their mean, and quantiles at 5, 25, 50, 75 and 95 %. */
  readonly mean: number;
  readonly quantiles: readonly number[];
  /** How many residuals lie in each of as many equal parts of a range; those outside are in the first and the last. */
  readonly histogram: { readonly from: number; readonly to: number; readonly counts: readonly number[] };
  /** How many rows lie where: true value by predicted value. */
  readonly against: Grid;
  /** Residual by predicted value. */
  readonly byPrediction: Grid;
}

/** Counts over a plane in equal cells; cells without rows are left out. */
export interface Grid {
  readonly x: readonly [from: number, to: number];
  readonly y: readonly [from: number, to: number];
  readonly columns: number;
  readonly rows: number;
  readonly cells: readonly (readonly [column: number, row: number, count: number])[];
}

const histogramParts = 40;
const gridSize = 60;

export function residualsOf(predictions: Predictions): Residuals {
  const { truth } = predictions;
  const predicted = outputColumn(predictions);
  const residuals = truth.map((value, row) => value - (predicted[row] as number));
  const sorted = residuals.toSorted();
  const [low, high] = rangeOf(truth, predicted);
  return {
    mean: residuals.reduce((sum, value) => sum + value, 0) / residuals.length,
    quantiles: [0.05, 0.25, 0.5, 0.75, 0.95].map((share) => quantileOf(sorted, share)),
    histogram: histogramOf(residuals, quantileOf(sorted, 0.002), quantileOf(sorted, 0.998)),
    against: gridOf(predicted, truth, [low, high], [low, high]),
    byPrediction: gridOf(predicted, residuals, rangeOf(predicted), rangeOf(residuals)),
  };
}

function histogramOf(values: Float64Array, least: number, most: number): Residuals['histogram'] {
  const [from, to] = apart(least, most);
  const counts = new Array<number>(histogramParts).fill(0);
  for (const value of values) {
    const part = placeIn(value, from, to, histogramParts);
    counts[part] = (counts[part] as number) + 1;
  }
  return { from, to, counts };
}

function gridOf(x: Float64Array, y: Float64Array, xs: [number, number], ys: [number, number]): Grid {
  const counts = new Uint32Array(gridSize * gridSize);
  x.forEach((value, i) => {
    const column = placeIn(value, ...xs, gridSize);
    const at = placeIn(y[i] as number, ...ys, gridSize) * gridSize + column;
    counts[at] = (counts[at] as number) + 1;
  });
  const cells = Array.from(counts, (count, at) => [at % gridSize, Math.floor(at / gridSize), count] as const);
  return {
    x: xs,
    y: ys,
    columns: gridSize,
    rows: gridSize,
    cells: cells.filter(([, , count]) => count > 0),
  };
}

function placeIn(value: number, from: number, to: number, parts: number): number {
  return Math.min(parts - 1, Math.max(0, Math.floor(((value - from) / (to - from)) * parts)));
}

function rangeOf(...many: readonly Float64Array[]): [number, number] {
  let [least, most] = [Infinity, -Infinity];
  for (const values of many) {
    for (const value of values) {
      if (value < least) least = value;
      if (value > most) most = value;
    }
  }
  return apart(least, most);
}

/** Ends that differ. */
function apart(least: number, most: number): [number, number] {
  if (most > least) return [least, most];
  const half = Math.abs(least) / 10 || 0.5;
  return [least - half, least + half];
}
