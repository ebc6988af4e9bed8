import type { RandomStream } from '../../random-stream.ts';
import type { SampledSpace } from '../../space-types.ts';
import { fillPoint, uniformPoint } from '../places.ts';

/** How good a point is, to be made large. */
export type Score = (point: Float64Array) => number;

interface Scored {
  readonly point: Float64Array;
  readonly score: number;
}

/** Local searches begin at the best candidates. */
const localSearches = 4;
/** Steps of a local search, the whole range being 1. */
const firstStep = 0.1;
const leastStep = 1e-3;
/** Widths of the clouds of candidates around what is good. */
const cloudWidths = [0.3, 0.1, 0.03, 0.01];

/**
 * Looks for the point of the highest score: among uniform points and points near `good` ones, and from the best of
 * those on by small steps along the axes. All parameters may be numbers or choices, and depend on each other.
 */
export function propose(
  space: SampledSpace,
  score: Score,
  good: readonly Float64Array[],
  candidates: number,
  stream: RandomStream,
): Float64Array {
  const scored: Scored[] = [];
  for (let i = 0; i < candidates; i++) {
    const center = i % 2 === 0 ? undefined : good[stream.integer(good.length)];
    const point = center ? nearbyPoint(space, center, stream) : uniformPoint(space, stream).slice();
    scored.push({ point, score: score(point) });
  }
  scored.sort((a, b) => b.score - a.score);
  const found = scored.slice(0, localSearches).map((start) => climb(space, score, start));
  return found.reduce((best, other) => (other.score > best.score ? other : best)).point;
}

function nearbyPoint(space: SampledSpace, center: Float64Array, stream: RandomStream): Float64Array {
  const point = new Float64Array(center.length);
  const width = cloudWidths[stream.integer(cloudWidths.length)] as number;
  fillPoint(space.dimensions, point, (d) => {
    const place = center[d] as number;
    const isChoice = space.dimensions[d]?.kind === 'choice';
    const isFar = Number.isNaN(place) || (isChoice && stream.uniform() < width);
    if (isFar) return stream.uniform();
    return isChoice ? place : clipped(place + width * stream.normal());
  });
  return space.isAllowed(point) ? point : uniformPoint(space, stream);
}

/** Goes to a better neighbour as long as there is one, in steps that become smaller. */
function climb(space: SampledSpace, score: Score, start: Scored): Scored {
  let best = start;
  for (let step = firstStep; step >= leastStep; ) {
    const better = betterNeighbour(space, score, best, step);
    if (better) best = better;
    else step /= 2;
  }
  return best;
}

function betterNeighbour(space: SampledSpace, score: Score, from: Scored, step: number): Scored | undefined {
  let best = from;
  for (const [d, { kind, size }] of space.dimensions.entries()) {
    const place = best.point[d] as number;
    if (Number.isNaN(place)) continue;
    const stride = Math.max(step, 1 / size);
    const places =
      kind === 'choice'
        ? Array.from({ length: size }, (_, i) => (i + 0.5) / size)
        : [place - stride, place + stride];
    for (const next of places) {
      const point = movedTo(space, best.point, d, clipped(next));
      if (point[d] === place || !space.isAllowed(point)) continue;
      const candidate = { point, score: score(point) };
      if (candidate.score > best.score) best = candidate;
    }
  }
  return best === from ? undefined : best;
}

/** The point with another place in a dimension; parameters that this switches on begin in the middle. */
function movedTo(space: SampledSpace, from: Float64Array, dimension: number, place: number): Float64Array {
  const point = new Float64Array(from.length);
  fillPoint(space.dimensions, point, (d) => {
    if (d === dimension) return place;
    const old = from[d] as number;
    return Number.isNaN(old) ? 0.5 : old;
  });
  return point;
}

function clipped(place: number): number {
  return Math.min(Math.max(place, 0), 1);
}
