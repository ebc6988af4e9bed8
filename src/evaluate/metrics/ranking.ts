import { type Numbers, ratio } from './arrays.ts';

/** Rows in the order of their scores, from the highest; rows of equal scores are one group. */
export interface Ranking {
  readonly order: Int32Array;
  /** Whether the row at each place of the order is of the class that the scores are for. */
  readonly isPositive: Uint8Array;
  /** The score of each group, and the place behind its last row. */
  readonly thresholds: Float64Array;
  readonly ends: Int32Array;
}

/** Sorts rows by score, from the highest. */
export function rankingOf(scores: Numbers, isPositive: (row: number) => boolean, rows?: Int32Array): Ranking {
  const order = rows ? rows.slice() : Int32Array.from({ length: scores.length }, (_, row) => row);
  order.sort((a, b) => (scores[b] as number) - (scores[a] as number));
  const ends: number[] = [];
  for (let i = 1; i <= order.length; i++) {
    if (i === order.length || scores[order[i] as number] !== scores[order[i - 1] as number]) ends.push(i);
  }
  return {
    order,
    isPositive: Uint8Array.from(order, (row) => (isPositive(row) ? 1 : 0)),
    thresholds: Float64Array.from(ends, (end) => scores[order[end - 1] as number] as number),
    ends: Int32Array.from(ends),
  };
}

/** Rows at or above each threshold, by what they are. */
export interface ThresholdCounts {
  readonly thresholds: Float64Array;
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
}

/**
 * Counts the rows at or above each threshold.
 *
 * @param weights how often each row counts; once where left out
 * @param into counts of the same ranking to write over, so that a thousand of them need no memory of their own
 */
export function thresholdCounts(
  { order, isPositive, thresholds, ends }: Ranking,
  weights?: Numbers,
  into?: ThresholdCounts,
): ThresholdCounts {
  const counts = into ?? {
    thresholds,
    truePositives: new Float64Array(ends.length),
    falsePositives: new Float64Array(ends.length),
  };
  let [positives, all, place] = [0, 0, 0];
  for (let group = 0; group < ends.length; group++) {
    for (; place < (ends[group] as number); place++) {
      const weight = weights ? (weights[order[place] as number] as number) : 1;
      all += weight;
      positives += weight * (isPositive[place] as number);
    }
    counts.truePositives[group] = positives;
    counts.falsePositives[group] = all - positives;
  }
  return counts;
}

/** Rows of each kind in all. */
export function totals({ truePositives, falsePositives }: ThresholdCounts): {
  readonly positives: number;
  readonly negatives: number;
} {
  return { positives: truePositives.at(-1) ?? 0, negatives: falsePositives.at(-1) ?? 0 };
}

/** Area under the ROC curve; ties count half. NaN where one of both classes is missing. */
export function aucOf(counts: ThresholdCounts): number {
  const { truePositives, falsePositives } = counts;
  const { positives, negatives } = totals(counts);
  let [area, truesBefore, falsesBefore] = [0, 0, 0];
  for (let i = 0; i < truePositives.length; i++) {
    const [trues, falses] = [truePositives[i] as number, falsePositives[i] as number];
    area += ((falses - falsesBefore) * (trues + truesBefore)) / 2;
    [truesBefore, falsesBefore] = [trues, falses];
  }
  return area / (positives * negatives);
}

/** Sum over the thresholds of the gain in recall times the precision; 0 where there is no row of the class. */
export function averagePrecisionOf(counts: ThresholdCounts): number {
  const { truePositives, falsePositives } = counts;
  const { positives } = totals(counts);
  let [sum, before] = [0, 0];
  for (let i = 0; i < truePositives.length; i++) {
    const trues = truePositives[i] as number;
    if (trues > before) sum += (trues - before) * (trues / (trues + (falsePositives[i] as number)));
    before = trues;
  }
  return ratio(sum, positives);
}
