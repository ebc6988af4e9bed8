import { finiteNumber, knownOptions, trueOrFalse, wholeNumber } from '../../../core/check.ts';
import { UsageError } from '../../../core/errors.ts';
import { purposes, RandomStream } from '../../random-stream.ts';
import type { Observations, Sampler, SamplerState } from '../../sampler.ts';
import type { SampledSpace } from '../../space-types.ts';
import { binEdges, uniformPoint } from '../places.ts';
import { rankedResults } from '../ranking.ts';
import { marginFactor } from './margin.ts';
import { withRest } from './rest.ts';
import { SearchDistribution } from './search-distribution.ts';
import { defaultPopulation } from './strategy.ts';

export interface CmaesOptions {
  /** Width of the first generation, the whole range being 1. 1/6 unless given. */
  readonly sigma?: number;
  /**
   * Trials of a generation at least. 4 + 3 ln(dimensions) unless given. A generation ends with the round that completes
   * it and all its trials count, so that rounds of more trials are generations of their own.
   */
  readonly population?: number;
  /**
   * Whether to begin anew at a random point, with generations twice as large (IPOP), once a search has converged. True
   * unless given.
   */
  readonly restarts?: boolean;
}

/**
 * CMA-ES: a normal distribution that moves, widens and turns towards what was good. For one objective, and for numbers
 * and choices of two values that are always switched on; `tpe` suggests the other parameters.
 *
 * Sources: Hansen, "The CMA evolution strategy: a tutorial", 2016; restarts as in Auger and Hansen, "A restart CMA
 * evolution strategy with increasing population size", 2005; parameters of few values keep a margin in the manner of
 * Hamano et al., "CMA-ES with margin", 2022.
 *
 * @throws UsageError for options that break their rules
 */
export function cmaes(options: CmaesOptions = {}): Sampler {
  knownOptions('cmaes', options, ['sigma', 'population', 'restarts'] satisfies (keyof CmaesOptions)[]);
  const sigma = finiteNumber('sigma', options.sigma ?? 1 / 6, { above: 0, most: 1 });
  const population =
    options.population === undefined ? undefined : wholeNumber('population', options.population, 4);
  const restarts = trueOrFalse('restarts', options.restarts ?? true);
  return {
    name: 'cmaes',
    create(space, objectives, seed) {
      if (objectives > 1) {
        throw new UsageError(
          `cmaes must have one objective, got ${objectives}; use the sampler tpe for several`,
        );
      }
      return withRest(space, seed, (numbers) => {
        const least = population ?? defaultPopulation(numbers.dimensions.length);
        return new CmaesState(numbers, seed, { sigma, restarts, population: least });
      });
    },
  };
}

interface CmaesSettings {
  readonly sigma: number;
  readonly population: number;
  readonly restarts: boolean;
}

/** A search has converged where its distribution is no wider than this in any dimension, the whole range being 1. */
const convergedWidth = 1e-8;
/** Or where one axis is so much longer than another that rounding takes over. */
const worstCondition = 1e14;
/** Numbers with more values than this are searched as if they were continuous. */
const mostBins = 100;

class CmaesState implements SamplerState {
  readonly #space: SampledSpace;
  readonly #seed: number;
  readonly #settings: CmaesSettings;
  /** For each dimension of few values the ends of their intervals. */
  readonly #edges: readonly (Float64Array | undefined)[];
  #distribution: SearchDistribution;
  #population: number;
  #restarts = 0;
  /** The generation as far as it was told. */
  #points: Float64Array[] = [];
  #values: number[] = [];
  #shares: number[] = [];

  constructor(space: SampledSpace, seed: number, settings: CmaesSettings) {
    this.#space = space;
    this.#seed = seed;
    this.#settings = settings;
    this.#edges = space.dimensions.map((dimension) =>
      dimension.size <= mostBins ? binEdges(dimension) : undefined,
    );
    const center = new Float64Array(space.dimensions.length).fill(0.5);
    this.#distribution = new SearchDistribution(center, settings.sigma);
    this.#population = settings.population;
  }

  ask(first: number, count: number): Float64Array {
    const width = this.#space.dimensions.length;
    const factors = this.#marginFactors();
    const points = new Float64Array(count * width);
    for (let i = 0; i < count; i++) points.set(this.#draw(first + i, factors), i * width);
    return points;
  }

  tell({ count, points, values, shares }: Observations): void {
    const width = this.#space.dimensions.length;
    for (let i = 0; i < count; i++) {
      this.#points.push(points.slice(i * width, (i + 1) * width));
      this.#values.push(values[i] as number);
      this.#shares.push(shares[i] as number);
    }
    if (this.#points.length >= this.#population) this.#endGeneration();
  }

  #endGeneration(): void {
    const order = rankedResults(this.#values, this.#shares);
    this.#distribution.adapt(order.map((i) => this.#points[i] as Float64Array));
    if (this.#settings.restarts && this.#hasConverged()) this.#restart();
    this.#points = [];
    this.#values = [];
    this.#shares = [];
  }

  #hasConverged(): boolean {
    const deviations = this.#edges.map((_, d) => this.#distribution.deviation(d));
    const isFlat = this.#values.every((value) => value === this.#values[0]);
    return (
      Math.max(...deviations) < convergedWidth || isFlat || this.#distribution.condition > worstCondition
    );
  }

  #restart(): void {
    this.#restarts++;
    this.#population *= 2;
    // Counted down from the end of the indices, where no trial is.
    const stream = new RandomStream(this.#seed, purposes.cmaes, 2 ** 32 - this.#restarts);
    this.#distribution = new SearchDistribution(uniformPoint(this.#space, stream), this.#settings.sigma);
  }

  /** How many times as wide each dimension is sampled. */
  #marginFactors(): Float64Array {
    const margin = 1 / (this.#space.dimensions.length * this.#population);
    return Float64Array.from(this.#edges, (edges, d) =>
      edges
        ? marginFactor(edges, this.#distribution.mean[d] as number, this.#distribution.deviation(d), margin)
        : 1,
    );
  }

  /** The point of a trial: drawn anew until it lies in the cube and is allowed, at last pushed inside. */
  #draw(index: number, factors: Float64Array): Float64Array {
    const stream = new RandomStream(this.#seed, purposes.cmaes, index);
    const attempts = 10 * factors.length;
    let drawn = this.#drawOnce(factors, stream);
    for (let attempt = 1; attempt < attempts && !this.#fits(drawn); attempt++) {
      drawn = this.#drawOnce(factors, stream);
    }
    const point = drawn.map((place, d) => this.#snapped(place, d));
    return this.#space.isAllowed(point) ? point : uniformPoint(this.#space, stream);
  }

  #drawOnce(factors: Float64Array, stream: RandomStream): Float64Array {
    const { mean } = this.#distribution;
    const drawn = this.#distribution.point(new Float64Array(factors.length).map(() => stream.normal()));
    return drawn.map((place, d) => {
      const center = mean[d] as number;
      return center + (factors[d] as number) * (place - center);
    });
  }

  /** Parameters of few values may be drawn from outside: their outermost values reach as far as one likes. */
  #fits(drawn: Float64Array): boolean {
    const isInside = drawn.every((place, d) => this.#edges[d] || (place >= 0 && place <= 1));
    return isInside && this.#space.isAllowed(drawn.map((place, d) => this.#snapped(place, d)));
  }

  #snapped(place: number, d: number): number {
    return this.#space.dimensions[d]?.snap(Math.min(Math.max(place, 0), 1)) as number;
  }
}
