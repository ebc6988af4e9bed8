import type { Dimension } from '../../space-types.ts';

/** What makes two points alike: a length for each dimension, over which values change, and the noise of a value. */
export interface Hyperparameters {
  readonly lengths: Float64Array;
  /** Variance of the noise, the values' being about 1. */
  readonly noise: number;
}

/**
 * The squared difference of two points along a dimension: of choices, and where a dimension is switched off in one of
 * them, 1 unless they are the same.
 */
export function squaredDifference({ kind }: Dimension, a: number, b: number): number {
  if (kind === 'choice' || Number.isNaN(a) || Number.isNaN(b)) return Object.is(a, b) ? 0 : 1;
  return (a - b) ** 2;
}

/** Matern's covariance with smoothness 5/2 at a distance in units of the lengths; 1 at 0. */
export function matern(distance: number): number {
  const scaled = Math.sqrt(5) * distance;
  return (1 + scaled + (scaled * scaled) / 3) * Math.exp(-scaled);
}

/** The negative derivative of `matern` by half of the squared distance: what derivatives by a length are made of. */
export function maternSlope(distance: number): number {
  const scaled = Math.sqrt(5) * distance;
  return (5 / 3) * (1 + scaled) * Math.exp(-scaled);
}
