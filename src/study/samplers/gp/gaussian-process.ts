import type { Dimension } from '../../space-types.ts';
import { Cholesky } from './cholesky.ts';
import { type Hyperparameters, matern, squaredDifference } from './kernel.ts';

export interface Prediction {
  readonly mean: number;
  readonly deviation: number;
}

/**
 * A distribution over functions, given some of their values.
 *
 * Source: Rasmussen and Williams, "Gaussian processes for machine learning", algorithm 2.1.
 */
export class GaussianProcess {
  readonly #dimensions: readonly Dimension[];
  readonly #noise: number;
  /** One over each squared length. */
  readonly #precisions: Float64Array;
  readonly #points: Float64Array[] = [];
  readonly #values: number[] = [];
  readonly #factor: Cholesky;
  #weights = new Float64Array(0);

  /** @param capacity points that it may ever have */
  constructor(
    dimensions: readonly Dimension[],
    { lengths, noise }: Hyperparameters,
    points: readonly Float64Array[],
    values: Float64Array,
    capacity = points.length,
  ) {
    this.#dimensions = dimensions;
    this.#noise = noise;
    this.#precisions = lengths.map((length) => 1 / length ** 2);
    this.#factor = new Cholesky(capacity);
    for (const [i, point] of points.entries()) this.#append(point, values[i] as number);
    this.#solve();
  }

  /** The least expected value among the points that it knows. */
  leastMean(): number {
    return Math.min(...this.#points.map((point) => this.#mean(this.#covariances(point))));
  }

  /** What the function itself may be at a point, without the noise of a measurement. */
  predict(point: Float64Array): Prediction {
    const covariances = this.#covariances(point);
    let variance = 1;
    const solved = this.#factor.solveLower(covariances);
    for (let i = 0; i < solved.length; i++) variance -= (solved[i] as number) ** 2;
    return { mean: this.#mean(covariances), deviation: Math.sqrt(Math.max(variance, 1e-12)) };
  }

  /** Takes in one more value. */
  add(point: Float64Array, value: number): void {
    this.#append(point, value);
    this.#solve();
  }

  #append(point: Float64Array, value: number): void {
    const row = new Float64Array(this.#points.length + 1);
    row.set(this.#covariances(point));
    row[this.#points.length] = 1 + this.#noise;
    this.#factor.append(row);
    this.#points.push(point);
    this.#values.push(value);
  }

  #solve(): void {
    this.#weights = Float64Array.from(this.#factor.solveUpper(this.#factor.solveLower(this.#values)));
  }

  #covariances(point: Float64Array): Float64Array {
    const covariances = new Float64Array(this.#points.length);
    for (const [i, other] of this.#points.entries()) covariances[i] = matern(this.#distance(point, other));
    return covariances;
  }

  #distance(a: Float64Array, b: Float64Array): number {
    let sum = 0;
    for (let d = 0; d < a.length; d++) {
      const square = squaredDifference(this.#dimensions[d] as Dimension, a[d] as number, b[d] as number);
      sum += square * (this.#precisions[d] as number);
    }
    return Math.sqrt(sum);
  }

  #mean(covariances: Float64Array): number {
    let sum = 0;
    for (let i = 0; i < covariances.length; i++) {
      sum += (covariances[i] as number) * (this.#weights[i] as number);
    }
    return sum;
  }
}
