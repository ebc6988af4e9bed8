import { highest } from '../core/highest.ts';
import { normalQuantile } from '../core/normal.ts';
import type { Resampling } from './bootstrap.ts';
import { calibrationOf } from './calibration.ts';
import { type ClassCurves, classCurves } from './curves.ts';
import type { Estimate, Estimates } from './estimates.ts';
import type { ClassEvaluation, Evaluation, Slices } from './evaluation.ts';
import { ofClass } from './measure-classes.ts';
import { confusionOf } from './metrics/confusion.ts';
import { outputColumn, type Predictions } from './predictions.ts';
import { residualsOf } from './residuals.ts';
import type { SlicedColumn } from './slice-groups.ts';
import { type ThresholdMetric, thresholdsOf } from './thresholds.ts';

/** What is evaluated. */
export interface Evaluable extends Predictions {
  readonly target?: string;
  readonly slices?: readonly SlicedColumn[];
}

/** Options with their defaults. */
export interface Settings extends Pick<Resampling, 'resamples' | 'confidence' | 'seed'> {
  readonly threshold: number;
  readonly metricForThreshold: ThresholdMetric;
}

/** What resampling gave. */
export interface Measured {
  readonly metrics: Estimates;
  readonly slices: readonly Slices[];
  readonly resampling: Resampling;
}

/** The document of what was measured, with curves and notes. */
export function documentOf(evaluable: Evaluable, settings: Settings, measured: Measured): Evaluation {
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
export function withoutClasses(metrics: Estimates, { labels }: Predictions): Estimates {
  const own = new Set(
    ['precision', 'recall', 'f1'].flatMap((metric) => labels.map((_, label) => ofClass(metric, label))),
  );
  return Object.fromEntries(Object.entries(metrics).filter(([name]) => !own.has(name)));
}

/** A class of fewer rows is missing in a resample now and then: of k rows with a chance of exp(-k). */
const leastRowsOfClass = 20;

function notesOn(
  { truth, labels }: Predictions,
  settings: Settings,
  { resampling, metrics, slices }: Measured,
): string[] {
  const counts = labels.map(() => 0);
  if (labels.length > 0) for (const own of truth) counts[own] = (counts[own] ?? 0) + 1;
  const named = (isMeant: (rows: number) => boolean) =>
    labels.filter((_, own) => isMeant(counts[own] ?? 0)).join(', ');
  const absent = named((rows) => rows === 0);
  const rare = named((rows) => rows > 0 && rows < leastRowsOfClass);
  const parts = [metrics, ...slices.flatMap((own) => own.slices.map((slice) => slice.metrics))];
  const isPerfect = parts.some(({ accuracy }) => accuracy?.value === 1);
  // The rule of three: of n rows that are all right, a share of -ln(1 - confidence) / n may be wrong.
  const wrong = Number((-Math.log(1 - settings.confidence)).toFixed(1));
  return [
    ...(absent === '' ? [] : [`no row is of ${absent}: metrics that need every class are left out`]),
    ...(rare === ''
      ? []
      : [`fewer than ${leastRowsOfClass} rows are of ${rare}: metrics that need them are uncertain`]),
    ...(isPerfect
      ? [
          `where no row is wrong, resampling finds no spread: of others like n such rows up to ${wrong} in n may be wrong`,
        ]
      : []),
    ...(resampling.resamples < settings.resamples
      ? [
          `${resampling.resamples} resamples instead of ${settings.resamples}, as there are ${truth.length} rows: the intervals are a little rougher`,
        ]
      : []),
  ];
}
