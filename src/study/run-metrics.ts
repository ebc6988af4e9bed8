import { type EpochColumn, epochColumns, type WholeTrial } from '../engine/whole.ts';
import { trainingRows } from '../engine/whole-work.ts';
import type { StudyTable } from './study-table.ts';

const at = Object.fromEntries(epochColumns.map((name, index) => [name, index])) as Record<
  EpochColumn,
  number
>;

/** Metrics by name; what the network does not allow is missing. */
export type Metrics = Record<string, number>;

/** Losses of an epoch: as Keras counts them, penalties included, and on the validation rows without penalties too. */
export interface EpochLosses {
  readonly loss: number;
  readonly valLoss: number;
  readonly valDataLoss: number;
}

export function lossesOf({ window }: WholeTrial, row: ArrayLike<number>): EpochLosses {
  const validation = window.endValidation - window.firstValidation;
  return {
    loss: (row[at.lossSum] as number) / trainingRows(window),
    valLoss: (row[at.valLossSum] as number) / validation,
    valDataLoss: (row[at.valDataLossSum] as number) / validation,
  };
}

/**
 * What a run was at the end of an epoch, on the rows that judge it.
 *
 * @param row its `epochColumns`
 */
export function runMetrics(trial: WholeTrial, row: ArrayLike<number>, study: StudyTable): Metrics {
  const losses = lossesOf(trial, row);
  const metrics = { loss: losses.loss, val_loss: losses.valLoss };
  return study.context.task === 'regression'
    ? { ...metrics, ...regressionMetrics(trial, row, losses, study) }
    : { ...metrics, ...classMetrics(trial, row, losses) };
}

function classMetrics(trial: WholeTrial, row: ArrayLike<number>, { valDataLoss }: EpochLosses): Metrics {
  const { window, loss } = trial;
  const validation = window.endValidation - window.firstValidation;
  const metrics: Metrics = { accuracy: (row[at.valScoreSum] as number) / validation };
  // A smoothed label's loss is no log loss.
  if (loss.labelSmoothing === 0) metrics.log_loss = valDataLoss;
  const [tp, fp, fn, tn] = [at.truePositives, at.falsePositives, at.falseNegatives, at.trueNegatives].map(
    (column) => row[column] as number,
  ) as [number, number, number, number];
  // Engines count them for a single output only, and not layer by layer on a GPU.
  if (tp + fp + fn + tn !== validation) return metrics;
  const share = (part: number, whole: number) => (whole === 0 ? 0 : part / whole);
  return {
    ...metrics,
    precision: share(tp, tp + fp),
    recall: share(tp, tp + fn),
    f1: share(2 * tp, 2 * tp + fp + fn),
    balanced_accuracy: (share(tp, tp + fn) + share(tn, tn + fp)) / 2,
  };
}

/** In the target's own units. */
function regressionMetrics(
  { window }: WholeTrial,
  row: ArrayLike<number>,
  { valDataLoss }: EpochLosses,
  { table, target }: StudyTable,
): Metrics {
  const judged = table.y.subarray(window.firstValidation, window.endValidation);
  return {
    mae: (target.scale * (row[at.valScoreSum] as number)) / judged.length,
    mse: valDataLoss * target.scale ** 2,
    rmse: Math.sqrt(valDataLoss) * target.scale,
    r2: 1 - valDataLoss / varianceOf(judged),
  };
}

function varianceOf(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}
