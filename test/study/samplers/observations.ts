import type { Observations } from '../../../src/study/sampler.ts';

/** Results of complete trials; one value a row unless `values` has several. */
export function observed(points: Float64Array, width: number, values: readonly number[][]): Observations {
  const count = points.length / width;
  return {
    count,
    points,
    values: Float64Array.from(values.flat()),
    shares: new Float64Array(count).fill(1),
  };
}

export function rowsOf(points: Float64Array, width: number): Float64Array[] {
  return Array.from({ length: points.length / width }, (_, i) => points.slice(i * width, (i + 1) * width));
}
