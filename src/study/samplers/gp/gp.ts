import { knownOptions, wholeNumber } from '../../../core/check.ts';
import { UsageError } from '../../../core/errors.ts';
import { purposes, RandomStream } from '../../random-stream.ts';
import type { Observations, Sampler, SamplerState } from '../../sampler.ts';
import type { SampledSpace } from '../../space-types.ts';
import { uniformPoint } from '../places.ts';
import { rankedResults } from '../ranking.ts';
import { ToldTrials } from '../told-trials.ts';
import { logExpectedImprovement } from './expected-improvement.ts';
import { fitHyperparameters } from './fit-hyperparameters.ts';
import { GaussianProcess } from './gaussian-process.ts';
import { propose } from './propose.ts';
import { modelledValues } from './values.ts';

export interface GpOptions {
  /** Trials with a value before the model is used; until then points are uniform. 10 unless given. */
  readonly startup?: number;
  /**
   * Trials that are modelled at most: the best half of so many, and the latest. Time grows with the cube of it. 200
   * unless given.
   */
  readonly most?: number;
  /** Points of which the best ones are improved further for each suggestion. 1000 unless given. */
  readonly candidates?: number;
}

/**
 * Bayesian optimisation by a Gaussian process, for few and dear trials: Matern's kernel of smoothness 5/2 with a length
 * for each parameter, and log expected improvement. In a batch, each suggestion counts as a trial with the value that
 * was expected there ("kriging believer"). Choices and conditions are compared as same or not.
 *
 * @throws UsageError for options that break their rules
 */
export function gp(options: GpOptions = {}): Sampler {
  knownOptions('gp', options, ['startup', 'most', 'candidates'] satisfies (keyof GpOptions)[]);
  const settings = {
    startup: wholeNumber('startup', options.startup ?? 10, 1),
    most: wholeNumber('most', options.most ?? 200, 2),
    candidates: wholeNumber('candidates', options.candidates ?? 1000, 1),
  };
  return {
    name: 'gp',
    create(space, objectives, seed) {
      if (objectives === 1) return new GpState(space, seed, settings);
      throw new UsageError(`gp must have one objective, got ${objectives}; use the sampler tpe for several`);
    },
  };
}

/** Suggestions of an ask that are modelled; those behind them are uniform, as their model would take too long. */
const mostBelieved = 64;
/** Candidates are drawn near so many of the best trials. */
const goodTrials = 3;

class GpState implements SamplerState {
  readonly #space: SampledSpace;
  readonly #seed: number;
  readonly #settings: Required<GpOptions>;
  readonly #trials: ToldTrials;
  #withValues = 0;

  constructor(space: SampledSpace, seed: number, settings: Required<GpOptions>) {
    this.#space = space;
    this.#seed = seed;
    this.#settings = settings;
    this.#trials = new ToldTrials(space.dimensions.length, 1);
  }

  tell(results: Observations): void {
    this.#trials.add(results);
    for (const value of results.values) if (!Number.isNaN(value)) this.#withValues++;
  }

  ask(first: number, count: number): Float64Array {
    const { startup, candidates, most } = this.#settings;
    const { dimensions } = this.#space;
    const rows = new Float64Array(count * dimensions.length);
    const modelled = this.#withValues < startup ? 0 : Math.min(count, mostBelieved);
    const model = modelled > 0 ? this.#model(most, modelled) : undefined;
    const some = Math.ceil(candidates / Math.sqrt(modelled));
    for (let i = 0; i < count; i++) {
      const stream = new RandomStream(this.#seed, purposes.gp, first + i);
      const point =
        model && i < modelled ? this.#suggest(model, some, stream) : uniformPoint(this.#space, stream);
      rows.set(point, i * dimensions.length);
    }
    return rows;
  }

  #suggest({ process, good, least }: Model, candidates: number, stream: RandomStream): Float64Array {
    const score = (point: Float64Array) => logExpectedImprovement(process.predict(point), least);
    const point = propose(this.#space, score, good, candidates, stream);
    process.add(point, process.predict(point).mean);
    return point;
  }

  #model(most: number, believed: number): Model {
    const { dimensions } = this.#space;
    const chosen = this.#chosen(most);
    const points = chosen.map((trial) => this.#trials.point(trial));
    const raw = Float64Array.from(chosen, (trial) => this.#trials.value(trial, 0));
    const shares = Float64Array.from(chosen, (trial) => this.#trials.share(trial));
    const values = modelledValues(raw, shares);
    const hyperparameters = fitHyperparameters(dimensions, points, values);
    const capacity = points.length + believed;
    const process = new GaussianProcess(dimensions, hyperparameters, points, values, capacity);
    const good = rankedResults(raw, shares).slice(0, goodTrials);
    return { process, least: process.leastMean(), good: good.map((i) => points[i] as Float64Array) };
  }

  /** The trials to model: all, or the best ones and the latest. */
  #chosen(most: number): readonly number[] {
    const { count } = this.#trials;
    const all = Array.from({ length: count }, (_, i) => i);
    if (count <= most) return all;
    const values = all.map((trial) => this.#trials.value(trial, 0));
    const shares = all.map((trial) => this.#trials.share(trial));
    const best = rankedResults(values, shares).slice(0, Math.ceil(most / 2));
    const isBest = new Set(best);
    const latest = all.filter((trial) => !isBest.has(trial)).slice(-Math.floor(most / 2));
    return [...best, ...latest].sort((a, b) => a - b);
  }
}

interface Model {
  readonly process: GaussianProcess;
  /** The least expected value of a trial. */
  readonly least: number;
  readonly good: readonly Float64Array[];
}
