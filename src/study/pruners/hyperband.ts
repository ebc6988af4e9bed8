import { UsageError } from '../../core/errors.ts';
import type { Pruner, PrunerState, Rung, RungValues } from '../pruner.ts';
import { drawWord } from '../random-stream.ts';
import { checkedHalving, type HalvingOptions, HalvingState } from './asha.ts';

/**
 * Several successive halvings side by side, since nobody knows how early a trial can be judged (L. Li et al.,
 * "Hyperband", JMLR 18, 2018): the first bracket prunes from minEpochs on, the next from minEpochs * reduction, and so
 * forth; the last hardly prunes. A hash of the seed and the index deals trials out to brackets, in the proportions of
 * the paper's table of trials a bracket.
 *
 * As `optuna.pruners.HyperbandPruner` with max_resource = epochs, but for the hash, and for what `asha` says of rounds.
 */
export function hyperband(options: HalvingOptions = {}): Pruner {
  const checked = checkedHalving('hyperband', options);
  return { name: 'hyperband', create: (seed) => new HyperbandState(checked, seed) };
}

/** How many trials in all belong to each bracket, of `epochs` at most: ceil(B reduction^s / (s + 1)), s from B - 1 to 0. */
export function bracketShares({ minEpochs, reduction }: Required<HalvingOptions>, epochs: number): number[] {
  let brackets = 1;
  for (let least = minEpochs * reduction; least <= epochs; least *= reduction) brackets++;
  return Array.from({ length: brackets }, (_, bracket) => {
    const s = brackets - 1 - bracket;
    return Math.ceil((brackets * reduction ** s) / (s + 1));
  });
}

class HyperbandState implements PrunerState {
  private readonly options: Required<HalvingOptions>;
  private readonly seed: number;
  /** What was told before it was known how many brackets there are. */
  private waiting: RungValues[] = [];
  private brackets: Brackets | undefined;

  constructor(options: Required<HalvingOptions>, seed: number) {
    this.options = options;
    this.seed = seed;
  }

  tell(trials: readonly RungValues[]): void {
    if (this.brackets) this.brackets.tell(trials);
    else this.waiting = this.waiting.concat(trials);
  }

  rungs(index: number, epochs: number): Rung[] {
    this.brackets ??= this.begin(epochs);
    if (this.brackets.epochs !== epochs) {
      throw new UsageError(
        `epochs must be the same for all trials with hyperband, got ${this.brackets.epochs} and ${epochs}`,
      );
    }
    return this.brackets.of(index).rungs(index, epochs);
  }

  private begin(epochs: number): Brackets {
    const brackets = new Brackets(this.options, this.seed, epochs);
    brackets.tell(this.waiting);
    this.waiting = [];
    return brackets;
  }
}

/** A successive halving a bracket. */
class Brackets {
  readonly epochs: number;
  private readonly seed: number;
  private readonly shares: readonly number[];
  private readonly states: readonly HalvingState[];

  constructor(options: Required<HalvingOptions>, seed: number, epochs: number) {
    const { minEpochs, reduction } = options;
    this.epochs = epochs;
    this.seed = seed;
    this.shares = bracketShares(options, epochs);
    this.states = this.shares.map(
      (_, bracket) => new HalvingState({ reduction, minEpochs: minEpochs * reduction ** bracket }),
    );
  }

  tell(trials: readonly RungValues[]): void {
    for (const trial of trials) this.of(trial.index).tell([trial]);
  }

  of(index: number): HalvingState {
    const total = this.shares.reduce((sum, share) => sum + share, 0);
    let rest = drawWord(this.seed, 'brackets', index) % total;
    const bracket = this.shares.findIndex((share) => {
      rest -= share;
      return rest < 0;
    });
    return this.states[bracket] as HalvingState;
  }
}
