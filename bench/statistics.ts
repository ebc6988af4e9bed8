import { quantile } from 'd3-array';

/** The middle of many values, and how far they spread: a quarter of them lies below `lower`, one above `upper`. */
export interface Quartiles {
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
}

/** Quartiles between neighbours in proportion, as numpy's; values that are NaN are left out, and NaN is what none have. */
export function quartiles(values: readonly number[]): Quartiles {
  const at = (share: number) => quantile(values, share) ?? Number.NaN;
  return { lower: at(0.25), median: at(0.5), upper: at(0.75) };
}

/** Epochs until a loss first comes within `margin` (a share) of the least that it ever has; NaN where it has none. */
export function epochsToWithin(losses: readonly number[], margin: number): number {
  const least = Math.min(...losses);
  const first = losses.findIndex((loss) => loss <= least * (1 + margin));
  return first < 0 ? Number.NaN : first + 1;
}
