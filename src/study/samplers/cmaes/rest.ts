import { UsageError } from '../../../core/errors.ts';
import type { Observations, SamplerState } from '../../sampler.ts';
import type { SampledSpace } from '../../space-types.ts';
import { tpe } from '../tpe/tpe.ts';

/**
 * A sampler that gives the numbers of a space which are always switched on to one sampler, and all other parameters to
 * `tpe`, which is told of whole points.
 *
 * @param create makes the sampler of the numbers, for a space of these alone
 * @throws UsageError where there are no such numbers
 */
export function withRest(
  space: SampledSpace,
  seed: number,
  create: (numbers: SampledSpace) => SamplerState,
): SamplerState {
  const chosen = numberDimensions(space);
  if (chosen.length === space.dimensions.length) return create(space);
  if (chosen.length === 0) {
    throw new UsageError(
      'cmaes must have a number that is always switched on, got a space without one; use the sampler tpe',
    );
  }
  const dimensions = chosen.map((d) => space.dimensions[d] as SampledSpace['dimensions'][number]);
  // Whether a point is allowed shows only with its other parameters.
  const numbers = create({ dimensions, isAllowed: () => true });
  return new CombinedState(space, chosen, numbers, tpe().create(space, 1, seed));
}

/** Dimensions that are ordered (as two values always are), and that nothing depends on. */
function numberDimensions({ dimensions }: SampledSpace): number[] {
  const parents = new Set(dimensions.map(({ condition }) => condition?.dimension));
  return [...dimensions.keys()].filter((d) => {
    const { kind, size, condition } = dimensions[d] as SampledSpace['dimensions'][number];
    return !condition && !parents.has(d) && (kind === 'number' || size <= 2);
  });
}

class CombinedState implements SamplerState {
  readonly #space: SampledSpace;
  readonly #chosen: readonly number[];
  readonly #numbers: SamplerState;
  readonly #rest: SamplerState;

  constructor(space: SampledSpace, chosen: readonly number[], numbers: SamplerState, rest: SamplerState) {
    this.#space = space;
    this.#chosen = chosen;
    this.#numbers = numbers;
    this.#rest = rest;
  }

  tell(results: Observations): void {
    const width = this.#space.dimensions.length;
    const points = Float64Array.from({ length: results.count * this.#chosen.length }, (_, at) => {
      const row = Math.floor(at / this.#chosen.length);
      return results.points[row * width + (this.#chosen[at % this.#chosen.length] as number)] as number;
    });
    this.#numbers.tell({ ...results, points });
    this.#rest.tell(results);
  }

  ask(first: number, count: number): Float64Array {
    const width = this.#space.dimensions.length;
    const numbers = this.#numbers.ask(first, count);
    const rows = this.#rest.ask(first, count);
    for (let row = 0; row < count; row++) {
      const point = rows.slice(row * width, (row + 1) * width);
      for (const [i, d] of this.#chosen.entries()) {
        point[d] = numbers[row * this.#chosen.length + i] as number;
      }
      // Where both together are forbidden, what tpe suggests stands.
      if (this.#space.isAllowed(point)) rows.set(point, row * width);
    }
    return rows;
  }
}
