import { highest } from '../core/highest.ts';
import type { Measurement, Measures } from './estimates.ts';
import {
  accuracyOf,
  averaged,
  balancedAccuracyOf,
  type ClassCounts,
  type ClassScore,
  classCounts,
  confusionOf,
  f1Of,
  matthewsOf,
  precisionOf,
  recallOf,
} from './metrics/confusion.ts';
import { brierTerms, logLosses } from './metrics/probabilities.ts';
import {
  aucOf,
  averagePrecisionOf,
  type Ranking,
  rankingOf,
  type ThresholdCounts,
  thresholdCounts,
  totals,
} from './metrics/ranking.ts';
import { weightedMean } from './metrics/weighted.ts';
import { outputColumn, type Predictions } from './predictions.ts';

/**
 * Metrics of two classes; class 1 is said of rows whose probability is above the threshold. Their names are those of
 * scikit-learn's scorers.
 */
export function measureBinary(predictions: Predictions, threshold: number): Measurement {
  const { truth } = predictions;
  const probabilities = outputColumn(predictions);
  const predicted = Uint8Array.from(probabilities, (p) => (p > threshold ? 1 : 0));
  const curve = reusableCurve(rankingOf(probabilities, (row) => truth[row] === 1));
  const [losses, squares] = [logLosses(truth, probabilities), brierTerms(truth, probabilities)];
  const found = new Set(truth).size;
  const measure = (weights?: ArrayLike<number>): Measures => {
    const classes = classCounts(confusionOf(truth, predicted, 2, weights));
    const positive = classes[1] as ClassCounts;
    const counts = curve(weights);
    return {
      accuracy: accuracyOf(classes),
      balanced_accuracy: occurring(classes) < found ? Number.NaN : balancedAccuracyOf(classes),
      precision: precisionOf(positive),
      recall: ifAny(positive.support, recallOf(positive)),
      f1: ifAny(positive.support, f1Of(positive)),
      ...averages(classes),
      matthews_corrcoef: matthewsOf(classes),
      roc_auc: aucOf(counts),
      average_precision: ifAny(positive.support, averagePrecisionOf(counts)),
      log_loss: weightedMean(losses, weights),
      brier_score: weightedMean(squares, weights),
    };
  };
  return { rows: truth.length, curves: 1, measure };
}

/** Metrics of three classes or more, and of each class. */
export function measureMulticlass(predictions: Predictions): Measurement {
  const { truth, outputs, labels } = predictions;
  const n = labels.length;
  const predicted = Int32Array.from(outputs, highest);
  const curves = labels.map((_, own) =>
    reusableCurve(rankingOf(outputColumn(predictions, own), (row) => truth[row] === own)),
  );
  const againstEachOther = pairwiseAuc(predictions);
  const [losses, squares] = [logLosses(truth, outputs), brierTerms(truth, outputs)];
  const found = new Set(truth).size;
  const measure = (weights?: ArrayLike<number>): Measures => {
    const classes = classCounts(confusionOf(truth, predicted, n, weights));
    const counts = curves.map((curve) => curve(weights));
    const aucs = counts.map(aucOf);
    const support = classes.map((own) => own.support / truth.length);
    return {
      accuracy: accuracyOf(classes),
      balanced_accuracy: occurring(classes) < found ? Number.NaN : balancedAccuracyOf(classes),
      ...averages(classes),
      matthews_corrcoef: matthewsOf(classes),
      roc_auc_ovr: sum(aucs) / n,
      roc_auc_ovr_weighted: sum(aucs.map((auc, own) => auc * (support[own] as number))),
      roc_auc_ovo: againstEachOther(weights),
      average_precision: sum(counts.map((own) => ifAny(totals(own).positives, averagePrecisionOf(own)))) / n,
      log_loss: weightedMean(losses, weights),
      brier_score: weightedMean(squares, weights),
      ...ofEachClass(classes),
    };
  };
  return { rows: truth.length, curves: 3 * n, measure };
}

/** The name of a class's own metric, such as `precision of class 2`; the index counts from 0. */
export const ofClass = (metric: string, own: number): string => `${metric} of class ${own}`;

const scores: Readonly<Record<string, ClassScore>> = { precision: precisionOf, recall: recallOf, f1: f1Of };

function ofEachClass(classes: readonly ClassCounts[]): Measures {
  return Object.fromEntries(
    Object.entries(scores).flatMap(([name, score]) =>
      classes.map((counts, own) => [ofClass(name, own), score(counts)]),
    ),
  );
}

function averages(classes: readonly ClassCounts[]): Measures {
  const ways = ['macro', 'micro', 'weighted'] as const;
  return Object.fromEntries(
    Object.entries(scores).flatMap(([name, score]) =>
      ways.map((way) => [`${name}_${way}`, averaged(classes, way, score)]),
    ),
  );
}

/** A score that needs rows of a class: without any, scikit-learn's 0 would be taken for a bad model. */
const ifAny = (rows: number, score: number) => (rows === 0 ? Number.NaN : score);

const occurring = (classes: readonly ClassCounts[]) => classes.filter(({ support }) => support > 0).length;

/** Counts over the thresholds that are written to the same memory again and again. */
function reusableCurve(ranking: Ranking): (weights?: ArrayLike<number>) => ThresholdCounts {
  const counts = thresholdCounts(ranking);
  return (weights) => thresholdCounts(ranking, weights, counts);
}

/** The area under the curve of each class against each other, as scikit-learn's `ovo`. */
function pairwiseAuc(predictions: Predictions): (weights?: ArrayLike<number>) => number {
  const { truth, labels } = predictions;
  const rows = Int32Array.from(truth.keys());
  const curves = labels.flatMap((_, own) => {
    const scores = outputColumn(predictions, own);
    const others = labels.flatMap((__, other) => (other === own ? [] : [other]));
    return others.map((other) => {
      const both = rows.filter((row) => truth[row] === own || truth[row] === other);
      return reusableCurve(rankingOf(scores, (row) => truth[row] === own, both));
    });
  });
  return (weights) => sum(curves.map((curve) => aucOf(curve(weights)))) / curves.length;
}

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
