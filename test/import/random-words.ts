import { threefry } from '../../src/core/threefry.ts';

/** Random words of 32 bits that depend on the seed alone. */
export const randomWords = (seed: number, count: number): number[] =>
  Array.from({ length: count }, (_, index) => threefry([seed, 1], [index, 0])[0]);
