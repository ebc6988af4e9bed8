import { threefryWords } from '../core/threefry-words.ts';

/** The second word of the key, so that training and studies do not draw the same numbers from a seed. */
const purpose = 201;
const block = 4096;

/**
 * Resamples of a bootstrap: as many rows as there are, drawn with replacement. Which rows a resample has follows from the
 * seed and its index alone.
 */
export class Resampler {
  readonly #rows: number;
  readonly #seed: number;
  readonly #weights: Uint16Array;
  readonly #words = new Uint32Array(block);

  constructor(rows: number, seed: number) {
    this.#rows = rows;
    this.#seed = seed;
    this.#weights = new Uint16Array(rows);
  }

  /** How often each row is in a resample; the array is written over by the next call. */
  weights(index: number): Uint16Array {
    this.#weights.fill(0);
    for (let drawn = 0; drawn < this.#rows; drawn += block) {
      const count = Math.min(block, this.#rows - drawn);
      threefryWords([this.#seed, purpose], index, drawn / 2, this.#words.subarray(0, count + (count & 1)));
      this.#draw(count);
    }
    return this.#weights;
  }

  #draw(count: number): void {
    // 2^32 places of a word are dealt to the rows as evenly as they can be: with a million rows to within 0.02 %.
    const scale = this.#rows / 2 ** 32;
    for (let i = 0; i < count; i++) {
      const row = Math.floor((this.#words[i] as number) * scale);
      this.#weights[row] = (this.#weights[row] as number) + 1;
    }
  }
}
