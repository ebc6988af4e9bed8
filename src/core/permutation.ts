import { streams, threefry } from './threefry.ts';

/**
 * A keyed bijection of 0..size-1, evaluated one index at a time without a table or a loop, so that a GPU lane can find
 * the row it needs without waiting for its neighbours. Three rounds: a rotation, then a mixing of the first 2^k
 * indices and one of the last 2^k, where 2^k is the largest power of two that fits. A mixing is an odd multiplication,
 * an addition and a xor-shift modulo 2^k, each of which can be undone (in the manner of A. Kensler, "Correlated
 * Multi-Jittered Sampling", Pixar technical memo 13-01); as 2^k is more than half of the size, both together reach
 * every index. The keys come from Threefry. `shaders/lib/permutation.wgsl` computes the same.
 */
export interface Permutation {
  readonly size: number;
  /** For each round: multiplier (odd) and addend of the lower mixing, of the upper mixing, and the rotation. */
  readonly keys: Uint32Array;
}

export const permutationRounds = 3;
const keysPerRound = 5;

/** The order of `size` rows that a trial with this seed uses in this epoch (counted from 0). */
export function epochPermutation(seed: number, epoch: number, size: number): Permutation {
  const keys = new Uint32Array(keysPerRound * permutationRounds);
  const words = (counter: number) => threefry([seed, streams.shuffle], [epoch, counter]);
  for (let round = 0; round < permutationRounds; round++) {
    const [lowerMultiplier, lowerAddend] = words(3 * round);
    const [upperMultiplier, upperAddend] = words(3 * round + 1);
    const [rotation] = words(3 * round + 2);
    const own = [lowerMultiplier | 1, lowerAddend, upperMultiplier | 1, upperAddend, rotation % size];
    keys.set(own, keysPerRound * round);
  }
  return { size, keys };
}

/** Where the bijection sends `index` (0 <= index < size). */
export function permute({ size, keys }: Permutation, index: number): number {
  const bits = 31 - Math.clz32(size);
  const block = 2 ** bits;
  const upper = size - block;
  let x = index;
  for (let at = 0; at < keys.length; at += keysPerRound) {
    x += keys[at + 4] as number;
    if (x >= size) x -= size;
    if (x < block) x = mixed(x, bits, keys[at] as number, keys[at + 1] as number);
    if (x >= upper) x = mixed(x - upper, bits, keys[at + 2] as number, keys[at + 3] as number) + upper;
  }
  return x;
}

/** A bijection of 0..2^bits-1. */
function mixed(x: number, bits: number, multiplier: number, addend: number): number {
  const y = (Math.imul(x, multiplier) + addend) & (2 ** bits - 1);
  return y ^ (y >>> ((bits + 1) >>> 1));
}
