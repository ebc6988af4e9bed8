import { finiteNumber, knownOptions, oneOf, shown, wholeNumber } from '../../core/check.ts';
import { UsageError } from '../../core/errors.ts';
import { drawWord } from '../random-stream.ts';
import type { Observations, Sampler, SamplerState } from '../sampler.ts';
import type { SampledSpace } from '../space-types.ts';
import { type Exploring, explored } from './explore.ts';
import { randomPoint } from './random.ts';
import { truncationSelection } from './truncation-selection.ts';

export interface PopulationOptions {
  /** Trials of a generation, which is a round. */
  readonly population: number;
  /** The share of the population that copies from as many best ones, at most 0.5. Default 0.2. */
  readonly quantile?: number;
  /**
   * How far a number of a copy moves: a factor of 1.2 moves it up by 0.2 of its range, on the parameter's own scale, one
   * of 0.8 down by as much; beyond an end it turns back. One factor is drawn for each number. A choice moves to the
   * value before or behind it. Default [0.8, 1.2].
   */
  readonly perturb?: readonly number[];
  /** The probability that a parameter of a copy is drawn anew instead. Default 0.25. */
  readonly resample?: number;
  /** Parameters that copies take over as they are, since the weights' shapes depend on them. Default none. */
  readonly keep?: readonly string[];
}

type CheckedOptions = Required<PopulationOptions>;

/**
 * Population-based training (M. Jaderberg et al., "Population Based Training of Neural Networks", 2017): parameters
 * change while the weights train on. Generation g is the trials from g * population on, each of which goes on from the
 * weights of a trial of the generation before. The worst `quantile` of it, and those that failed, copy weights and
 * parameters of one of the best `quantile`, drawn at random, and change the parameters a little (truncation selection);
 * all others go on from their own.
 */
export function populationBased(options: PopulationOptions): Sampler {
  const names = ['population', 'quantile', 'perturb', 'resample', 'keep'];
  knownOptions('options of the population-based sampler', options, names);
  const { quantile = 0.2, perturb = [0.8, 1.2], resample = 0.25, keep = [] } = options;
  const checked = {
    population: wholeNumber('population', options.population, 2),
    quantile: finiteNumber('quantile', quantile, { above: 0, most: 0.5 }),
    perturb: checkedList('perturb', perturb),
    resample: finiteNumber('resample', resample, { least: 0, most: 1 }),
    keep: checkedList('keep', keep),
  };
  for (const factor of checked.perturb) finiteNumber('perturb', factor, { above: 0, below: 2 });
  if (perturb.length === 0) throw new UsageError('perturb must have at least one factor, got none');
  return {
    name: 'population-based',
    roundSize: checked.population,
    create: (space, objectives, seed) => {
      if (objectives !== 1) {
        throw new UsageError(
          `population-based training must have one objective, got ${objectives}; name one, or take another sampler`,
        );
      }
      return new PopulationState(space, checked, seed);
    },
  };
}

function checkedList<T>(name: string, list: readonly T[]): readonly T[] {
  if (Array.isArray(list)) return list;
  throw new UsageError(`${name} must be a list, got ${shown(list)}`);
}

/** Where each parameter that is to be kept stands. @throws UsageError where one depends on one that is not */
function keptDimensions({ dimensions }: SampledSpace, keep: readonly string[]): boolean[] {
  const names = dimensions.map(({ name }) => name);
  for (const name of keep) oneOf('keep', name, names);
  for (const { name, condition } of dimensions) {
    const needed = condition && (names[condition.dimension] as string);
    if (!needed || !keep.includes(name) || keep.includes(needed)) continue;
    throw new UsageError(`keep must have ${needed} too, since ${name} depends on it, got ${keep.join(', ')}`);
  }
  return names.map((name) => keep.includes(name));
}

class PopulationState implements SamplerState {
  private readonly space: SampledSpace;
  private readonly options: CheckedOptions;
  private readonly seed: number;
  private readonly exploring: Exploring;
  private readonly points: Float64Array[] = [];
  private readonly losses: number[] = [];
  /** The parents of the trials of a generation. */
  private readonly generations = new Map<number, Int32Array>();

  constructor(space: SampledSpace, options: CheckedOptions, seed: number) {
    this.space = space;
    this.options = options;
    this.seed = seed;
    this.exploring = { ...options, kept: keptDimensions(space, options.keep), space, seed };
  }

  tell({ count, points, values }: Observations): void {
    const width = this.space.dimensions.length;
    for (let row = 0; row < count; row++) {
      this.points.push(points.slice(row * width, (row + 1) * width));
      this.losses.push(values[row] as number);
    }
  }

  ask(first: number, count: number): Float64Array {
    const width = this.space.dimensions.length;
    const rows = new Float64Array(count * width);
    for (let row = 0; row < count; row++) {
      rows.set(this.pointOf(first + row), row * width);
    }
    return rows;
  }

  parents(first: number, count: number): Int32Array {
    return Int32Array.from({ length: count }, (_, row) => this.parentOf(first + row));
  }

  private pointOf(index: number): Float64Array {
    const parent = this.parentOf(index);
    const point = new Float64Array(this.space.dimensions.length);
    if (parent < 0) randomPoint(this.space, this.seed, index, point);
    else point.set(this.points[parent] as Float64Array);
    const isCopy = parent >= 0 && parent !== index - this.options.population;
    return isCopy ? explored(this.exploring, index, point) : point;
  }

  private parentOf(index: number): number {
    const { population } = this.options;
    const generation = Math.floor(index / population);
    return generation === 0 ? -1 : (this.parentsOf(generation)[index % population] as number);
  }

  private parentsOf(generation: number): Int32Array {
    const known = this.generations.get(generation);
    if (known) return known;
    const { population, quantile } = this.options;
    const first = (generation - 1) * population;
    if (this.losses.length < first + population) {
      throw new UsageError(
        `rounds must be of the population's ${population} trials, got one of another size`,
      );
    }
    const copies = Math.min(Math.ceil(quantile * population), Math.floor(population / 2));
    const draw = (slot: number) => drawWord(this.seed, 'exploit', first + population + slot);
    const slots = truncationSelection(this.losses.slice(first, first + population), copies, draw);
    const parents = slots.map((slot) => (slot < 0 ? -1 : first + slot));
    this.generations.set(generation, parents);
    return parents;
  }
}
