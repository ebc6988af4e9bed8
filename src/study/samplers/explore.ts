import { drawUniform } from '../random-stream.ts';
import type { Dimension, SampledSpace } from '../space-types.ts';
import { settle } from './allowed-points.ts';

/** How the parameters of a copy are changed. */
export interface Exploring {
  readonly space: SampledSpace;
  readonly seed: number;
  /** Factors that numbers are perturbed with. */
  readonly perturb: readonly number[];
  /** The probability of a fresh draw. */
  readonly resample: number;
  /** By dimension: is it left as it is? */
  readonly kept: readonly boolean[];
}

/** Changes that constraints may forbid before a copy keeps the parameters that it has. */
const attempts = 100;

/** The point of a copy: that of its parent, changed in all dimensions that are not kept. */
export function explored(exploring: Exploring, index: number, parent: Float64Array): Float64Array {
  const { space, kept } = exploring;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const point = parent.map((place, d) => {
      const dimension = space.dimensions[d] as Dimension;
      return kept[d] ? place : movedPlace(exploring, index, attempt * parent.length + d, dimension, place);
    });
    settle(space.dimensions, point);
    if (space.isAllowed(point)) return point;
  }
  return parent;
}

/** A parameter that was switched off has no place to move from, and is drawn. */
function movedPlace(
  { seed, perturb, resample }: Exploring,
  index: number,
  draw: number,
  { kind, size }: Dimension,
  place: number,
): number {
  const [isFresh, fresh, which] = [0, 1, 2].map((k) => drawUniform(seed, 'explore', index, 3 * draw + k));
  if (Number.isNaN(place) || (isFresh as number) < resample) return fresh as number;
  const factor = perturb[Math.floor((which as number) * perturb.length)] as number;
  const neighbour = 1 / size;
  const distance = kind === 'choice' ? neighbour : Math.max(Math.abs(factor - 1), neighbour);
  return turnedBack(place + Math.sign(factor - 1) * distance);
}

/** A place beyond an end is as far inside of it. */
const turnedBack = (place: number) => (place > 1 ? 2 - place : Math.abs(place));
