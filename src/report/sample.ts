import { epochPermutation, permute } from '../core/permutation.ts';

/** At most `most` of the items, the same ones each time, in their order. */
export function sample<T>(items: readonly T[], most: number, seed = 0): readonly T[] {
  if (items.length <= most) return items;
  const shuffle = epochPermutation(seed, 0, items.length);
  const places = Int32Array.from({ length: most }, (_, i) => permute(shuffle, i)).sort();
  return Array.from(places, (place) => items[place] as T);
}
