import { knownOptions } from '../../core/check.ts';
import { UsageError } from '../../core/errors.ts';
import { checkPair, checkRows, isRows, type Numbers, type ProbabilityRows, ratio } from './arrays.ts';
import {
  aucOf,
  averagePrecisionOf,
  rankingOf,
  type ThresholdCounts,
  thresholdCounts,
  totals,
} from './ranking.ts';

/** A receiver operating characteristic: the rates at each threshold, which falls from infinity. */
export interface RocCurve {
  readonly fpr: readonly number[];
  readonly tpr: readonly number[];
  readonly thresholds: readonly number[];
}

/** Precision and recall at each threshold, which rises; the last point, of recall 0, has no threshold. */
export interface PrecisionRecallCurve {
  readonly precision: readonly number[];
  readonly recall: readonly number[];
  readonly thresholds: readonly number[];
}

/** How curves of several classes become one number. */
export interface AucOptions {
  /**
   * `ovr` (default): each class against all others. `ovo`: the mean over all pairs of classes (Hand and Till 2001),
   * which does not depend on how frequent they are.
   */
  readonly multiClass?: 'ovr' | 'ovo';
  /** Of the classes one against the rest: equal (default), or by their rows. */
  readonly average?: 'macro' | 'weighted';
}

/**
 * False and true positive rates over the thresholds; points on a straight line between others are left out, as in
 * scikit-learn (`drop_intermediate`).
 * @throws UsageError when only one class occurs
 */
export function rocCurve(truth: Numbers, scores: Numbers): RocCurve {
  const counts = countsOf(truth, scores);
  const { positives, negatives } = bothClasses(counts);
  const { truePositives, falsePositives, thresholds } = counts;
  const points = bends(counts);
  return {
    fpr: [0, ...points.map((i) => (falsePositives[i] as number) / negatives)],
    tpr: [0, ...points.map((i) => (truePositives[i] as number) / positives)],
    thresholds: [Number.POSITIVE_INFINITY, ...points.map((i) => thresholds[i] as number)],
  };
}

/** Places that are not on a straight line between their neighbours. */
function bends({ truePositives, falsePositives }: ThresholdCounts): number[] {
  const step = (counts: Float64Array, i: number) => (counts[i] as number) - (counts[i - 1] as number);
  const isBend = (counts: Float64Array, i: number) => step(counts, i) !== step(counts, i + 1);
  const places = Array.from(truePositives.keys());
  return places.filter((i) => {
    if (i === 0 || i === places.length - 1) return true;
    return isBend(truePositives, i) || isBend(falsePositives, i);
  });
}

/** Precision and recall over the thresholds. Without a row of class 1 the recall is 1, as in scikit-learn. */
export function precisionRecallCurve(truth: Numbers, scores: Numbers): PrecisionRecallCurve {
  const { truePositives, falsePositives, thresholds } = countsOf(truth, scores);
  const positives = truePositives.at(-1) ?? 0;
  const rising = Array.from(thresholds.keys()).reverse();
  const share = (i: number) =>
    ratio(truePositives[i] as number, (truePositives[i] as number) + (falsePositives[i] as number));
  const recall = (i: number) => (positives === 0 ? 1 : (truePositives[i] as number) / positives);
  return {
    precision: [...rising.map(share), 1],
    recall: [...rising.map(recall), 0],
    thresholds: rising.map((i) => thresholds[i] as number),
  };
}

/**
 * Area under the ROC curve; ties count half.
 *
 * @param scores of class 1, or rows of probabilities of several classes
 * @throws UsageError when a class does not occur
 */
export function rocAuc(truth: Numbers, scores: Numbers | ProbabilityRows, options: AucOptions = {}): number {
  knownOptions('rocAuc', options, ['multiClass', 'average']);
  if (!isRows(scores)) {
    const counts = countsOf(truth, scores);
    bothClasses(counts);
    return aucOf(counts);
  }
  const { multiClass = 'ovr', average = 'macro' } = options;
  const classes = checkRows(truth, scores);
  for (let own = 0; own < classes; own++) {
    if (Array.prototype.indexOf.call(truth, own) < 0)
      throw new UsageError(`truth must have rows of every class for a ROC curve, got none of class ${own}`);
  }
  if (multiClass === 'ovr') return againstRest(truth, scores, average, aucOf);
  if (average === 'weighted')
    throw new UsageError(
      "average must be 'macro' for multiClass 'ovo', got weighted; choose multiClass 'ovr'",
    );
  return againstEachOther(truth, scores);
}

/**
 * Sum over the thresholds of the gain in recall times the precision; of several classes the mean over each against the
 * rest.
 *
 * @param scores of class 1, or rows of probabilities of several classes
 */
export function averagePrecision(
  truth: Numbers,
  scores: Numbers | ProbabilityRows,
  { average = 'macro' }: Pick<AucOptions, 'average'> = {},
): number {
  if (!isRows(scores)) return averagePrecisionOf(countsOf(truth, scores));
  checkRows(truth, scores);
  return againstRest(truth, scores, average, averagePrecisionOf);
}

function countsOf(truth: Numbers, scores: Numbers): ThresholdCounts {
  checkPair(truth, scores);
  return thresholdCounts(rankingOf(scores, (row) => truth[row] === 1));
}

function bothClasses(counts: ThresholdCounts): { positives: number; negatives: number } {
  const { positives, negatives } = totals(counts);
  if (positives === 0 || negatives === 0)
    throw new UsageError('truth must have both classes, 0 and 1, for a ROC curve');
  return { positives, negatives };
}

function againstRest(
  truth: Numbers,
  rows: ProbabilityRows,
  average: 'macro' | 'weighted',
  score: (counts: ThresholdCounts) => number,
): number {
  const classes = rows[0]?.length ?? 0;
  let sum = 0;
  for (let own = 0; own < classes; own++) {
    const scores = Float64Array.from(rows, (row) => row[own] as number);
    const counts = thresholdCounts(rankingOf(scores, (row) => truth[row] === own));
    const weight = average === 'macro' ? 1 / classes : totals(counts).positives / truth.length;
    sum += weight * score(counts);
  }
  return sum;
}

function againstEachOther(truth: Numbers, rows: ProbabilityRows): number {
  const classes = rows[0]?.length ?? 0;
  let [sum, pairs] = [0, 0];
  for (let a = 0; a < classes; a++) {
    for (let b = a + 1; b < classes; b++, pairs++) {
      const both = Int32Array.from(rows.keys()).filter((row) => truth[row] === a || truth[row] === b);
      const auc = (own: number) => {
        const scores = Float64Array.from(rows, (row) => row[own] as number);
        return aucOf(thresholdCounts(rankingOf(scores, (row) => truth[row] === own, both)));
      };
      sum += (auc(a) + auc(b)) / 2;
    }
  }
  return sum / pairs;
}
