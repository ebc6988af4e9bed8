import type { ToldTrials } from '../told-trials.ts';
import { paretoOrder } from './pareto.ts';

/**
 * The best of all trials, best first. New ones are sorted in by the dozen, so that a trial costs the same however many
 * came before: one that is not among the best now will not be among them later.
 */
export class BestTrials {
  readonly #trials: ToldTrials;
  readonly #capacity: number;
  #best: readonly number[] = [];
  /** Trials with values so far. */
  #count = 0;

  constructor(trials: ToldTrials, capacity: number) {
    this.#trials = trials;
    this.#capacity = capacity;
  }

  get count(): number {
    return this.#count;
  }

  /** Takes in trials; those that failed are good for nothing. */
  add(indices: readonly number[]): void {
    const fresh = indices.filter((trial) => !this.#trials.hasFailed(trial));
    this.#count += fresh.length;
    for (let start = 0; start < fresh.length; start += this.#capacity) {
      const some = fresh.slice(start, start + this.#capacity);
      this.#best = bestFirst(this.#trials, [...this.#best, ...some]).slice(0, this.#capacity);
    }
  }

  /** The best `count` of them, or as many as are kept. */
  best(count: number): readonly number[] {
    return this.#best.slice(0, count);
  }
}

/** Trials that trained longer come first: what a pruned one had by then is no match for the value of a complete one. */
function bestFirst(trials: ToldTrials, indices: readonly number[]): number[] {
  const share = (trial: number) => trials.share(trial);
  const value = (trial: number, objective: number) => trials.value(trial, objective);
  if (trials.objectives === 1) {
    return [...indices].sort((a, b) => share(b) - share(a) || value(a, 0) - value(b, 0) || a - b);
  }
  const shares = [...new Set(indices.map(share))].sort((a, b) => b - a);
  return shares.flatMap((same) =>
    paretoOrder(
      indices.filter((trial) => share(trial) === same),
      trials.objectives,
      value,
    ),
  );
}
