import { threefry } from '../core/threefry.ts';

/** What a study draws numbers for: the second word of the key, so that no two uses, nor any training, share numbers. */
export const purposes = {
  random: 0x72616e64,
  scrambling: 0x73637261,
  beyondSobol: 0x62657973,
  order: 0x6f726472,
  explore: 0x6578706c,
  exploit: 0x65787074,
  brackets: 0x62726163,
} as const;
export type Purpose = keyof typeof purposes;

/** A whole number from 0 to 2^32 - 1 that follows from the seed, the purpose, an index and a number of the draw. */
export function drawWord(seed: number, purpose: Purpose, index: number, draw = 0): number {
  return threefry([seed, purposes[purpose]], [index, draw])[0];
}

/** A uniform number in [0, 1) with all 53 bits of a double. */
export function drawUniform(seed: number, purpose: Purpose, index: number, draw = 0): number {
  const [upper, lower] = threefry([seed, purposes[purpose]], [index, draw]);
  return ((upper >>> 5) * 2 ** 26 + (lower >>> 6)) / 2 ** 53;
}
