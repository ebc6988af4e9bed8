import { knownOptions, wholeNumber } from '../../core/check.ts';
import type { Pruner, PrunerState, Rung, RungValues } from '../pruner.ts';
import { Ranking } from './ranking.ts';

export interface HalvingOptions {
  /** Epochs that every trial trains: the first rung. Default 1; in a study's configuration a twentieth of its epochs. */
  readonly minEpochs?: number;
  /** One in so many trials goes on at a rung, and each rung has so many times the epochs of the last. Default 3. */
  readonly reduction?: number;
}

/** @throws UsageError that names the option and the rule that it breaks */
export function checkedHalving(name: string, options: HalvingOptions): Required<HalvingOptions> {
  knownOptions(`options of the ${name} pruner`, options, ['minEpochs', 'reduction']);
  return {
    minEpochs: wholeNumber('minEpochs', options.minEpochs ?? 1, 1),
    reduction: wholeNumber('reduction', options.reduction ?? 3, 2),
  };
}

/**
 * Asynchronous successive halving (L. Li et al., "A System for Massively Parallel Hyperparameter Tuning", MLSys 2020):
 * at minEpochs, minEpochs * reduction, minEpochs * reduction^2 ... a trial goes on if it is among the best
 * 1 / reduction of all that came so far.
 *
 * As `optuna.pruners.SuccessiveHalvingPruner` where rounds are of one trial. In larger rounds a trial is not compared
 * with those of its own round, so that the whole first round trains to its end.
 */
export function asha(options: HalvingOptions = {}): Pruner {
  const checked = checkedHalving('asha', options);
  return { name: 'asha', create: () => new HalvingState(checked) };
}

/** The rungs of successive halving and what trials had at them. */
export class HalvingState implements PrunerState {
  private readonly minEpochs: number;
  private readonly reduction: number;
  private readonly rankings: Ranking[] = [];

  constructor({ minEpochs, reduction }: Required<HalvingOptions>) {
    this.minEpochs = minEpochs;
    this.reduction = reduction;
  }

  tell(trials: readonly RungValues[]): void {
    for (const { values } of trials) {
      for (let rung = 0; rung < values.length; rung++) this.ranking(rung).add(values[rung] as number);
    }
  }

  rungs(_index: number, epochs: number): Rung[] {
    const rungs: Rung[] = [];
    for (let epoch = this.minEpochs; epoch < epochs; epoch *= this.reduction) {
      const ranking = this.rankings[rungs.length];
      rungs.push({ epoch, limit: ranking && ranking.count > 0 ? ranking.lastOfBest : Infinity });
    }
    return rungs;
  }

  /** Counts the trial that is to be compared; while there are fewer than `reduction`, only the best one goes on. */
  private ranking(rung: number): Ranking {
    const rank = (count: number) => Math.max(1, Math.floor((count + 1) / this.reduction));
    const known = this.rankings[rung] ?? new Ranking(rank);
    this.rankings[rung] = known;
    return known;
  }
}
