import { finiteNumber, knownOptions, trueOrFalse, wholeNumber } from '../../../core/check.ts';
import { purposes, RandomStream } from '../../random-stream.ts';
import type { Observations, Sampler, SamplerState } from '../../sampler.ts';
import type { SampledSpace } from '../../space-types.ts';
import { isActive, uniformPoint } from '../places.ts';
import { ToldTrials } from '../told-trials.ts';
import { columnKind } from './columns.ts';
import { jointlyActive } from './groups.ts';
import { type PartModel, TreePart } from './tree-part.ts';

export interface TpeOptions {
  /** Trials with a value before the model is used; until then points are uniform. 10 unless given. */
  readonly startup?: number;
  /** The share of the trials that counts as good, in (0, 1). 0.1 unless given. */
  readonly gamma?: number;
  /** Good trials at most. 25 unless given; 100 for several objectives. */
  readonly mostGood?: number;
  /** Kernels of bad trials at most: what an ask costs does not grow with older trials. 256 unless given. */
  readonly mostBad?: number;
  /**
   * Points drawn from the good estimator, of which the best one is suggested. 24 unless given. An ask of n suggestions
   * takes candidates / sqrt(n) for each, at least a third of them, so that a batch spreads over what is good.
   */
  readonly candidates?: number;
  /** Whether dimensions are modelled together. True unless given. */
  readonly multivariate?: boolean;
}

/**
 * The tree-structured Parzen estimator: a density of the good trials and one of the others, and suggestions where the
 * first is high and the second low. Takes choices, conditions, several objectives, pruned trials and large batches.
 *
 * Sources: Bergstra et al., "Algorithms for hyper-parameter optimization", 2011; multivariate as in Falkner et al.,
 * "BOHB", 2018; components as compared in Watanabe, "Tree-structured Parzen estimator", 2023 (arXiv 2304.11127).
 *
 * @throws UsageError for options that break their rules
 */
export function tpe(options: TpeOptions = {}): Sampler {
  knownOptions('tpe', options, [
    'startup',
    'gamma',
    'mostGood',
    'mostBad',
    'candidates',
    'multivariate',
  ] satisfies (keyof TpeOptions)[]);
  const startup = wholeNumber('startup', options.startup ?? 10, 1);
  const gamma = finiteNumber('gamma', options.gamma ?? 0.1, { above: 0, below: 1 });
  const mostBad = wholeNumber('mostBad', options.mostBad ?? 256, 2);
  const candidates = wholeNumber('candidates', options.candidates ?? 24, 1);
  const multivariate = trueOrFalse('multivariate', options.multivariate ?? true);
  const mostGood = options.mostGood === undefined ? undefined : wholeNumber('mostGood', options.mostGood, 1);
  return {
    name: 'tpe',
    create: (space, objectives, seed) =>
      new TpeState(space, objectives, seed, {
        startup,
        candidates,
        multivariate,
        split: { gamma, mostBad, mostGood: mostGood ?? (objectives > 1 ? 100 : 25) },
      }),
  };
}

interface TpeSettings {
  readonly startup: number;
  readonly candidates: number;
  readonly multivariate: boolean;
  readonly split: ConstructorParameters<typeof TreePart>[3];
}

/** Points that a constraint forbids are drawn anew so often before a uniform one is taken. */
const mostAttempts = 16;

class TpeState implements SamplerState {
  readonly #space: SampledSpace;
  readonly #seed: number;
  readonly #settings: TpeSettings;
  readonly #trials: ToldTrials;
  readonly #parts: readonly TreePart[];
  #withValues = 0;

  constructor(space: SampledSpace, objectives: number, seed: number, settings: TpeSettings) {
    this.#space = space;
    this.#seed = seed;
    this.#settings = settings;
    this.#trials = new ToldTrials(space.dimensions.length, objectives);
    const kinds = space.dimensions.map(columnKind);
    const groups = settings.multivariate
      ? jointlyActive(space.dimensions)
      : space.dimensions.map((_, d) => [d]);
    this.#parts = groups.map((group) => new TreePart(group, kinds, this.#trials, settings.split));
  }

  tell(results: Observations): void {
    const first = this.#trials.count;
    this.#trials.add(results);
    for (let trial = first; trial < this.#trials.count; trial++) {
      if (!this.#trials.hasFailed(trial)) this.#withValues++;
    }
    for (const part of this.#parts) part.add(first);
  }

  ask(first: number, count: number): Float64Array {
    const isStarting = this.#withValues < this.#settings.startup;
    const models = isStarting ? [] : this.#parts.map((part) => part.model());
    const candidates = Math.ceil(this.#settings.candidates * Math.max(1 / 3, 1 / Math.sqrt(count)));
    const width = this.#space.dimensions.length;
    const points = new Float64Array(count * width);
    for (let i = 0; i < count; i++) {
      const stream = new RandomStream(this.#seed, purposes.tpe, first + i);
      const point = isStarting
        ? uniformPoint(this.#space, stream)
        : this.#suggest(models, candidates, stream);
      points.set(point, i * width);
    }
    return points;
  }

  #suggest(models: readonly PartModel[], candidates: number, stream: RandomStream): Float64Array {
    let point = this.#draw(models, candidates, stream);
    for (let attempt = 1; attempt < mostAttempts && !this.#space.isAllowed(point); attempt++) {
      point = this.#draw(models, candidates, stream);
    }
    if (!this.#space.isAllowed(point)) point = uniformPoint(this.#space, stream);
    for (const model of models) {
      const place = this.#partOf(model, point);
      if (place) model.remember(place);
    }
    return point;
  }

  #draw(models: readonly PartModel[], candidates: number, stream: RandomStream): Float64Array {
    const { dimensions } = this.#space;
    const point = new Float64Array(dimensions.length).fill(Number.NaN);
    for (const model of models) {
      const [leader = 0] = model.dimensions;
      const isOn = dimensions[leader] && isActive(dimensions[leader], point);
      if (!isOn) continue;
      const part = model.suggest(candidates, stream, (places) => this.#snap(model, places));
      for (const [i, d] of model.dimensions.entries()) point[d] = part[i] as number;
    }
    return point;
  }

  #snap({ dimensions }: PartModel, places: Float64Array): void {
    for (const [i, d] of dimensions.entries()) {
      places[i] = this.#space.dimensions[d]?.snap(places[i] as number) as number;
    }
  }

  /** The places of a part's dimensions, where they are switched on. */
  #partOf({ dimensions }: PartModel, point: Float64Array): Float64Array | undefined {
    const places = Float64Array.from(dimensions, (d) => point[d] as number);
    return Number.isNaN(places[0]) ? undefined : places;
  }
}
