import { threefry, unitInterval } from '../core/threefry.ts';

/** Key of the numbers that verification draws; no training uses it. */
const verifyStream = 0x76657269;

/** Reproducible random numbers, a stream for each name. */
export class RandomValues {
  private readonly seed: number;
  private readonly stream: number;
  private counter = 0;

  constructor(seed: number, name: string) {
    this.seed = seed;
    this.stream = [...name].reduce(
      (hash, letter) => (Math.imul(hash, 31) + letter.charCodeAt(0)) >>> 0,
      verifyStream,
    );
  }

  /** Uniform in [low, high). */
  uniform(low: number, high: number): number {
    const [word] = threefry([this.seed, this.stream], [this.counter++, 0]);
    return low + (high - low) * unitInterval(word);
  }

  /** Mostly of size one, one in sixteen much smaller or zero. */
  signed(): number {
    const value = this.uniform(-2, 2);
    const kind = Math.floor(this.uniform(0, 32));
    if (kind === 0) return 0;
    return kind === 1 ? value * 1e-6 : value;
  }

  /** A whole number below `end`. */
  whole(end: number): number {
    return Math.floor(this.uniform(0, end));
  }

  fill(length: number, draw: () => number): Float32Array<ArrayBuffer> {
    return Float32Array.from({ length }, draw);
  }
}
