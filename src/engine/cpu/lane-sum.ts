import type { Precision } from '../precision.ts';

const lanes = 64;

/**
 * Adds `term(0) + ... + term(count - 1)` as a workgroup of 64 lanes does: lane i takes the terms i, i + 64, ...,
 * then the upper half of the lanes is added to the lower half until one is left.
 */
export function laneSum(precision: Precision, count: number, term: (index: number) => number): number {
  const partial = precision.allocate(lanes);
  for (let i = 0; i < count; i++) partial[i % lanes] = (partial[i % lanes] as number) + term(i);
  for (let width = lanes / 2; width > 0; width >>= 1) {
    for (let lane = 0; lane < width; lane++) {
      partial[lane] = (partial[lane] as number) + (partial[lane + width] as number);
    }
  }
  return partial[0] as number;
}
