import { sobolNumbers } from './sobol-numbers.ts';

/** Dimensions that there are direction numbers for. */
export const sobolDimensions = sobolNumbers.length + 1;

const bits = 32;

/** The 32 direction numbers of each dimension, by the recurrence of P. Bratley and B. L. Fox (ACM TOMS 659, 1988). */
export function sobolDirections(dimensions: number): Uint32Array[] {
  return Array.from({ length: dimensions }, (_, d) => {
    const row = sobolNumbers[d - 1];
    return row ? directionsOf(row) : Uint32Array.from({ length: bits }, (_, k) => 2 ** (bits - 1 - k));
  });
}

function directionsOf([polynomial = 1, ...initial]: readonly number[]): Uint32Array {
  const degree = initial.length;
  const directions = new Uint32Array(bits);
  for (let k = 0; k < bits; k++) {
    if (k < degree) {
      directions[k] = (initial[k] as number) << (bits - 1 - k);
      continue;
    }
    const back = directions[k - degree] as number;
    let word = back ^ (back >>> degree);
    for (let i = 1; i < degree; i++) {
      if ((polynomial >>> (degree - i)) & 1) word ^= directions[k - i] as number;
    }
    directions[k] = word;
  }
  return directions;
}

/** One coordinate of the index-th point, as 32 bits behind the point, in the order of Gray codes. */
export function sobolWord(directions: Uint32Array, index: number): number {
  let word = 0;
  for (let gray = (index ^ (index >>> 1)) >>> 0, k = 0; gray !== 0; gray >>>= 1, k++) {
    if (gray & 1) word ^= directions[k] as number;
  }
  return word >>> 0;
}

/**
 * Owen's scrambling by a hash: each bit is flipped or not by a hash of the bits before it, so that points stay as
 * evenly spread as they were, while every seed gives others. The idea is B. Burley's ("Practical Hash-based Owen
 * Scrambling", JCGT 9(4), 2020), the hash N. Vegdahl's ("Building a Better LK Hash", 2021).
 */
export function scrambled(word: number, seed: number): number {
  let x = reversed(word);
  x ^= Math.imul(x, 0x3d20adea);
  x = (x + seed) | 0;
  x = Math.imul(x, (seed >>> 16) | 1);
  x ^= Math.imul(x, 0x05526c56);
  x ^= Math.imul(x, 0x53a22864);
  return reversed(x);
}

function reversed(word: number): number {
  let x = word;
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return ((x >>> 16) | (x << 16)) >>> 0;
}
