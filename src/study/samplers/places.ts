import { UsageError } from '../../core/errors.ts';
import type { RandomStream } from '../random-stream.ts';
import type { Dimension, SampledSpace } from '../space-types.ts';

/** More attempts than a search space with sensible constraints needs to find a point that they allow. */
const mostAttempts = 1000;

/** Whether a dimension is switched on at a point whose earlier dimensions are set. */
export function isActive({ condition }: Dimension, point: ArrayLike<number>): boolean {
  if (!condition) return true;
  const place = point[condition.dimension] as number;
  return !Number.isNaN(place) && condition.holds(place);
}

/** Sets every dimension of `point` to what `place` says, snapped, or to NaN where it is switched off. */
export function fillPoint(
  dimensions: readonly Dimension[],
  point: Float64Array,
  place: (dimension: number) => number,
): void {
  for (const [d, dimension] of dimensions.entries()) {
    point[d] = isActive(dimension, point) ? dimension.snap(place(d)) : Number.NaN;
  }
}

/**
 * A uniform point that the constraints allow.
 *
 * @throws UsageError where a thousand points in a row are forbidden
 */
export function uniformPoint(space: SampledSpace, stream: RandomStream): Float64Array {
  const point = new Float64Array(space.dimensions.length);
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    fillPoint(space.dimensions, point, () => stream.uniform());
    if (space.isAllowed(point)) return point;
  }
  throw new UsageError(
    `the constraints must allow a good part of the space, got none of ${mostAttempts} random points; ` +
      'widen them, or narrow the ranges of the parameters',
  );
}

/**
 * The ends of the intervals of places that stand for the same value, from 0 to 1: value i is between `edges[i]` and
 * `edges[i + 1]`. `snap` is asked, since values need not be evenly spread (on a logarithmic scale they are not).
 */
export function binEdges(dimension: Dimension): Float64Array {
  const edges = new Float64Array(dimension.size + 1);
  for (let bin = 0; bin < dimension.size - 1; bin++) {
    edges[bin + 1] = binEnd(dimension, edges[bin] as number);
  }
  edges[dimension.size] = 1;
  return edges;
}

/** Where the value changes that begins at `start`. */
function binEnd(dimension: Dimension, start: number): number {
  const value = dimension.snap(start + 1e-9);
  let low = start;
  let high = 1;
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (dimension.snap(middle) === value) low = middle;
    else high = middle;
  }
  return high;
}

/** The interval of `edges` that a place lies in. */
export function binOf(edges: Float64Array, place: number): number {
  let low = 0;
  let high = edges.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (place >= (edges[middle] as number)) low = middle;
    else high = middle - 1;
  }
  return low;
}
