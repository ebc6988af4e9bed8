/**
 * How a parameter is laid out for the forest, and how probable its values are: a number is uniform from 0 to 1, all
 * choices are equally probable. A parameter that is switched off in a share of the trials has that as one more value
 * of the same share: the stretch from `low` to 0 of a number (so that [low, 1] is uniform), or one more choice.
 */
export type Feature =
  | { readonly kind: 'number'; readonly low: number }
  | { readonly kind: 'choice'; readonly weights: readonly number[] };

/** Samples as the forest learns them: a column a feature, without NaN. */
export interface FeatureTable {
  readonly features: readonly Feature[];
  readonly columns: readonly Float64Array[];
  readonly targets: Float64Array;
}

/** The most choices of a feature: those of a tree's box are bits of a word. */
export const mostChoices = 30;

/**
 * Lays out one parameter.
 *
 * @param places a number from 0 to 1, or the index of a choice; NaN where the parameter is switched off
 * @param choices how many choices there are; missing for a number
 */
export function layOut(places: Float64Array, choices?: number): { feature: Feature; column: Float64Array } {
  const off = places.reduce((count, place) => count + (Number.isNaN(place) ? 1 : 0), 0) / places.length;
  const fill = (value: number) => places.map((place) => (Number.isNaN(place) ? value : place));
  if (choices !== undefined) {
    const weights = Array.from({ length: choices }, () => (1 - off) / choices);
    if (off > 0) weights.push(off);
    return { feature: { kind: 'choice', weights }, column: fill(choices) };
  }
  const low = off > 0 ? -off / (1 - off) : 0;
  return { feature: { kind: 'number', low }, column: fill(low / 2) };
}
