import type { RandomState } from './random-state.ts';

/**
 * scikit-learn's `sample_without_replacement` with its choice of method by the share that is drawn, since the
 * method decides which numbers come out.
 *
 * @returns `count` distinct whole numbers below `population`
 */
export function sampleWithoutReplacement(
  population: number,
  count: number,
  generator: RandomState,
): number[] {
  const share = count / population;
  if (share > 0.01 && share < 0.99) return Array.from(generator.permutation(population).subarray(0, count));
  return share < 0.2 ? byTracking(population, count, generator) : byReservoir(population, count, generator);
}

function byTracking(population: number, count: number, generator: RandomState): number[] {
  const selected = new Set<number>();
  while (selected.size < count) selected.add(generator.randint(0, population, 1)[0] as number);
  return [...selected];
}

function byReservoir(population: number, count: number, generator: RandomState): number[] {
  const reservoir = Array.from({ length: count }, (_, i) => i);
  for (let i = count; i < population; i++) {
    const place = generator.randint(0, i + 1, 1)[0] as number;
    if (place < count) reservoir[place] = i;
  }
  return reservoir;
}
