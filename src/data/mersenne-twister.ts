/** MT19937 (Matsumoto and Nishimura 1998), seeded as numpy's legacy `RandomState` does. */
export class MersenneTwister {
  private readonly state = new Uint32Array(stateLength);
  private position = stateLength;

  constructor(seed: number | ArrayLike<number>) {
    if (typeof seed === 'number') this.seedWithNumber(seed);
    else this.seedWithArray(seed);
  }

  private seedWithNumber(seed: number): void {
    this.state[0] = seed;
    for (let i = 1; i < stateLength; i++) this.state[i] = Math.imul(1812433253, this.mixed(i)) + i;
  }

  private seedWithArray(key: ArrayLike<number>): void {
    this.seedWithNumber(19650218);
    const { state } = this;
    let i = 1;
    const advance = () => {
      i++;
      if (i < stateLength) return;
      state[0] = state[stateLength - 1] as number;
      i = 1;
    };
    for (let k = 0; k < Math.max(stateLength, key.length); k++) {
      const j = k % key.length;
      state[i] = ((state[i] as number) ^ Math.imul(this.mixed(i), 1664525)) + (key[j] as number) + j;
      advance();
    }
    for (let k = 1; k < stateLength; k++) {
      state[i] = ((state[i] as number) ^ Math.imul(this.mixed(i), 1566083941)) - i;
      advance();
    }
    state[0] = 0x80000000;
  }

  private mixed(i: number): number {
    const previous = this.state[i - 1] as number;
    return previous ^ (previous >>> 30);
  }

  /** The next word, uniform from 0 to 2^32 - 1. */
  next(): number {
    if (this.position === stateLength) this.twist();
    let y = this.state[this.position++] as number;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  private twist(): void {
    const { state } = this;
    for (let i = 0; i < stateLength; i++) {
      const y = ((state[i] as number) & 0x80000000) | ((state[(i + 1) % stateLength] as number) & 0x7fffffff);
      const feedback = y & 1 ? 0x9908b0df : 0;
      state[i] = (state[(i + 397) % stateLength] as number) ^ (y >>> 1) ^ feedback;
    }
    this.position = 0;
  }
}

const stateLength = 624;
