import { knownOptions, wholeNumber } from '../../core/check.ts';
import { UsageError } from '../../core/errors.ts';
import { epochPermutation, permute } from '../../core/permutation.ts';
import { purposes } from '../random-stream.ts';
import type { Sampler } from '../sampler.ts';
import type { Dimension, SampledSpace } from '../space-types.ts';
import { AllowedSequence } from './allowed-points.ts';

export interface GridOptions {
  /** Values of a continuous parameter, evenly spread on its scale with both ends among them. Default 5. */
  readonly resolution?: number;
}

/** A grid of more points takes long to search for those that constraints allow. */
const mostPoints = 2 ** 24;
const mostValues = 2 ** 16;

/**
 * Suggests all combinations of the parameters' values, each once, and then nothing more. They come in a shuffled order,
 * so that the first ones already lie all over the space.
 */
export function grid(options: GridOptions = {}): Sampler {
  knownOptions('options of the grid sampler', options, ['resolution']);
  const resolution = wholeNumber('resolution', options.resolution ?? 5, 1);
  return {
    name: 'grid',
    create: (space, _objectives, seed) => {
      const { size, pointAt } = gridOf(space, resolution);
      const order = epochPermutation(seed, purposes.order, size);
      const sequence = new AllowedSequence(space, (place) => pointAt(permute(order, place)), size);
      return { tell: () => {}, ask: (first, count) => sequence.rows(first, count) };
    },
  };
}

/** A dimension of the grid, and those that depend on it. */
interface Axis {
  readonly dimension: number;
  readonly places: readonly number[];
  /** For each place, the points of the axes below, which it has switched on. */
  readonly below: readonly Product[];
  readonly size: number;
}

/** All combinations of some axes. */
interface Product {
  readonly axes: readonly Axis[];
  readonly size: number;
}

/** @throws UsageError where it has too many points */
function gridOf({ dimensions }: SampledSpace, resolution: number) {
  const axesBelow = (parent: number | undefined): Axis[] =>
    dimensions.flatMap(({ condition }, d) => (condition?.dimension === parent ? [axisOf(d)] : []));
  const axisOf = (dimension: number): Axis => {
    const places = placesOf(dimensions[dimension] as Dimension, resolution);
    const axes = axesBelow(dimension);
    const isOn = (axis: Axis, place: number) => dimensions[axis.dimension]?.condition?.holds(place);
    const below = places.map((place) => productOf(axes.filter((axis) => isOn(axis, place))));
    return { dimension, places, below, size: below.reduce((sum, { size }) => sum + size, 0) };
  };
  const all = productOf(axesBelow(undefined));
  if (all.size > mostPoints) {
    throw new UsageError(
      `the grid must have at most 2^24 points, got ${all.size}; lower resolution, enlarge steps, or sample at random`,
    );
  }
  const pointAt = (index: number) => {
    const point = new Float64Array(dimensions.length).fill(NaN);
    setProduct(point, all, index);
    return point;
  };
  return { size: all.size, pointAt };
}

const productOf = (axes: readonly Axis[]): Product => ({
  axes,
  size: axes.reduce((size, axis) => size * axis.size, 1),
});

function setProduct(point: Float64Array, { axes }: Product, index: number): void {
  let rest = index;
  for (const axis of axes) {
    setAxis(point, axis, rest % axis.size);
    rest = Math.floor(rest / axis.size);
  }
}

function setAxis(point: Float64Array, { dimension, places, below, size }: Axis, index: number): void {
  // Where nothing below varies, each place is one point.
  const isFlat = size === places.length;
  let at = isFlat ? index : 0;
  let rest = isFlat ? 0 : index;
  for (let product = below[at]; product && rest >= product.size; product = below[at]) {
    rest -= product.size;
    at++;
  }
  point[dimension] = places[at] as number;
  setProduct(point, below[at] as Product, rest);
}

function placesOf(dimension: Dimension, resolution: number): number[] {
  if (dimension.size <= mostValues) return valuesOf(dimension);
  if (dimension.size < Infinity) {
    throw new UsageError(
      `${dimension.name} must have at most ${mostValues} values for a grid, got ${dimension.size}; enlarge its step`,
    );
  }
  if (resolution === 1) return [0.5];
  return Array.from({ length: resolution }, (_, i) => i / (resolution - 1));
}

/** The places of all values: each next one is found by halving what lies behind the last. */
function valuesOf({ size, snap }: Dimension): number[] {
  const places = [snap(0)];
  while (places.length < size) {
    const last = places[places.length - 1] as number;
    let [inside, beyond] = [last, 1];
    while (snap(beyond) !== last) {
      const middle = (inside + beyond) / 2;
      if (middle === inside || middle === beyond) break;
      if (snap(middle) === last) inside = middle;
      else beyond = middle;
    }
    places.push(snap(beyond));
  }
  return places;
}
