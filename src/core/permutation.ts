import { streams, threefry } from './threefry.ts';

/**
 * A keyed bijection of 0..size-1, evaluated one index at a time without a table, so that a GPU lane can find the
 * row it needs: four rounds of an odd multiplication, an addition and a xor-shift modulo a power of two, each of
 * which can be undone, repeated while the result falls outside of the range (cycle walking). In the manner of
 * A. Kensler, "Correlated Multi-Jittered Sampling", Pixar technical memo 13-01, with keys from Threefry.
 * `shaders/lib/permutation.wgsl` computes the same.
 */
export interface Permutation {
  readonly size: number;
  /** Eight words: for each of the four rounds the (odd) multiplier and the addend. */
  readonly keys: Uint32Array;
}

export const permutationRounds = 4;

/** With fewer bits the rounds mix too little: small ranges walk inside of 0..255. */
const leastBits = 8;

/** The order of `size` rows that a trial with this seed uses in this epoch (counted from 0). */
export function epochPermutation(seed: number, epoch: number, size: number): Permutation {
  const keys = new Uint32Array(2 * permutationRounds);
  for (let round = 0; round < permutationRounds; round++) {
    const [multiplier, addend] = threefry([seed, streams.shuffle], [epoch, round]);
    keys[2 * round] = multiplier | 1;
    keys[2 * round + 1] = addend;
  }
  return { size, keys };
}

/** Where the bijection sends `index` (0 <= index < size). */
export function permute({ size, keys }: Permutation, index: number): number {
  const bits = Math.max(leastBits, 32 - Math.clz32(size - 1));
  const mask = 0xffffffff >>> (32 - bits);
  const shift = bits >>> 1;
  let x = index;
  do {
    for (let round = 0; round < permutationRounds; round++) {
      x = (Math.imul(x, keys[2 * round] as number) + (keys[2 * round + 1] as number)) & mask;
      x = (x ^ (x >>> shift)) >>> 0;
    }
  } while (x >= size);
  return x;
}
