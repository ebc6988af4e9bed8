import { meanOf } from './interval.ts';
import type { Metric } from './metric.ts';
import { randomOrder } from './random-order.ts';
import { takenRows } from './taken-rows.ts';

/** How much worse predictions are than those on the rows as they are. */
export interface Worse {
  /** On all rows, a number for each repeat. */
  readonly repeats: readonly number[];
  /** Mean over the repeats where one group of rows is left out, a number for each group. */
  readonly without: readonly number[];
}

export interface Judge {
  /** The metric on the rows as they are. */
  readonly baseline: number;
  /** @param outputs predictions of all repeats, one after the other */
  worse(outputs: Float32Array): Worse;
}

/** Rows on which predictions are compared. */
interface Part {
  /** Absent for all. */
  readonly kept?: Int32Array;
  readonly truth: ArrayLike<number>;
  readonly baseline: number;
}

/** Groups of rows of which the jackknife leaves out one after the other. */
const mostGroups = 20;

export interface JudgedRows {
  readonly truth: ArrayLike<number>;
  /** Predictions on the rows as they are. */
  readonly outputs: Float32Array;
  readonly rows: number;
  readonly seed: number;
}

/** Compares predictions by a metric, on all rows and with each of up to 20 random groups left out. */
export function judgeOf(metric: Metric, { truth, outputs, rows, seed }: JudgedRows): Judge {
  const units = outputs.length / rows;
  const all = { truth, baseline: metric.score(truth, outputs, units) };
  const parts = keptRows(rows, seed).map((kept): Part => {
    const own = takenRows(Float64Array.from(truth), kept, truth.length / rows);
    return { kept, truth: own, baseline: metric.score(own, takenRows(outputs, kept, units), units) };
  });
  const worseOn = ({ kept, truth: own, baseline }: Part, shuffled: Float32Array) => {
    const score = metric.score(own, kept ? takenRows(shuffled, kept, units) : shuffled, units);
    return metric.isLoss ? score - baseline : baseline - score;
  };
  const worse = (shuffled: Float32Array): Worse => {
    const length = rows * units;
    const repeats = Array.from({ length: shuffled.length / length }, (_, repeat) =>
      shuffled.subarray(repeat * length, (repeat + 1) * length),
    );
    return {
      repeats: repeats.map((own) => worseOn(all, own)),
      without: parts.map((part) => meanOf(repeats.map((own) => worseOn(part, own)))),
    };
  };
  return { baseline: all.baseline, worse };
}

/** Which rows stay when each group is left out. */
function keptRows(rows: number, seed: number): Int32Array[] {
  const order = randomOrder(rows, seed, 'groupedRows');
  const groups = Math.min(mostGroups, rows);
  return Array.from({ length: groups }, (_, group) => order.filter((_, place) => place % groups !== group));
}
