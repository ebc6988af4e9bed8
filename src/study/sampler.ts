import type { SampledSpace } from './space-types.ts';

/** Results of trials, in the order of their indices. */
export interface Observations {
  readonly count: number;
  /** count x dimensions, row-major, from 0 to 1, NaN where a parameter is switched off. */
  readonly points: Float64Array;
  /**
   * count x objectives, row-major, all to be made small. A pruned trial has the values of its last rung, a failed or
   * diverged one has NaN.
   */
  readonly values: Float64Array;
  /** The share of its epochs that a trial trained: 1 unless it was pruned. */
  readonly shares: Float64Array;
}

/**
 * Suggests where to look next. What it suggests follows from the space, the seed, what it was told in which order, and
 * the trials' indices alone, so that a study that was cut off goes on as if it had not been.
 */
export interface SamplerState {
  /** Takes in the results of a round. */
  tell(results: Observations): void;
  /**
   * Suggests `count` points for the trials from index `first` on, all at once. Does not change the state: asking twice
   * gives the same.
   *
   * @returns count x dimensions as in `Observations.points`, snapped and allowed; fewer rows where there are no more
   */
  ask(first: number, count: number): Float64Array;
  /**
   * Trials whose weights the `count` trials from `first` on go on from, -1 for those that start afresh. Samplers without
   * it start all trials afresh. Changes as little as `ask`.
   */
  parents?(first: number, count: number): Int32Array;
}

export interface Sampler {
  readonly name: string;
  /** Trials that every round must have; missing where any number will do. */
  readonly roundSize?: number;
  /** @throws UsageError where it cannot search such a space, or so many objectives */
  create(space: SampledSpace, objectives: number, seed: number): SamplerState;
}
