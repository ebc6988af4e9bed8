/**
 * Threefry-2x32 with 20 rounds: a counter-based generator (Salmon et al., "Parallel Random Numbers: As Easy as
 * 1, 2, 3", SC 2011). The same key and counter give the same two words everywhere, in any order, so that what a
 * trial draws never depends on the trials beside it. `shaders/lib/random.wgsl` computes the same words.
 */

export const rotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** Two 32-bit words, each from 0 to 2^32 - 1. */
export type WordPair = readonly [number, number];

/** Encrypts the counter with the key: two independent uniform 32-bit words. */
export function threefry([key0, key1]: WordPair, [counter0, counter1]: WordPair): WordPair {
  const keys = [key0, key1, (key0 ^ key1 ^ 0x1bd11bda) >>> 0];
  let x0 = (counter0 + key0) >>> 0;
  let x1 = (counter1 + key1) >>> 0;
  for (let group = 0; group < 5; group++) {
    for (let i = 0; i < 4; i++) {
      const rotation = rotations[(group % 2) * 4 + i] as number;
      x0 = (x0 + x1) >>> 0;
      x1 = ((x1 << rotation) | (x1 >>> (32 - rotation))) >>> 0;
      x1 = (x1 ^ x0) >>> 0;
    }
    x0 = (x0 + (keys[(group + 1) % 3] as number)) >>> 0;
    x1 = (x1 + (keys[(group + 2) % 3] as number) + group + 1) >>> 0;
  }
  return [x0, x1];
}

/** What a stream of random words is for: the second word of the key, so that no two uses share numbers. */
export const streams = { initialWeights: 1, shuffle: 2, dropout: 3 } as const;

/** Uniform double in [0, 1) from a word; single precision gets the same value from its upper 24 bits. */
export function unitInterval(word: number): number {
  return (word >>> 8) / 0x1000000;
}
