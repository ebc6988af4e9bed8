import type { RandomStream } from '../../random-stream.ts';
import type { ToldTrials } from '../told-trials.ts';
import { BestTrials } from './best-trials.ts';
import type { ColumnKind } from './columns.ts';
import { ParzenEstimator, type WeightedPlaces } from './parzen.ts';

/** How good and bad trials are told apart. */
export interface SplitSettings {
  /** The share of the trials that counts as good. */
  readonly gamma: number;
  /** Good trials at most. */
  readonly mostGood: number;
  /** Kernels of bad trials at most. */
  readonly mostBad: number;
}

/** Suggestions of the same ask that the bad estimator knows: the latest ones. */
const rememberedSuggestions = 64;

/** So many of the latest trials weigh 1, older ones less and less. */
const fullWeight = 25;

/**
 * A set of dimensions that are switched on together, and the trials in which they were: a model of its own of what is
 * good there.
 */
export class TreePart {
  readonly dimensions: readonly number[];
  readonly #kinds: readonly ColumnKind[];
  readonly #trials: ToldTrials;
  readonly #settings: SplitSettings;
  /** Trials in which these dimensions were on, in their order. */
  readonly #active: number[] = [];
  readonly #best: BestTrials;

  constructor(
    dimensions: readonly number[],
    kinds: readonly ColumnKind[],
    trials: ToldTrials,
    settings: SplitSettings,
  ) {
    this.dimensions = dimensions;
    this.#kinds = dimensions.map((d) => kinds[d] as ColumnKind);
    this.#trials = trials;
    this.#settings = settings;
    this.#best = new BestTrials(trials, settings.mostGood);
  }

  /** Takes in the trials from index `first` of the table on. */
  add(first: number): void {
    const [dimension = 0] = this.dimensions;
    const fresh: number[] = [];
    for (let trial = first; trial < this.#trials.count; trial++) {
      if (!Number.isNaN(this.#trials.place(trial, dimension))) fresh.push(trial);
    }
    for (const trial of fresh) this.#active.push(trial);
    this.#best.add(fresh);
  }

  model(): PartModel {
    const { gamma, mostGood } = this.#settings;
    const count = Math.min(Math.ceil(gamma * this.#best.count), mostGood);
    const good = this.#best.best(count);
    const isGood = new Set(good);
    const goodPlaces = this.#observations(good, rankWeights(good.length));
    const bad = sparseTrials(this.#active, (trial) => !isGood.has(trial), this.#settings.mostBad);
    return new PartModel(
      this.dimensions,
      new ParzenEstimator(this.#kinds, goodPlaces),
      new ParzenEstimator(this.#kinds, this.#observations(bad.trials, bad.weights), rememberedSuggestions),
    );
  }

  #observations(trials: readonly number[], weights: Float64Array): WeightedPlaces {
    const places = this.dimensions.map((d) =>
      Float64Array.from(trials, (trial) => this.#trials.place(trial, d)),
    );
    return { places, weights };
  }
}

/** What is good and what is bad in a part of the space, as long as one ask goes on. */
export class PartModel {
  readonly dimensions: readonly number[];
  readonly #good: ParzenEstimator;
  readonly #bad: ParzenEstimator;

  constructor(dimensions: readonly number[], good: ParzenEstimator, bad: ParzenEstimator) {
    this.dimensions = dimensions;
    this.#good = good;
    this.#bad = bad;
  }

  get kernels(): number {
    return this.#good.kernels + this.#bad.kernels;
  }

  /** Of some points drawn from the good estimator the one that is most likely good and least likely bad. */
  suggest(candidates: number, stream: RandomStream, snap: (point: Float64Array) => void): Float64Array {
    let best = new Float64Array(this.dimensions.length);
    let point = new Float64Array(this.dimensions.length);
    let largest = -Infinity;
    for (let candidate = 0; candidate < candidates; candidate++) {
      this.#good.sample(stream, point);
      snap(point);
      const ratio = this.#good.logDensity(point) - this.#bad.logDensity(point);
      if (ratio <= largest) continue;
      largest = ratio;
      [best, point] = [point, best];
    }
    return best;
  }

  /** What was suggested counts as bad for the rest of the ask ("constant liar"), so that the others look elsewhere. */
  remember(point: Float64Array): void {
    this.#bad.addKernel(point);
  }
}

/** Weights of good trials, best first, about 1 on average: logarithmic in the rank, as in CMA-ES. */
function rankWeights(count: number): Float64Array {
  return Float64Array.from({ length: count }, (_, rank) => Math.log((count + 1) / (rank + 1)));
}

/**
 * The trials that pass, or `most` of them: the latest half of them, and of all older ones every n-th, which stands for
 * those left out. Looks at no more trials than it returns.
 */
export function sparseTrials(
  trials: readonly number[],
  passes: (trial: number) => boolean,
  most: number,
): { readonly trials: readonly number[]; readonly weights: Float64Array } {
  const recent = trials.length > most ? trials.length - most / 2 : 0;
  const stride = Math.max(1, recent / (most / 2));
  const chosen: number[] = [];
  const weights: number[] = [];
  const choose = (rank: number, standsFor: number) => {
    const trial = trials[rank] as number;
    if (!passes(trial)) return;
    chosen.push(trial);
    weights.push(standsFor * ageWeight(rank, trials.length));
  };
  for (let rank = 0; rank < recent; rank += stride) choose(Math.floor(rank), stride);
  for (let rank = recent; rank < trials.length; rank++) choose(rank, 1);
  return { trials: chosen, weights: Float64Array.from(weights) };
}

function ageWeight(rank: number, count: number): number {
  const ramp = count - fullWeight;
  return rank >= ramp ? 1 : (1 + (rank * (count - 1)) / ramp) / count;
}
