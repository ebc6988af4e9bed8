import type { Observations } from '../sampler.ts';

/** All trials that a sampler was told of, in one growing table. */
export class ToldTrials {
  readonly dimensions: number;
  readonly objectives: number;
  count = 0;
  #points: Float64Array = new Float64Array(0);
  #values: Float64Array = new Float64Array(0);
  #shares: Float64Array = new Float64Array(0);

  constructor(dimensions: number, objectives: number) {
    this.dimensions = dimensions;
    this.objectives = objectives;
  }

  add({ count, points, values, shares }: Observations): void {
    this.#points = appended(this.#points, this.count * this.dimensions, points);
    this.#values = appended(this.#values, this.count * this.objectives, values);
    this.#shares = appended(this.#shares, this.count, shares);
    this.count += count;
  }

  point(trial: number): Float64Array {
    return this.#points.slice(trial * this.dimensions, (trial + 1) * this.dimensions);
  }

  place(trial: number, dimension: number): number {
    return this.#points[trial * this.dimensions + dimension] as number;
  }

  value(trial: number, objective: number): number {
    return this.#values[trial * this.objectives + objective] as number;
  }

  share(trial: number): number {
    return this.#shares[trial] as number;
  }

  hasFailed(trial: number): boolean {
    for (let objective = 0; objective < this.objectives; objective++) {
      if (Number.isNaN(this.value(trial, objective))) return true;
    }
    return false;
  }
}

/** Writes `more` behind the first `used` numbers; the table doubles where it is full, so that a row costs O(1). */
function appended(table: Float64Array, used: number, more: Float64Array): Float64Array {
  let room = table;
  if (used + more.length > table.length) {
    room = new Float64Array(Math.max(2 * table.length, used + more.length));
    room.set(table.subarray(0, used));
  }
  room.set(more, used);
  return room;
}
