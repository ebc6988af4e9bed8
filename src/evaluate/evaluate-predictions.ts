import { finiteNumber, knownOptions, oneOf, wholeNumber } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import { normalQuantile } from '../core/normal.ts';
import { affordableResamples, bootstrap, type Resampling, workOf } from './bootstrap.ts';
import { calibrationOf } from './calibration.ts';
import { type ClassCurves, classCurves } from './curves.ts';
import type { Estimate, Estimates, Measurement } from './estimates.ts';
import type { ClassEvaluation, Evaluation, Slice, Slices } from './evaluation.ts';
import { measureBinary, measureMulticlass, ofClass } from './measure-classes.ts';
import { measureRegression } from './measure-values.ts';
import { confusionOf } from './metrics/confusion.ts';
import { Pacer } from './pacer.ts';
import { highest, outputColumn, type Predictions, takePredictions } from './predictions.ts';
import { residualsOf } from './residuals.ts';
import type { SlicedColumn } from './slice-groups.ts';
import { type ThresholdMetric, thresholdMetrics, thresholdsOf } from './thresholds.ts';

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

/** What is evaluated. */
export interface Evaluable extends Predictions {
  readonly target?: string;
  readonly slices?: readonly SlicedColumn[];
}

interface Settings extends Pick<Resampling, 'resamples' | 'confidence' | 'seed'> {
  readonly threshold: number;
  readonly metricForThreshold: ThresholdMetric;
}

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
  const settings = checked(evaluable, options);
  const pacer = new Pacer(options.signal, options.onProgress);
  const measurement = measurementOf(evaluable, settings.threshold);
  const resamples = affordableResamples(measurement, settings.resamples);
  const plan = { ...settings, resamples };
  const { slices = [] } = evaluable;
  // Slices of a column are all rows once more.
  pacer.plan(workOf(measurement) * resamples * (1 + slices.length));
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

function checked({ truth, outputs }: Predictions, options: EvaluationOptions): Settings {
  if (truth.length === 0 || truth.length !== outputs.length) {
    throw new UsageError(
      `the evaluation must have a prediction for each of at least one row, got ${truth.length} rows and ${outputs.length} predictions`,
    );
  }
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

/** What resampling gave. */
interface Measured {
  readonly metrics: Estimates;
  readonly slices: readonly Slices[];
  readonly resampling: Resampling;
}

function documentOf(evaluable: Evaluable, settings: Settings, measured: Measured): Evaluation {
  const { target, truth, task, labels } = evaluable;
  const base = {
    schemaVersion: 1,
    kind: 'shoal-evaluation',
    ...(target !== undefined && { target }),
    rows: truth.length,
    metrics: withoutClasses(measured.metrics, evaluable),
    resampling: measured.resampling,
    slices: measured.slices,
    notes: notesOn(evaluable, settings, measured),
  } as const;
  if (task === 'regression') return { ...base, task, residuals: residualsOf(evaluable) };
  const shared = {
    labels,
    confusion: confusionRows(evaluable, settings.threshold),
    curves: curvesOf(evaluable),
    calibration: calibrationOf(evaluable, normalQuantile((1 + settings.confidence) / 2)),
  };
  if (task === 'multiclass')
    return { ...base, task, ...shared, classes: classesOf(evaluable, measured.metrics) };
  const { threshold, metricForThreshold } = settings;
  const thresholds = thresholdsOf(truth, outputColumn(evaluable));
  return { ...base, task, ...shared, threshold, metricForThreshold, thresholds };
}

function confusionRows(predictions: Predictions, threshold: number): number[][] {
  const { task, truth, outputs, labels } = predictions;
  const predicted = outputs.map((row) =>
    task === 'binary' ? Number((row[0] as number) > threshold) : highest(row),
  );
  const { counts } = confusionOf(truth, predicted, labels.length);
  return labels.map((_, own) => Array.from(counts.subarray(own * labels.length, (own + 1) * labels.length)));
}

function curvesOf(predictions: Predictions): ClassCurves[] {
  const { task, truth, labels } = predictions;
  const classes = task === 'binary' ? [1] : labels.keys();
  return Array.from(classes, (own) =>
    classCurves(
      labels[own] ?? String(own),
      outputColumn(predictions, task === 'binary' ? 0 : own),
      (row) => truth[row] === own,
    ),
  ).filter((curves) => curves !== undefined);
}

function classesOf({ truth, labels }: Predictions, metrics: Estimates): ClassEvaluation[] {
  const estimate = (metric: string, own: number) => metrics[ofClass(metric, own)] as Estimate;
  return labels.map((label, own) => ({
    label,
    rows: truth.reduce((count, value) => count + (value === own ? 1 : 0), 0),
    precision: estimate('precision', own),
    recall: estimate('recall', own),
    f1: estimate('f1', own),
  }));
}

/** Metrics of single classes stand by themselves. */
function withoutClasses(metrics: Estimates, { labels }: Predictions): Estimates {
  const own = new Set(
    ['precision', 'recall', 'f1'].flatMap((metric) => labels.map((_, label) => ofClass(metric, label))),
  );
  return Object.fromEntries(Object.entries(metrics).filter(([name]) => !own.has(name)));
}

/** A class of fewer rows is missing in a resample now and then: of k rows with a chance of exp(-k). */
const leastRowsOfClass = 20;

function notesOn({ truth, labels }: Predictions, settings: Settings, { resampling }: Measured): string[] {
  const counts = labels.map(() => 0);
  if (labels.length > 0) for (const own of truth) counts[own] = (counts[own] ?? 0) + 1;
  const named = (isMeant: (rows: number) => boolean) =>
    labels.filter((_, own) => isMeant(counts[own] ?? 0)).join(', ');
  const absent = named((rows) => rows === 0);
  const rare = named((rows) => rows > 0 && rows < leastRowsOfClass);
  return [
    ...(absent === '' ? [] : [`no row is of ${absent}: metrics that need every class are left out`]),
    ...(rare === ''
      ? []
      : [`fewer than ${leastRowsOfClass} rows are of ${rare}: metrics that need them are uncertain`]),
    ...(resampling.resamples < settings.resamples
      ? [
          `${resampling.resamples} resamples instead of ${settings.resamples}, as there are ${truth.length} rows: the intervals are a little rougher`,
        ]
      : []),
  ];
}
