/** A value that a trial must not exceed at the end of an epoch, to train on. */
export interface Rung {
  /** Epochs that have been trained then, from 1. */
  readonly epoch: number;
  /** Infinity where there is nothing to compare with yet. */
  readonly limit: number;
}

/** What a trial had at its rungs, in their order, as far as it came. */
export interface RungValues {
  readonly index: number;
  readonly values: ArrayLike<number>;
  /** Whether it trained to its end, neither pruned nor failed. Default true. */
  readonly complete?: boolean;
}

/**
 * Decides which trials are not worth their remaining epochs. A trial is compared with those of earlier rounds only, so
 * that its limits are known when it starts: nothing waits for a decision, and no decision depends on which trial was
 * faster.
 */
export interface PrunerState {
  /** Takes in what the trials of a round had at their rungs. */
  tell(trials: readonly RungValues[]): void;
  /** The rungs of a trial of at most `epochs` epochs, in order; the last epoch is none. */
  rungs(index: number, epochs: number): readonly Rung[];
}

export interface Pruner {
  readonly name: string;
  create(seed: number): PrunerState;
}
