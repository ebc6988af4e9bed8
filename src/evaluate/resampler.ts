import { threefryWords } from '../core/threefry-words.ts';

/** The second word of the key, so that no other use of a seed draws the same numbers. */
const purpose = 201;
const block = 4096;

/**
 * Resamples of a bootstrap: as many rows as there are, drawn with replacement. Which rows a resample has follows from the
 * seed and its index alone.
 */
export class Resampler {
  readonly #strata: readonly Int32Array[];
  readonly #seed: number;
  readonly #weights: Uint16Array;
  readonly #words = new Uint32Array(block);

  /** @param strata rows that are drawn among themselves, so that each keeps its number of rows; all rows are in one */
  constructor(strata: readonly Int32Array[], seed: number) {
    this.#strata = strata;
    this.#seed = seed;
    this.#weights = new Uint16Array(strata.reduce((sum, { length }) => sum + length, 0));
  }

  /** How often each row is in a resample; the array is written over by the next call. */
  weights(index: number): Uint16Array {
    this.#weights.fill(0);
    let counter = 0;
    for (const rows of this.#strata) {
      for (let drawn = 0; drawn < rows.length; drawn += block) {
        const count = Math.min(block, rows.length - drawn);
        const pairs = Math.ceil(count / 2);
        threefryWords([this.#seed, purpose], index, counter, this.#words.subarray(0, 2 * pairs));
        counter += pairs;
        this.#draw(rows, count);
      }
    }
    return this.#weights;
  }

  #draw(rows: Int32Array, count: number): void {
    // 2^32 places of a word are dealt to the rows as evenly as they can be: with a million rows to within 0.02 %.
    const scale = rows.length / 2 ** 32;
    for (let i = 0; i < count; i++) {
      const row = rows[Math.floor((this.#words[i] as number) * scale)] as number;
      this.#weights[row] = (this.#weights[row] as number) + 1;
    }
  }
}
