import { UsageError } from '../core/errors.ts';
import { MersenneTwister } from './mersenne-twister.ts';

/** What scikit-learn calls `random_state`: a seed, a generator that goes on, or nothing for a fresh seed. */
export type RandomStateLike = number | RandomState | undefined | null;

/**
 * numpy's legacy generator `numpy.random.RandomState`, stream for stream: the same seed and the same calls give the
 * same numbers to the last bit.
 */
export class RandomState {
  private readonly twister: MersenneTwister;
  private spareNormal: number | undefined;

  /**
   * @param seed a whole number from 0 to 2^32 - 1, or an array of such numbers
   * @throws UsageError for any other seed
   */
  constructor(seed: number | ArrayLike<number>) {
    for (const part of typeof seed === 'number' ? [seed] : Array.from(seed)) {
      if (!Number.isInteger(part) || part < 0 || part > 0xffffffff) {
        throw new UsageError(`seed must be a whole number from 0 to 4294967295, got ${part}`);
      }
    }
    this.twister = new MersenneTwister(seed);
  }

  /** scikit-learn's `check_random_state`: a number seeds a generator, nothing takes a seed from the system. */
  static from(randomState: RandomStateLike): RandomState {
    if (randomState instanceof RandomState) return randomState;
    return new RandomState(randomState ?? (crypto.getRandomValues(new Uint32Array(1))[0] as number));
  }

  private nextDouble(): number {
    const high = this.twister.next() >>> 5;
    const low = this.twister.next() >>> 6;
    return (high * 0x4000000 + low) / 0x20000000000000;
  }

  /** Uniform doubles in [0, 1). */
  randomSample(size: number): Float64Array {
    return Float64Array.from({ length: size }, () => this.nextDouble());
  }

  /** Uniform doubles in [low, high). */
  uniform(low: number, high: number, size: number): Float64Array {
    return Float64Array.from({ length: size }, () => low + (high - low) * this.nextDouble());
  }

  /** Normal variates by the polar method, which makes two at a time and keeps the second for the next call. */
  standardNormal(size: number): Float64Array {
    return Float64Array.from({ length: size }, () => this.nextNormal());
  }

  /** Normal variates of the given mean and standard deviation. */
  normal(mean: number, deviation: number, size: number): Float64Array {
    return Float64Array.from({ length: size }, () => mean + deviation * this.nextNormal());
  }

  private nextNormal(): number {
    if (this.spareNormal !== undefined) {
      const spare = this.spareNormal;
      this.spareNormal = undefined;
      return spare;
    }
    for (;;) {
      const x1 = 2 * this.nextDouble() - 1;
      const x2 = 2 * this.nextDouble() - 1;
      const squared = x1 * x1 + x2 * x2;
      if (squared >= 1 || squared === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(squared)) / squared);
      this.spareNormal = factor * x1;
      return factor * x2;
    }
  }

  /** Uniform whole numbers from 0 to `most`: words with the surplus bits masked off, until one is small enough. */
  private nextUpTo(most: number): number {
    if (most === 0) return 0;
    if (most > 0xffffffff) return this.nextLargeUpTo(most);
    const mask = 0xffffffff >>> Math.clz32(most);
    for (;;) {
      const value = (this.twister.next() & mask) >>> 0;
      if (value <= most) return value;
    }
  }

  private nextLargeUpTo(most: number): number {
    const mask = 2n ** BigInt(BigInt(most).toString(2).length) - 1n;
    for (;;) {
      const high = BigInt(this.twister.next());
      const value = ((high << 32n) | BigInt(this.twister.next())) & mask;
      if (value <= BigInt(most)) return Number(value);
    }
  }

  /**
   * Uniform whole numbers in [low, high).
   * @throws UsageError unless low < high, both whole
   */
  randint(low: number, high: number, size: number): Float64Array {
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || low >= high) {
      throw new UsageError(`randint must have whole numbers with low < high, got ${low} and ${high}`);
    }
    return Float64Array.from({ length: size }, () => low + this.nextUpTo(high - 1 - low));
  }

  /** Shuffles an array in place. */
  shuffle<T extends { readonly length: number; [index: number]: number }>(values: T): void {
    for (let i = values.length - 1; i > 0; i--) {
      const j = this.nextUpTo(i);
      const value = values[i] as number;
      values[i] = values[j] as number;
      values[j] = value;
    }
  }

  /** A shuffled copy of the values, or of 0..n-1 for a number. */
  permutation(valuesOrCount: number | ArrayLike<number>): Int32Array {
    const values =
      typeof valuesOrCount === 'number'
        ? Int32Array.from({ length: valuesOrCount }, (_, i) => i)
        : Int32Array.from(valuesOrCount);
    this.shuffle(values);
    return values;
  }

  /**
   * Draws `size` of the values (or of 0..n-1), with or without replacement, evenly or with probabilities `p`.
   * @throws UsageError when there are too few to draw from, or the probabilities do not fit
   */
  choice(
    valuesOrCount: number | ArrayLike<number>,
    size: number,
    { replace = true, p }: { replace?: boolean; p?: readonly number[] } = {},
  ): number[] {
    const count = typeof valuesOrCount === 'number' ? valuesOrCount : valuesOrCount.length;
    const indices = this.choiceOfIndices(count, size, replace, p);
    return typeof valuesOrCount === 'number'
      ? Array.from(indices)
      : Array.from(indices, (index) => valuesOrCount[index] as number);
  }

  private choiceOfIndices(
    count: number,
    size: number,
    replace: boolean,
    p?: readonly number[],
  ): ArrayLike<number> & Iterable<number> {
    if (!replace && size > count) {
      throw new UsageError(
        `choice without replacement must draw at most the ${count} values there are, got ${size}`,
      );
    }
    if (!p) return replace ? this.randint(0, count, size) : this.permutation(count).subarray(0, size);
    checkProbabilities(p, count, replace ? 1 : size);
    if (replace) return Array.from(this.randomSample(size), (u) => firstAbove(cumulative(p), u));
    return this.weightedSubset([...p], size);
  }

  private weightedSubset(p: number[], size: number): number[] {
    const found: number[] = [];
    while (found.length < size) {
      const draws = this.randomSample(size - found.length);
      for (const index of found) p[index] = 0;
      const sums = cumulative(p);
      found.push(...new Set(Array.from(draws, (u) => firstAbove(sums, u))));
    }
    return found;
  }
}

function checkProbabilities(p: readonly number[], count: number, least: number): void {
  const sum = p.reduce((total, value) => total + value, 0);
  const possible = p.filter((value) => value > 0).length;
  if (
    p.length !== count ||
    p.some((value) => !(value >= 0)) ||
    Math.abs(sum - 1) > 1e-8 ||
    possible < least
  ) {
    throw new UsageError(
      `p must have ${count} probabilities of at least 0 that sum to 1, ${least} of them above 0, got ${p.length} with sum ${sum}`,
    );
  }
}

function cumulative(p: readonly number[]): number[] {
  let sum = 0;
  const sums = p.map((value) => {
    sum += value;
    return sum;
  });
  return sums.map((value) => value / sum);
}

function firstAbove(sums: readonly number[], u: number): number {
  return sums.findIndex((sum) => sum > u);
}
