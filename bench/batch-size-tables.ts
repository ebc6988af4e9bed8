import { type BatchPoint, type BatchSizeResult, type Scaling, usual } from './batch-size.ts';
import { short, table } from './report.ts';
import type { Quartiles } from './statistics.ts';

/** What the scaled rates follow, as a formula. */
export const scalingFormulas: Readonly<Record<Scaling, string>> = {
  sqrt: `${usual.learningRate} · √(batch / ${usual.batchSize})`,
  linear: `${usual.learningRate} · batch / ${usual.batchSize}, at most 0.01`,
};

/** How long every training was. */
export function lengthOf({ equal, held }: BatchSizeResult): string {
  const steps = held.find(({ batchSize }) => batchSize === usual.batchSize)?.steps;
  return equal === 'epochs' ? `${usual.epochs} epochs` : `about ${steps} steps`;
}

/** A table for the held rate and one for the scaled rate, and what they say. */
export function batchSizeTables(result: BatchSizeResult): string[] {
  const { trainings, seconds, seeds, margin, timed, scaling, held, scaled } = result;
  const diverged = [...held, ...scaled].reduce((sum, point) => sum + point.diverged, 0);
  return [
    `${trainings} trainings of ${lengthOf(result)} side by side in one job: ${short(seconds)} s, compilation included`,
    `median over ${seeds} seeds ± half the distance between the quartiles; losses and accuracy of the final weights`,
    `ms: for each training where ${timed.trials} of this batch size train side by side, from ${timed.epochs} epochs`,
    `to best: until the validation loss first is within ${100 * margin} % of the training's best`,
    `learning rate held at ${usual.learningRate}:`,
    pointTable(held),
    `learning rate scaled, ${scalingFormulas[scaling]}:`,
    pointTable(scaled),
    ...(diverged > 0 ? [`note: ${diverged} trainings diverged and are left out`] : []),
  ];
}

const head = [
  'batch',
  'rate',
  'epochs',
  'ms',
  'epochs to best',
  'ms to best',
  'training loss',
  'validation loss',
  'gap',
  'accuracy %',
];

function pointTable(points: readonly BatchPoint[]): string {
  const rows = points.map((point) => [
    `${point.batchSize}`,
    point.learningRate.toPrecision(2),
    `${point.epochs}`,
    short(point.ms),
    spread(point.epochsToBest, 0),
    spread(point.msToBest, 2),
    spread(point.trainingLoss, 3),
    spread(point.validationLoss, 3),
    spread(point.gap, 3),
    spread(point.accuracy, 1, 100),
  ]);
  return table(head, rows, 0);
}

function spread({ lower, median, upper }: Quartiles, digits: number, factor = 1): string {
  return `${(factor * median).toFixed(digits)} ±${((factor * (upper - lower)) / 2).toFixed(digits)}`;
}
