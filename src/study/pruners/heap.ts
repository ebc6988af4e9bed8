/** A binary heap of numbers, the least on top. */
export class Heap {
  private readonly values: number[] = [];

  get size(): number {
    return this.values.length;
  }

  /** The least number; Infinity where there is none. */
  get top(): number {
    return this.values[0] ?? Infinity;
  }

  push(value: number): void {
    const { values } = this;
    let at = values.length;
    values.push(value);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((values[parent] as number) <= value) break;
      values[at] = values[parent] as number;
      at = parent;
    }
    values[at] = value;
  }

  /** Takes the least number away; Infinity where there is none. */
  pop(): number {
    const top = this.top;
    const last = this.values.pop();
    if (last !== undefined && this.values.length > 0) this.sink(last);
    return top;
  }

  /** Puts a number in place of the top, and down to where it belongs. */
  private sink(value: number): void {
    const { values } = this;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= values.length) break;
      const right = values[child + 1] ?? Infinity;
      if (right < (values[child] as number)) child++;
      if ((values[child] as number) >= value) break;
      values[at] = values[child] as number;
      at = child;
    }
    values[at] = value;
  }
}
