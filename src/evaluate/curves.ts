import {
  aucOf,
  averagePrecisionOf,
  rankingOf,
  type ThresholdCounts,
  thresholdCounts,
  totals,
} from './metrics/ranking.ts';

/** Curves of one class against the rest, thinned to what a picture can show. */
export interface ClassCurves {
  readonly label: string;
  /** Rows of the class, and others. */
  readonly positives: number;
  readonly negatives: number;
  readonly rocAuc: number;
  readonly averagePrecision: number;
  readonly roc: readonly RocPoint[];
  readonly precisionRecall: readonly PrecisionRecallPoint[];
  /** How many rows of the class, and how many others, have a probability in each of as many equal parts of 0 to 1. */
  readonly histogram: { readonly positives: readonly number[]; readonly negatives: readonly number[] };
}

export interface RocPoint {
  readonly fpr: number;
  readonly tpr: number;
  /** Absent at the start, where nothing is above the threshold. */
  readonly threshold?: number;
}

export interface PrecisionRecallPoint {
  readonly recall: number;
  readonly precision: number;
  readonly threshold: number;
}

const mostPoints = 300;
const histogramParts = 40;

/** @returns undefined where all rows or none are of the class */
export function classCurves(
  label: string,
  probabilities: Float64Array,
  isPositive: (row: number) => boolean,
): ClassCurves | undefined {
  const counts = thresholdCounts(rankingOf(probabilities, isPositive));
  const { positives, negatives } = totals(counts);
  if (positives === 0 || negatives === 0) return undefined;
  return {
    label,
    positives,
    negatives,
    rocAuc: aucOf(counts),
    averagePrecision: averagePrecisionOf(counts),
    roc: rocPoints(counts),
    precisionRecall: precisionRecallPoints(counts),
    histogram: histogramOf(probabilities, isPositive),
  };
}

function rocPoints(counts: ThresholdCounts): RocPoint[] {
  const { truePositives, falsePositives, thresholds } = counts;
  const { positives, negatives } = totals(counts);
  const fpr = (i: number) => (falsePositives[i] as number) / negatives;
  const tpr = (i: number) => (truePositives[i] as number) / positives;
  // Equal steps along the curve, in both directions together.
  const places = thinned(thresholds.length, (i) => fpr(i) + tpr(i));
  const points = places.map((i) => ({ fpr: fpr(i), tpr: tpr(i), threshold: thresholds[i] as number }));
  return [{ fpr: 0, tpr: 0 }, ...points];
}

function precisionRecallPoints(counts: ThresholdCounts): PrecisionRecallPoint[] {
  const { truePositives, falsePositives, thresholds } = counts;
  const { positives } = totals(counts);
  const recall = (i: number) => (truePositives[i] as number) / positives;
  const precision = (i: number) =>
    (truePositives[i] as number) / ((truePositives[i] as number) + (falsePositives[i] as number));
  // Behind full recall the precision falls without an end that matters.
  const end = truePositives.indexOf(positives) + 1;
  const places = thinned(end, recall);
  return places.map((i) => ({
    recall: recall(i),
    precision: precision(i),
    threshold: thresholds[i] as number,
  }));
}

/** Places of at most `mostPoints` steps of a rising quantity, the first and the last among them. */
function thinned(length: number, rising: (i: number) => number): number[] {
  const places = Array.from({ length }, (_, i) => i);
  if (length <= mostPoints) return places;
  const [start, end] = [rising(0), rising(length - 1)];
  const step = (i: number) => Math.floor(((rising(i) - start) / (end - start)) * (mostPoints - 1));
  return places.filter((i) => i === 0 || i === length - 1 || step(i) !== step(i - 1));
}

function histogramOf(probabilities: Float64Array, isPositive: (row: number) => boolean) {
  const positives = new Array<number>(histogramParts).fill(0);
  const negatives = new Array<number>(histogramParts).fill(0);
  probabilities.forEach((probability, row) => {
    const part = Math.min(histogramParts - 1, Math.floor(probability * histogramParts));
    const counts = isPositive(row) ? positives : negatives;
    counts[part] = (counts[part] as number) + 1;
  });
  return { positives, negatives };
}
