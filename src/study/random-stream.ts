import { threefry, type WordPair } from '../core/threefry.ts';

/**
 * What a study draws random numbers for: the second word of the key, so that no two uses share numbers. They begin
 * where those of training (`streams` in core/threefry.ts) do not reach.
 */
export const purposes = {
  random: 101,
  scrambling: 102,
  beyondSobol: 103,
  tpe: 104,
  cmaes: 105,
  gp: 106,
  order: 107,
  run: 108,
  explore: 109,
  exploit: 110,
  brackets: 111,
  confirm: 112,
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

/**
 * Random numbers that follow from (seed, purpose, index) alone, one after the other. An index is a trial's, or whatever
 * else tells the streams of a purpose apart.
 */
export class RandomStream {
  readonly #key: WordPair;
  readonly #index: number;
  #block = 0;
  /** The second word of the last block, while it is unused. */
  #spareWord: number | undefined;
  #spareNormal: number | undefined;

  constructor(seed: number, purpose: number, index: number) {
    this.#key = [seed, purpose];
    this.#index = index;
  }

  /** Uniform in (0, 1), neither 0 nor 1: the middle of one of 2^32 equal parts. */
  uniform(): number {
    return (this.#word() + 0.5) / 2 ** 32;
  }

  /** Standard normal, by the method of Box and Muller. */
  normal(): number {
    if (this.#spareNormal !== undefined) {
      const spare = this.#spareNormal;
      this.#spareNormal = undefined;
      return spare;
    }
    const radius = Math.sqrt(-2 * Math.log(this.uniform()));
    const angle = 2 * Math.PI * this.uniform();
    this.#spareNormal = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** A whole number from 0 to `size` - 1; each is as likely as the others up to size / 2^32. */
  integer(size: number): number {
    return Math.floor(this.uniform() * size);
  }

  #word(): number {
    if (this.#spareWord !== undefined) {
      const spare = this.#spareWord;
      this.#spareWord = undefined;
      return spare;
    }
    const [word, spare] = threefry(this.#key, [this.#index, this.#block++]);
    this.#spareWord = spare;
    return word;
  }
}
