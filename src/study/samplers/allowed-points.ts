import { UsageError } from '../../core/errors.ts';
import type { Dimension, SampledSpace } from '../space-types.ts';

/** Snaps a point, and switches off what its other values switch off. Changes the point. */
export function settle(dimensions: readonly Dimension[], point: Float64Array): void {
  dimensions.forEach(({ condition, snap }, d) => {
    const isOn = !condition || condition.holds(point[condition.dimension] as number);
    point[d] = isOn ? snap(point[d] as number) : NaN;
  });
}

/** Points that may be refused in a row before constraints are taken to allow nothing. */
const patience = 10_000;

export function refuseConstraints(): never {
  throw new UsageError(
    `constraints must allow more than one in ${patience} points of the search space, got none of ${patience}; ` +
      'loosen them, or choose ranges that keep to them',
  );
}

/** The first of a row of attempts that is allowed. `propose` fills the point. @throws UsageError where none is */
export function firstAllowed(
  space: SampledSpace,
  point: Float64Array,
  propose: (attempt: number) => void,
): void {
  for (let attempt = 0; attempt < patience; attempt++) {
    propose(attempt);
    settle(space.dimensions, point);
    if (space.isAllowed(point)) return;
  }
  refuseConstraints();
}

/** Those points of a sequence that are allowed, in its order. Remembers which they are, which only saves time. */
export class AllowedSequence {
  private readonly space: SampledSpace;
  private readonly pointAt: (place: number) => Float64Array;
  private readonly length: number;
  private readonly places: number[] = [];
  private examined = 0;

  /** `pointAt` gives the points at the places below `length`, any numbers from 0 to 1. */
  constructor(space: SampledSpace, pointAt: (place: number) => Float64Array, length = Infinity) {
    this.space = space;
    this.pointAt = pointAt;
    this.length = length;
  }

  /** @returns rows from the `first` allowed point on, fewer where the sequence ends */
  rows(first: number, count: number): Float64Array {
    this.examineFor(first + count);
    const found = this.places.slice(first, first + count);
    const rows = new Float64Array(found.length * this.space.dimensions.length);
    found.forEach((place, row) => {
      rows.set(this.settled(place), row * this.space.dimensions.length);
    });
    return rows;
  }

  private examineFor(wanted: number): void {
    let refused = 0;
    while (this.places.length < wanted && this.examined < this.length) {
      const place = this.examined++;
      const isAllowed = this.space.isAllowed(this.settled(place));
      refused = isAllowed ? 0 : refused + 1;
      if (isAllowed) this.places.push(place);
      if (refused === patience && this.length === Infinity) refuseConstraints();
    }
  }

  private settled(place: number): Float64Array {
    const point = this.pointAt(place);
    settle(this.space.dimensions, point);
    return point;
  }
}
