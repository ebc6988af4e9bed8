import { rotations, type WordPair } from './threefry.ts';

/**
 * Fills an array with the words that `threefry` gives for the counters (counter, first), (counter, first + 1), ...: two
 * each. For many words, since nothing is allocated on the way.
 */
export function threefryWords(key: WordPair, counter: number, first: number, into: Uint32Array): void {
  const keys = new Int32Array([key[0], key[1], key[0] ^ key[1] ^ 0x1bd11bda]);
  for (let i = 0; i < into.length; i += 2) {
    let x0 = (counter + (keys[0] as number)) | 0;
    let x1 = (first + (i >> 1) + (keys[1] as number)) | 0;
    for (let round = 0; round < 20; round++) {
      const rotation = rotations[round & 7] as number;
      x0 = (x0 + x1) | 0;
      x1 = ((x1 << rotation) | (x1 >>> (32 - rotation))) ^ x0;
      if ((round & 3) !== 3) continue;
      const group = (round >> 2) + 1;
      x0 = (x0 + (keys[group % 3] as number)) | 0;
      x1 = (x1 + (keys[(group + 1) % 3] as number) + group) | 0;
    }
    into[i] = x0;
    into[i + 1] = x1;
  }
}
