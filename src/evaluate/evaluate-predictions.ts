import { finiteNumber, knownOptions, oneOf, wholeNumber } from '../core/check.ts';
import { affordableResamples, bootstrap, workOf } from './bootstrap.ts';
import type { Measurement } from './estimates.ts';
import type { Evaluation, Slice, Slices } from './evaluation.ts';
import { documentOf, type Evaluable, type Settings, withoutClasses } from './evaluation-document.ts';
import { measureBinary, measureMulticlass } from './measure-classes.ts';
import { measureRegression } from './measure-values.ts';
import { Pacer } from './pacer.ts';
import { checkPredictions, type Predictions, takePredictions } from './predictions.ts';
import type { SlicedColumn } from './slice-groups.ts';
import { type ThresholdMetric, thresholdMetrics } from './thresholds.ts';

export interface EvaluationOptions {
  /** A binary model says class 1 of probabilities above it. Default 0.5. */
  readonly threshold?: number;
  /** Which metric the best threshold is shown for. Default f1. */
  readonly metricForThreshold?: ThresholdMetric;
  /** Resamples that the confidence intervals are made of. Default 1,000; of very many rows fewer are drawn. */
  readonly resamples?: number;
  /** Default 0.95. */
  readonly confidence?: number;
  /** Of the resamples. Default 0. */
  readonly seed?: number;
  /** Ends the evaluation with a CancelledError. */
  readonly signal?: AbortSignal;
  /** Hears now and then which share of the work is done. */
  readonly onProgress?: (share: number) => void;
}

export const evaluationOptions = [
  'threshold',
  'metricForThreshold',
  'resamples',
  'confidence',
  'seed',
  'signal',
  'onProgress',
] as const satisfies readonly (keyof EvaluationOptions)[];

const smallSlice = 30;

/**
 * Judges predictions: metrics with confidence intervals, curves, and metrics by slice.
 * @throws UsageError for options that break a rule or no rows, CancelledError when the signal is aborted
 */
export async function evaluatePredictions(
  evaluable: Evaluable,
  options: EvaluationOptions = {},
): Promise<Evaluation> {
  knownOptions('the evaluation', options, evaluationOptions);
  checkPredictions(evaluable);
  const settings = checked(options);
  const pacer = new Pacer(options.signal, options.onProgress);
  const measurement = measurementOf(evaluable, settings.threshold);
  const { slices = [] } = evaluable;
  // Slices of a column are all rows once more.
  const passes = 1 + slices.length;
  const resamples = affordableResamples(measurement, passes, settings.resamples);
  const plan = { ...settings, resamples };
  pacer.plan(workOf(measurement) * resamples * passes);
  const metrics = await bootstrap(measurement, plan, pacer);
  const measured: Slices[] = [];
  for (const sliced of slices) measured.push(await measureSlices(evaluable, sliced, plan, pacer));
  return documentOf(evaluable, settings, {
    metrics,
    slices: measured,
    resampling: {
      method: 'percentile bootstrap',
      resamples,
      confidence: settings.confidence,
      seed: settings.seed,
    },
  });
}

async function measureSlices(
  evaluable: Evaluable,
  { column, groups }: SlicedColumn,
  plan: Settings,
  pacer: Pacer,
): Promise<Slices> {
  const slices: Slice[] = [];
  for (const { label, rows } of groups) {
    const measurement = measurementOf(takePredictions(evaluable, rows), plan.threshold);
    const metrics = withoutClasses(await bootstrap(measurement, plan, pacer), evaluable);
    slices.push({ label, rows: rows.length, isSmall: rows.length < smallSlice, metrics });
  }
  return { column, slices };
}

function checked(options: EvaluationOptions): Settings {
  return {
    threshold: finiteNumber('threshold', options.threshold ?? 0.5, { least: 0, most: 1 }),
    metricForThreshold: oneOf('metricForThreshold', options.metricForThreshold ?? 'f1', thresholdMetrics),
    resamples: wholeNumber('resamples', options.resamples ?? 1000, 1),
    confidence: finiteNumber('confidence', options.confidence ?? 0.95, { above: 0, below: 1 }),
    seed: wholeNumber('seed', options.seed ?? 0, 0, 2 ** 32 - 1),
  };
}

function measurementOf(predictions: Predictions, threshold: number): Measurement {
  switch (predictions.task) {
    case 'binary':
      return measureBinary(predictions, threshold);
    case 'multiclass':
      return measureMulticlass(predictions);
    case 'regression':
      return measureRegression(predictions);
  }
}
