import type { Numbers } from './arrays.ts';

/** The mean of values, each counted as often as its weight says; once where there are none. */
export function weightedMean(values: Numbers, weights?: Numbers): number {
  let [sum, total] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    const weight = weights ? (weights[i] as number) : 1;
    sum += weight * (values[i] as number);
    total += weight;
  }
  return sum / total;
}

/** The median of values in ascending order, each counted as often as its weight says. */
export function weightedMedian(sorted: Numbers, weightAt: (place: number) => number): number {
  let total = 0;
  for (let i = 0; i < sorted.length; i++) total += weightAt(i);
  let [before, lower] = [0, Number.NaN];
  for (let i = 0; i < sorted.length; i++) {
    before += weightAt(i);
    if (!Number.isNaN(lower)) {
      if (weightAt(i) > 0) return (lower + (sorted[i] as number)) / 2;
    } else if (2 * before > total) return sorted[i] as number;
    else if (2 * before === total) lower = sorted[i] as number;
  }
  return lower;
}
