import { Heap } from './heap.ts';

/**
 * The borders of the best numbers among those seen so far, at a rank that grows with their count. Two heaps, one of the
 * best and one of the rest: a new number costs the logarithm of their count.
 */
export class Ranking {
  /** The best ones, negated, so that the worst of them is on top. */
  private readonly best = new Heap();
  private readonly rest = new Heap();
  private readonly rank: (count: number) => number;

  /** `rank` gives how many count as the best; it must not fall, nor exceed the count. */
  constructor(rank: (count: number) => number) {
    this.rank = rank;
  }

  get count(): number {
    return this.best.size + this.rest.size;
  }

  /** The worst of the best; -Infinity where there is none. */
  get lastOfBest(): number {
    return -this.best.top;
  }

  /** The best of the rest; Infinity where there is none. */
  get firstOfRest(): number {
    return this.rest.top;
  }

  /** Takes in a number; NaN is passed over. */
  add(value: number): void {
    if (Number.isNaN(value)) return;
    this.best.push(-value);
    this.rest.push(-this.best.pop());
    while (this.best.size < this.rank(this.count)) this.best.push(-this.rest.pop());
  }
}
