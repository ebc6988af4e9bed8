import { type EpochColumn, epochColumns, type WholeTrial } from '../engine/whole.ts';
import { trainingRows } from '../engine/whole-work.ts';
import type { Network } from '../model/network.ts';
import type { StudyTable } from './study-table.ts';

const at = Object.fromEntries(epochColumns.map((name, index) => [name, index])) as Record<
  EpochColumn,
  number
>;

/** Metrics by name; what the network does not allow is missing. */
export type Metrics = Record<string, number>;

/** Training and validation loss of an epoch as Keras counts them, penalties included. */
export function lossesOf({ window }: WholeTrial, row: ArrayLike<number>): { loss: number; valLoss: number } {
  const validation = window.endValidation - window.firstValidation;
  return {
    loss: (row[at.lossSum] as number) / trainingRows(window),
    valLoss: (row[at.valLossSum] as number) / validation,
  };
}

/**
 * What a run was at the end of an epoch, on the rows that judge it.
 *
 * @param row its `epochColumns`
 * @param final its weights and what scaled the penalties then, where known: only then they can be taken out of the loss
 */
export function runMetrics(
  trial: WholeTrial,
  row: ArrayLike<number>,
  final: { readonly weights: ArrayLike<number>; readonly penaltyScale: number } | undefined,
  study: StudyTable,
): Metrics {
  const { loss, valLoss } = lossesOf(trial, row);
  const penalty = final && final.penaltyScale * penaltyOf(trial.network, final.weights);
  const pure = penalty === undefined ? undefined : valLoss - penalty;
  const metrics = { loss, val_loss: valLoss };
  return study.context.task === 'regression'
    ? { ...metrics, ...regressionMetrics(trial, row, pure, study) }
    : { ...metrics, ...classMetrics(trial, row, pure) };
}

function classMetrics(trial: WholeTrial, row: ArrayLike<number>, pure: number | undefined): Metrics {
  const { window, loss } = trial;
  const validation = window.endValidation - window.firstValidation;
  const metrics: Metrics = { accuracy: (row[at.valCorrectSum] as number) / validation };
  // A smoothed label's loss is no log loss.
  if (pure !== undefined && loss.labelSmoothing === 0) metrics.log_loss = pure;
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
  pure: number | undefined,
  { table, target }: StudyTable,
): Metrics {
  const validation = window.endValidation - window.firstValidation;
  const mae = (target.scale * (row[at.valAbsoluteErrorSum] as number)) / validation;
  if (pure === undefined) return { mae };
  const judged = table.y.subarray(window.firstValidation, window.endValidation);
  return {
    mae,
    mse: pure * target.scale ** 2,
    rmse: Math.sqrt(Math.max(0, pure)) * target.scale,
    r2: 1 - pure / varianceOf(judged),
  };
}

function varianceOf(values: Float32Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
}

/** l1 * sum |w| + l2 * sum w^2 over all kernels and biases: what Keras adds to every loss. */
export function penaltyOf({ layers }: Network, weights: ArrayLike<number>): number {
  let sum = 0;
  let place = 0;
  for (const { inputs, units, useBias, kernelPenalty, biasPenalty } of layers) {
    const tensors = [{ size: inputs * units, ...kernelPenalty }];
    if (useBias) tensors.push({ size: units, ...biasPenalty });
    for (const { size, l1, l2 } of tensors) {
      const end = place + size;
      if (l1 === 0 && l2 === 0) place = end;
      for (; place < end; place++) {
        const weight = weights[place] as number;
        sum += l1 * Math.abs(weight) + l2 * weight * weight;
      }
    }
  }
  return sum;
}
