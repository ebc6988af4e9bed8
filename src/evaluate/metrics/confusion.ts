import type { Numbers } from './arrays.ts';
import { ratio } from './arrays.ts';

/** Counts of rows by true class (row) and predicted class (column), row-major. */
export interface Confusion {
  readonly classes: number;
  readonly counts: Float64Array;
}

/**
 * Counts rows by true and predicted class.
 *
 * @param truth class indices below `classes`, as `predicted`
 * @param weights how often each row counts; once where left out
 */
export function confusionOf(
  truth: Numbers,
  predicted: Numbers,
  classes: number,
  weights?: Numbers,
): Confusion {
  const counts = new Float64Array(classes * classes);
  for (let i = 0; i < truth.length; i++) {
    const at = (truth[i] as number) * classes + (predicted[i] as number);
    counts[at] = (counts[at] as number) + (weights ? (weights[i] as number) : 1);
  }
  return { classes, counts };
}

/** What the scores of a class are made of. */
export interface ClassCounts {
  /** Rows of this class that were recognised, rows said to be of it, and rows that are. */
  readonly right: number;
  readonly predicted: number;
  readonly support: number;
}

export function classCounts({ classes, counts }: Confusion): ClassCounts[] {
  const at = (row: number, column: number) => counts[row * classes + column] as number;
  return Array.from({ length: classes }, (_, own) => {
    let [predicted, support] = [0, 0];
    for (let other = 0; other < classes; other++) {
      predicted += at(other, own);
      support += at(own, other);
    }
    return { right: at(own, own), predicted, support };
  });
}

export type ClassScore = (counts: ClassCounts) => number;

export const precisionOf: ClassScore = ({ right, predicted }) => ratio(right, predicted);
export const recallOf: ClassScore = ({ right, support }) => ratio(right, support);
/** Harmonic mean of precision and recall. */
export const f1Of: ClassScore = ({ right, predicted, support }) => ratio(2 * right, predicted + support);

const total = (classes: readonly ClassCounts[], key: keyof ClassCounts) =>
  classes.reduce((sum, counts) => sum + counts[key], 0);

/** Scores of classes as one: of all rows together, or the mean over the classes that occur, weighted by their rows. */
export function averaged(
  classes: readonly ClassCounts[],
  average: 'macro' | 'micro' | 'weighted',
  score: ClassScore,
): number {
  if (average === 'micro') {
    return score({
      right: total(classes, 'right'),
      predicted: total(classes, 'predicted'),
      support: total(classes, 'support'),
    });
  }
  // A class that neither is nor was predicted has no score.
  const occurring = classes.filter(({ predicted, support }) => predicted + support > 0);
  const rows = total(occurring, 'support');
  const weight = ({ support }: ClassCounts) => (average === 'macro' ? 1 / occurring.length : support / rows);
  return occurring.reduce((sum, counts) => sum + weight(counts) * score(counts), 0);
}

/** Share of the rows whose class is right. */
export function accuracyOf(classes: readonly ClassCounts[]): number {
  return ratio(total(classes, 'right'), total(classes, 'support'));
}

/** Mean recall of the classes that occur. */
export function balancedAccuracyOf(classes: readonly ClassCounts[]): number {
  const recalls = classes.filter(({ support }) => support > 0).map(recallOf);
  return ratio(
    recalls.reduce((sum, value) => sum + value, 0),
    recalls.length,
  );
}

/** Matthews correlation coefficient, for any number of classes (Gorodkin 2004). */
export function matthewsOf(classes: readonly ClassCounts[]): number {
  const n = total(classes, 'support');
  const sum = (term: ClassScore) => classes.reduce((all, counts) => all + term(counts), 0);
  const covariance = total(classes, 'right') * n - sum(({ predicted, support }) => predicted * support);
  const truthSpread = n * n - sum(({ support }) => support ** 2);
  const predictedSpread = n * n - sum(({ predicted }) => predicted ** 2);
  return ratio(covariance, Math.sqrt(truthSpread * predictedSpread));
}
