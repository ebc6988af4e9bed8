import { type Eigen, symmetricEigen } from './eigen.ts';
import { type Strategy, strategyFor } from './strategy.ts';

/** Variances of the covariance matrix below this count as this, so that rounding does not make one negative. */
const leastVariance = 1e-20;

/**
 * The normal distribution that points are drawn from, and how it follows the better ones: its mean moves to them, its
 * overall width (sigma) grows while steps point the same way, and its covariance matrix learns their directions.
 *
 * Source: Hansen, "The CMA evolution strategy: a tutorial", 2016 (arXiv 1604.00772), with negative weights ("active").
 */
export class SearchDistribution {
  readonly mean: Float64Array;
  sigma: number;
  readonly covariance: Float64Array;
  readonly #size: number;
  readonly #sigmaPath: Float64Array;
  readonly #covariancePath: Float64Array;
  #generation = 0;
  /** Axes and the widths along them. */
  #eigen: Eigen;

  constructor(mean: Float64Array, sigma: number) {
    this.#size = mean.length;
    this.mean = mean.slice();
    this.sigma = sigma;
    this.covariance = new Float64Array(this.#size ** 2);
    for (let i = 0; i < this.#size; i++) this.covariance[i * (this.#size + 1)] = 1;
    this.#sigmaPath = new Float64Array(this.#size);
    this.#covariancePath = new Float64Array(this.#size);
    this.#eigen = symmetricEigen(this.covariance, this.#size);
  }

  /** The standard deviation along a dimension. */
  deviation(dimension: number): number {
    return this.sigma * Math.sqrt(this.covariance[dimension * (this.#size + 1)] as number);
  }

  /** The largest variance along an axis, as a multiple of the smallest. */
  get condition(): number {
    const { values } = this.#eigen;
    return (Math.max(...values) / Math.min(...values)) ** 2;
  }

  /** Makes a point of the distribution from standard normal numbers. */
  point(normals: Float64Array): Float64Array {
    const { values, vectors } = this.#eigen;
    const scaled = normals.map((z, j) => z * (values[j] as number));
    return this.mean.map((center, i) => center + this.sigma * rowProduct(vectors, i, scaled));
  }

  /** @param points best first, as they were drawn */
  adapt(points: readonly Float64Array[]): void {
    const strategy = strategyFor(this.#size, points.length);
    const steps = points.map((point) => point.map((x, i) => (x - (this.mean[i] as number)) / this.sigma));
    const step = weightedSum(steps.slice(0, strategy.parents), strategy.weights);
    this.#generation++;
    for (const [i, change] of step.entries()) {
      this.mean[i] = (this.mean[i] as number) + this.sigma * change;
    }
    const { isStalled, relativeLength } = this.#adaptSigmaPath(strategy, step);
    const { pathRate, mass } = strategy;
    const stride = isStalled ? 0 : Math.sqrt(pathRate * (2 - pathRate) * mass);
    follow(this.#covariancePath, 1 - pathRate, stride, step);
    this.#adaptCovariance(strategy, steps, isStalled);
    this.sigma *= Math.exp((strategy.sigmaRate / strategy.sigmaDamping) * (relativeLength - 1));
    this.#decompose();
  }

  /** Lengthens or shortens the path of the mean, in units in which the distribution is round. */
  #adaptSigmaPath({ sigmaRate, mass }: Strategy, step: Float64Array) {
    const size = this.#size;
    const stride = Math.sqrt(sigmaRate * (2 - sigmaRate) * mass);
    follow(this.#sigmaPath, 1 - sigmaRate, stride, this.#whitened(step));
    const expected = Math.sqrt(size) * (1 - 1 / (4 * size) + 1 / (21 * size ** 2));
    const relativeLength = Math.hypot(...this.#sigmaPath) / expected;
    const settled = Math.sqrt(1 - (1 - sigmaRate) ** (2 * (this.#generation + 1)));
    return { relativeLength, isStalled: relativeLength / settled >= 1.4 + 2 / (size + 1) };
  }

  #adaptCovariance(strategy: Strategy, steps: readonly Float64Array[], isStalled: boolean): void {
    const { weights, rankOneRate, rankMuRate, pathRate } = strategy;
    const size = this.#size;
    const weightSum = weights.reduce((sum, weight) => sum + weight, 0);
    const loss = isStalled ? pathRate * (2 - pathRate) : 0;
    const kept = 1 + rankOneRate * loss - rankOneRate - rankMuRate * weightSum;
    for (const [place, value] of this.covariance.entries()) this.covariance[place] = kept * value;
    addOuter(this.covariance, rankOneRate, this.#covariancePath);
    for (const [k, y] of steps.entries()) {
      const weight = weights[k] as number;
      const shrink = weight >= 0 ? 1 : size / (Math.hypot(...this.#whitened(y)) ** 2 + 1e-8);
      addOuter(this.covariance, rankMuRate * weight * shrink, y);
    }
  }

  /** The inverse root of the covariance matrix times a vector. */
  #whitened(vector: Float64Array): Float64Array {
    const { values, vectors } = this.#eigen;
    const size = this.#size;
    const along = new Float64Array(size);
    for (let j = 0; j < size; j++) {
      for (let i = 0; i < size; i++) {
        along[j] = (along[j] as number) + (vectors[i * size + j] as number) * (vector[i] as number);
      }
      along[j] = (along[j] as number) / (values[j] as number);
    }
    return vector.map((_, i) => rowProduct(vectors, i, along));
  }

  #decompose(): void {
    const { values, vectors } = symmetricEigen(this.covariance, this.#size);
    this.#eigen = { values: values.map((value) => Math.sqrt(Math.max(value, leastVariance))), vectors };
  }
}

/** Row `i` of a square matrix times a vector. */
function rowProduct(matrix: Float64Array, i: number, vector: Float64Array): number {
  let sum = 0;
  for (const [j, value] of vector.entries()) sum += (matrix[i * vector.length + j] as number) * value;
  return sum;
}

function weightedSum(vectors: readonly Float64Array[], weights: Float64Array): Float64Array {
  const sum = new Float64Array(vectors[0]?.length ?? 0);
  for (const [k, vector] of vectors.entries()) follow(sum, 1, weights[k] as number, vector);
  return sum;
}

/** path = kept * path + stride * step. */
function follow(path: Float64Array, kept: number, stride: number, step: Float64Array): void {
  for (const [i, value] of step.entries()) path[i] = kept * (path[i] as number) + stride * value;
}

function addOuter(matrix: Float64Array, factor: number, vector: Float64Array): void {
  const size = vector.length;
  for (const [i, a] of vector.entries()) {
    for (const [j, b] of vector.entries()) {
      matrix[i * size + j] = (matrix[i * size + j] as number) + factor * a * b;
    }
  }
}
