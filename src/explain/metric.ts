import { oneOf } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import { highest } from '../core/highest.ts';
import {
  accuracy,
  averagePrecision,
  balancedAccuracy,
  brierScore,
  f1,
  matthewsCorrelation,
  meanAbsoluteError,
  meanSquaredError,
  r2,
  rocAuc,
} from '../evaluate/metrics.ts';
import type { Loss } from '../model/losses.ts';

type Numbers = ArrayLike<number>;

/** How good predictions are. */
export interface Metric {
  readonly name: MetricName;
  /** Whether less is better. */
  readonly isLoss: boolean;
  /** @param outputs rows x units: probabilities, or values */
  readonly score: (truth: Numbers, outputs: Float32Array, units: number) => number;
}

/** Metrics of each kind of model, named as in an evaluation; the first is the default. */
const metricsOf = {
  binary_crossentropy: {
    log_loss: loss(binaryLogLoss),
    accuracy: gain((truth, outputs) => accuracy(truth, sides(outputs))),
    balanced_accuracy: gain((truth, outputs) => balancedAccuracy(truth, sides(outputs))),
    f1: gain((truth, outputs) => f1(truth, sides(outputs))),
    matthews_corrcoef: gain((truth, outputs) => matthewsCorrelation(truth, sides(outputs))),
    roc_auc: gain((truth, outputs) => rocAuc(truth, outputs)),
    average_precision: gain((truth, outputs) => averagePrecision(truth, outputs)),
    brier_score: loss((truth, outputs) => brierScore(truth, outputs)),
  },
  categorical_crossentropy: {
    log_loss: loss(logLoss),
    accuracy: gain((truth, ...outputs) => accuracy(truth, likeliest(...outputs))),
    balanced_accuracy: gain((truth, ...outputs) => balancedAccuracy(truth, likeliest(...outputs))),
    f1_macro: gain((truth, ...outputs) => f1(truth, likeliest(...outputs), { average: 'macro' })),
    matthews_corrcoef: gain((truth, ...outputs) => matthewsCorrelation(truth, likeliest(...outputs))),
  },
  mean_squared_error: { mse: loss(meanSquaredError), mae: loss(meanAbsoluteError), r2: gain(r2) },
} satisfies Readonly<Record<Loss['name'], Readonly<Record<string, Omit<Metric, 'name'>>>>>;

export type MetricName = { [K in Loss['name']]: keyof (typeof metricsOf)[K] }[Loss['name']];

/** Every name of a metric, for help texts. */
export const importanceMetrics = [
  ...new Set(Object.values(metricsOf).flatMap((metrics) => Object.keys(metrics))),
] as MetricName[];

/** The metric of a model: by name, or log loss for classifiers and MSE for regressions. @throws UsageError that lists them */
export function importanceMetric({ name: lossName }: Loss, name?: string): Metric {
  const metrics: Readonly<Record<string, Omit<Metric, 'name'>>> = metricsOf[lossName];
  const names = Object.keys(metrics);
  const chosen = oneOf('metric', name ?? (names[0] as string), names);
  return { name: chosen as MetricName, ...(metrics[chosen] as Omit<Metric, 'name'>) };
}

function loss(score: Metric['score']): Omit<Metric, 'name'> {
  return { isLoss: true, score };
}

function gain(score: Metric['score']): Omit<Metric, 'name'> {
  return { isLoss: false, score };
}

/** Probabilities are kept one epsilon of single precision, which they are in, away from 0 and 1, as in scikit-learn. */
const epsilon = 2 ** -23;

function surprise(probability: number): number {
  return -Math.log(Math.min(Math.max(probability, epsilon), 1 - epsilon));
}

/** Mean negative log-likelihood of labels 0 and 1, of all outputs. */
function binaryLogLoss(truth: Numbers, outputs: Float32Array): number {
  const sum = outputs.reduce((before, p, i) => before + surprise(truth[i] === 1 ? p : 1 - p), 0);
  return sum / outputs.length;
}

/** Mean negative log-likelihood of class indices. */
function logLoss(truth: Numbers, outputs: Float32Array, units: number): number {
  let sum = 0;
  for (let row = 0; row < truth.length; row++) {
    sum += surprise(outputs[row * units + (truth[row] as number)] as number);
  }
  return sum / truth.length;
}

const sides = (outputs: Float32Array) => Uint8Array.from(outputs, (p) => (p > 0.5 ? 1 : 0));

function likeliest(outputs: Float32Array, units: number): Int32Array {
  return Int32Array.from({ length: outputs.length / units }, (_, row) =>
    highest(outputs.subarray(row * units, (row + 1) * units)),
  );
}

/** Checks a model's targets: one for each row and output. @throws UsageError that says how many there must be */
export function checkTruth(truth: Numbers, rows: number, { name }: Loss, units: number): void {
  const each = name === 'categorical_crossentropy' ? 1 : units;
  if (truth.length === rows * each) return;
  throw new UsageError(
    `y must have ${each} target(s) for each of the ${rows} rows of x, got ${truth.length}`,
  );
}
