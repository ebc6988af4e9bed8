import type { RandomStream } from '../../random-stream.ts';
import { type Column, type ColumnKind, makeColumn } from './columns.ts';

/** Observations that a Parzen estimator is made of. */
export interface WeightedPlaces {
  /** For each dimension the places of all observations. */
  readonly places: readonly Float64Array[];
  readonly weights: Float64Array;
}

/**
 * A density over some dimensions together: a sum of kernels, one at each observation and a wide one (the prior) that
 * weighs as much as one of them. A kernel is the product of its dimensions.
 */
export class ParzenEstimator {
  readonly #columns: readonly Column[];
  readonly #logWeights: Float64Array;
  readonly #cumulative: Float64Array;
  readonly #sums: Float64Array;
  readonly #own: number;
  readonly #extraRoom: number;
  #extra = 0;

  /** @param extraRoom for so many kernels more; later ones replace the first */
  constructor(kinds: readonly ColumnKind[], { places, weights }: WeightedPlaces, extraRoom = 0) {
    this.#own = weights.length + 1;
    this.#extraRoom = extraRoom;
    const capacity = this.#own + extraRoom;
    this.#columns = kinds.map((kind, d, { length }) =>
      makeColumn(kind, places[d] as Float64Array, capacity, length),
    );
    this.#sums = new Float64Array(capacity);
    this.#logWeights = new Float64Array(capacity);
    this.#logWeights.set(weights.map(Math.log));
    this.#cumulative = new Float64Array(this.#own);
    let sum = 0;
    for (let kernel = 0; kernel < this.#own; kernel++) {
      sum += weights[kernel] ?? 1;
      this.#cumulative[kernel] = sum;
    }
  }

  /** How many kernels a density is computed from. */
  get kernels(): number {
    return this.#own + Math.min(this.#extra, this.#extraRoom);
  }

  /** Puts a narrow kernel with the weight of a recent observation at a point. */
  addKernel(point: Float64Array): void {
    const kernel = this.#own + (this.#extra++ % this.#extraRoom);
    for (const [d, column] of this.#columns.entries()) column.setKernel(kernel, point[d] as number);
  }

  sample(stream: RandomStream, point: Float64Array): void {
    const kernel = this.#drawKernel(stream);
    for (const [d, column] of this.#columns.entries()) point[d] = column.draw(kernel, stream);
  }

  /** The logarithm of the density at a point, but for a constant. */
  logDensity(point: Float64Array): number {
    const { kernels } = this;
    const sums = this.#sums;
    sums.set(this.#logWeights);
    for (const [d, column] of this.#columns.entries()) {
      column.addLogDensity(point[d] as number, sums, kernels);
    }
    return logSumExp(sums, kernels);
  }

  #drawKernel(stream: RandomStream): number {
    const mass = stream.uniform() * (this.#cumulative[this.#own - 1] as number);
    let kernel = 0;
    while (mass > (this.#cumulative[kernel] as number)) kernel++;
    return kernel;
  }
}

/** Terms below e^-30 of the largest change nothing that matters, and most are: their exponentials are saved. */
const negligible = 30;

function logSumExp(logs: Float64Array, count: number): number {
  let largest = -Infinity;
  for (let i = 0; i < count; i++) largest = Math.max(largest, logs[i] as number);
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const difference = (logs[i] as number) - largest;
    if (difference > -negligible) sum += Math.exp(difference);
  }
  return largest + Math.log(sum);
}
