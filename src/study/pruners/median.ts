import { knownOptions, wholeNumber } from '../../core/check.ts';
import type { Pruner, PrunerState, Rung, RungValues } from '../pruner.ts';
import { Ranking } from './ranking.ts';

export interface MedianPrunerOptions {
  /** Trials that must have trained to their end before any is pruned. Default 5. */
  readonly startupTrials?: number;
  /** Epochs of a trial in which it is not pruned. Default 0. */
  readonly warmupEpochs?: number;
  /** Epochs from one rung to the next; the first is at warmupEpochs + 1. Default 1. */
  readonly interval?: number;
}

/**
 * Prunes a trial that is worse at a rung than the median of all trials of earlier rounds that trained to their end.
 *
 * As `optuna.pruners.MedianPruner` where epochs are reported from 0, but for this: Optuna compares the best value that a
 * trial has had so far, this the value at the rung; and it knows trials of the same round that happened to be faster.
 */
export function medianPruner(options: MedianPrunerOptions = {}): Pruner {
  knownOptions('options of the median pruner', options, ['startupTrials', 'warmupEpochs', 'interval']);
  const startup = wholeNumber('startupTrials', options.startupTrials ?? 5, 0);
  const warmup = wholeNumber('warmupEpochs', options.warmupEpochs ?? 0, 0);
  const interval = wholeNumber('interval', options.interval ?? 1, 1);
  return { name: 'median', create: () => new MedianState(startup, warmup + 1, interval) };
}

class MedianState implements PrunerState {
  private readonly startup: number;
  private readonly firstEpoch: number;
  private readonly interval: number;
  private readonly rankings: Ranking[] = [];
  private completed = 0;

  constructor(startup: number, firstEpoch: number, interval: number) {
    this.startup = startup;
    this.firstEpoch = firstEpoch;
    this.interval = interval;
  }

  tell(trials: readonly RungValues[]): void {
    for (const { values, complete = true } of trials) {
      if (!complete) continue;
      this.completed++;
      for (let rung = 0; rung < values.length; rung++) this.ranking(rung).add(values[rung] as number);
    }
  }

  rungs(_index: number, epochs: number): Rung[] {
    const rungs: Rung[] = [];
    for (let epoch = this.firstEpoch; epoch < epochs; epoch += this.interval) {
      rungs.push({ epoch, limit: this.limit(rungs.length) });
    }
    return rungs;
  }

  private limit(rung: number): number {
    const ranking = this.rankings[rung];
    if (this.completed < this.startup || !ranking || ranking.count === 0) return Infinity;
    const { count, lastOfBest, firstOfRest } = ranking;
    return count % 2 === 1 ? lastOfBest : (lastOfBest + firstOfRest) / 2;
  }

  private ranking(rung: number): Ranking {
    const known = this.rankings[rung] ?? new Ranking((count) => Math.ceil(count / 2));
    this.rankings[rung] = known;
    return known;
  }
}
