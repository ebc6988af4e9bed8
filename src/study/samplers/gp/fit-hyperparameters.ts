import type { Dimension } from '../../space-types.ts';
import { minimizeSmooth, type Slope } from './bfgs.ts';
import { Cholesky } from './cholesky.ts';
import { type Hyperparameters, matern, maternSlope, squaredDifference } from './kernel.ts';

/** Less noise than this makes the covariance matrix singular where two points nearly coincide. */
const leastNoise = 1e-6;
/** Of an optimisation of the hyper-parameters. */
const mostIterations = 40;

/**
 * Hyper-parameters that make the values likely, together with priors: lengths and noise are log-normal, lengths of about
 * 0.6 of a parameter's range and a deviation of the noise of about 2% of the values'. A few values fit many lengths, and
 * short ones would leave every point but the known ones unknown.
 *
 * @param values with mean 0 and variance 1
 */
export function fitHyperparameters(
  dimensions: readonly Dimension[],
  points: readonly Float64Array[],
  values: Float64Array,
): Hyperparameters {
  const likelihood = new Likelihood(dimensions, points, values);
  const count = dimensions.length;
  const starts = [0.3, 2].map((length) => {
    const logs = new Float64Array(count + 1).fill(Math.log(length));
    logs[count] = noisePrior.mean;
    return logs;
  });
  const fits = starts.map((start) => minimizeSmooth((x) => likelihood.slope(x), start, mostIterations));
  const best = fits.reduce((least, fit) => (fit.value < least.value ? fit : least));
  return hyperparameters(best.x);
}

function hyperparameters(logs: Float64Array): Hyperparameters {
  const count = logs.length - 1;
  return {
    lengths: logs.subarray(0, count).map(Math.exp),
    noise: leastNoise + Math.exp(logs[count] as number),
  };
}

/**
 * The negative logarithm of the values' likelihood and the priors, and its derivatives by the logarithms of the lengths
 * and of the noise.
 *
 * Source: Rasmussen and Williams, "Gaussian processes for machine learning", equations 5.8 and 5.9.
 */
export class Likelihood {
  readonly #values: Float64Array;
  /** For each dimension the squared differences of all pairs: rows of the lower triangle. */
  readonly #squares: readonly Float64Array[];

  constructor(dimensions: readonly Dimension[], points: readonly Float64Array[], values: Float64Array) {
    this.#values = values;
    this.#squares = dimensions.map((dimension, d) => {
      const places = points.map((point) => point[d] as number);
      return Float64Array.from(
        places.flatMap((a, row) => places.slice(0, row).map((b) => squaredDifference(dimension, a, b))),
      );
    });
  }

  slope(logs: Float64Array): Slope {
    const { lengths, noise } = hyperparameters(logs);
    const count = this.#values.length;
    const distances = this.#distances(lengths);
    const pair = (row: number, column: number) => (row * (row - 1)) / 2 + column;
    const factor = Cholesky.of(count, (row, column) =>
      row === column ? 1 + noise : matern(distances[pair(row, column)] as number),
    );
    const weights = factor.solveUpper(factor.solveLower(this.#values));
    const fit = weights.reduce((sum, weight, i) => sum + weight * (this.#values[i] as number), 0);
    const inverse = factor.inverse();
    const gradient = new Float64Array(logs.length);
    const precisions = lengths.map((length) => 1 / length ** 2);
    for (let row = 0; row < count; row++) {
      const weight = weights[row] as number;
      for (let column = 0; column < row; column++) {
        const at = pair(row, column);
        const pull = (inverse[row * count + column] as number) - weight * (weights[column] as number);
        this.#addSlope(gradient, at, pull * maternSlope(distances[at] as number), precisions);
      }
      const pull = (inverse[row * (count + 1)] as number) - weight ** 2;
      gradient[lengths.length] = (gradient[lengths.length] as number) + 0.5 * pull * (noise - leastNoise);
    }
    const value = 0.5 * fit + 0.5 * factor.logDeterminant() + addPriors(logs, gradient);
    return { value: Number.isNaN(value) ? Infinity : value, gradient };
  }

  /** Adds what a pair of points contributes to the derivatives by the lengths. */
  #addSlope(gradient: Float64Array, pair: number, slope: number, precisions: Float64Array): void {
    for (let d = 0; d < precisions.length; d++) {
      const square = (this.#squares[d] as Float64Array)[pair] as number;
      gradient[d] = (gradient[d] as number) + slope * square * (precisions[d] as number);
    }
  }

  #distances(lengths: Float64Array): Float64Array {
    const sums = new Float64Array(this.#squares[0]?.length ?? 0);
    for (const [d, squares] of this.#squares.entries()) {
      const precision = 1 / (lengths[d] as number) ** 2;
      for (let at = 0; at < sums.length; at++) {
        sums[at] = (sums[at] as number) + precision * (squares[at] as number);
      }
    }
    for (let at = 0; at < sums.length; at++) sums[at] = Math.sqrt(sums[at] as number);
    return sums;
  }
}

/** Mean and variance of the priors' logarithms. */
const lengthPrior = { mean: -0.5, variance: 1 };
const noisePrior = { mean: -8, variance: 4 };

/** Adds the priors' derivatives, and returns the negative logarithm of their densities but for a constant. */
function addPriors(logs: Float64Array, gradient: Float64Array): number {
  const count = logs.length - 1;
  let sum = 0;
  for (const [i, log] of logs.entries()) {
    const { mean, variance } = i === count ? noisePrior : lengthPrior;
    sum += (log - mean) ** 2 / (2 * variance);
    gradient[i] = (gradient[i] as number) + (log - mean) / variance;
  }
  return sum;
}
