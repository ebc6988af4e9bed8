import type { WholeJob, WholeOutcome, WholeTrial } from '../src/engine/whole.ts';
import type { WholeRunner } from '../src/engine/whole-runner.ts';
import { adam } from '../src/model/optimizers.ts';
import { WholeHistory } from '../src/train/whole-history.ts';
import { progress } from './report.ts';
import { epochsToWithin, type Quartiles, quartiles } from './statistics.ts';
import { type WholeWorkload, wholeJob, wholeWorkloads } from './whole-job.ts';

/** How a learning rate follows the batch size. */
export const scalings = ['sqrt', 'linear'] as const;
export type Scaling = (typeof scalings)[number];

/** What all batch sizes get the same of. */
export const lengths = ['epochs', 'steps'] as const;
export type Length = (typeof lengths)[number];

export interface BatchSizeOptions {
  /** Trainings of each batch size and rate. */
  readonly seeds: number;
  readonly scaling: Scaling;
  readonly equal: Length;
  readonly quick: boolean;
}

/** What came of one batch size at one learning rate; the quartiles are over the seeds. */
export interface BatchPoint {
  readonly batchSize: number;
  readonly learningRate: number;
  readonly epochs: number;
  readonly steps: number;
  /** Trainings whose loss was not finite in the end; the quartiles leave them out. */
  readonly diverged: number;
  /** Milliseconds for each of many trainings of this batch size alone. */
  readonly ms: number;
  /** Until the validation loss first comes within `margin` of its best. */
  readonly epochsToBest: Quartiles;
  /** The same in milliseconds: times those of an epoch. */
  readonly msToBest: Quartiles;
  /** Of the final weights, over all training rows. */
  readonly trainingLoss: Quartiles;
  readonly validationLoss: Quartiles;
  /** Validation loss less training loss. */
  readonly gap: Quartiles;
  /** Of the final weights, on the validation rows. */
  readonly accuracy: Quartiles;
}

export interface BatchSizeResult extends BatchSizeOptions {
  readonly margin: number;
  /** All trainings ran in one job that took so long, compilation included. */
  readonly trainings: number;
  readonly seconds: number;
  /** Trainings side by side where one batch size was timed alone, and their epochs. */
  readonly timed: { readonly trials: number; readonly epochs: number; readonly rounds: number };
  /** A point a batch size with the usual rate, and with a rate that follows the batch size. */
  readonly held: readonly BatchPoint[];
  readonly scaled: readonly BatchPoint[];
}

/** Keras's defaults, where held and scaled rates meet. */
export const usual = { batchSize: 32, learningRate: 1e-3, epochs: 100 } as const;
/** Of a training's best validation loss: closer than this, it may end. */
const margin = 0.01;
/** The linear rule ends here: Adam's steps are about as long as its rate, however clear the gradient is. */
const mostRate = 0.01;

const seedExperiment = wholeWorkloads[0] as WholeWorkload;
const fullBatch = 800;
const batchSizes = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, fullBatch];
const quickBatchSizes = [8, 32, 128, fullBatch];

/** One batch size at one rate. */
interface Cell {
  readonly batchSize: number;
  readonly learningRate: number;
  readonly epochs: number;
}

/** Numbers of one training. */
interface Measured {
  readonly epochsToBest: number;
  readonly trainingLoss: number;
  readonly validationLoss: number;
  readonly accuracy: number;
}

/** Trains all batch sizes at both rates with many seeds, in one job, and times each batch size alone. */
export async function benchBatchSize(
  runner: WholeRunner,
  options: BatchSizeOptions,
): Promise<BatchSizeResult> {
  const { seeds, scaling, equal, quick } = options;
  const sizes = quick ? quickBatchSizes : batchSizes;
  const cellsAt = (rate: (batchSize: number) => number): Cell[] =>
    sizes.map((batchSize) => ({
      batchSize,
      learningRate: rate(batchSize),
      epochs: epochsOf(batchSize, equal),
    }));
  const cells = [
    ...cellsAt(() => usual.learningRate),
    ...cellsAt((batchSize) => scaledRate(batchSize, scaling)),
  ];
  const job = jobOf(cells, seeds);
  const started = performance.now();
  const measured = await trainAll(runner, job);
  const seconds = (performance.now() - started) / 1000;
  const timed = { trials: (await runner.plan(job)).slots, epochs: quick ? 5 : 10, rounds: quick ? 2 : 8 };
  const epochMs = await timeAlone(runner, sizes, timed);
  const points = cells.map((cell, i) =>
    pointOf(cell, measured.slice(i * seeds, (i + 1) * seeds), epochMs.get(cell.batchSize) as number),
  );
  return {
    ...options,
    margin,
    trainings: job.trials.length,
    seconds,
    timed,
    held: points.slice(0, sizes.length),
    scaled: points.slice(sizes.length),
  };
}

/**
 * The usual rate times the square root of the batch size's ratio to the usual one, or times the ratio itself. The
 * square root is Adam's rule, since it divides the gradient by its own size, noise included (Malladi et al. 2022);
 * the linear one is that of plain gradient descent.
 */
export function scaledRate(batchSize: number, scaling: Scaling): number {
  const ratio = batchSize / usual.batchSize;
  return scaling === 'sqrt'
    ? usual.learningRate * Math.sqrt(ratio)
    : Math.min(mostRate, usual.learningRate * ratio);
}

/** The usual number of epochs, or as many as it takes for the steps that the usual batch size makes in them. */
function epochsOf(batchSize: number, equal: Length): number {
  if (equal === 'epochs') return usual.epochs;
  return Math.max(1, Math.round((usual.epochs * stepsOf(usual.batchSize)) / stepsOf(batchSize)));
}

/** Steps of an epoch. */
function stepsOf(batchSize: number): number {
  return Math.ceil(fullBatch / batchSize);
}

/** All cells' trials, seed by seed; the seeds are the same in every cell. */
function jobOf(cells: readonly Cell[], seeds: number): WholeJob {
  const { trials, table } = wholeJob(seedExperiment, seeds);
  const own = ({ batchSize, learningRate, epochs }: Cell): WholeTrial[] => {
    const optimizer = adam({ learningRate });
    return trials.map((trial) => ({ ...trial, batchSize, epochs, optimizer, rules: { stopOnNaN: true } }));
  };
  return { trials: cells.flatMap(own), table };
}

async function trainAll(runner: WholeRunner, job: WholeJob): Promise<Measured[]> {
  const epochs = job.trials.reduce((sum, trial) => sum + trial.epochs, 0);
  let said = 0;
  const outcomes = await runner.run(job, {
    onProgress: (now) => {
      const percent = Math.floor((100 * now.epochs) / epochs);
      if (percent < said + 10) return;
      said = percent;
      progress(`${percent} % of ${job.trials.length} trainings of all batch sizes, side by side`);
    },
  });
  const trained = job.trials.map((trial, i) => ({ trial, outcome: outcomes[i] as WholeOutcome }));
  const trainingLosses = await finalTrainingLosses(runner, job, trained);
  return trained.map(({ trial, outcome }, i) => {
    const { val_loss = [], val_accuracy = [] } = new WholeHistory(trial, outcome).metrics;
    const hasDiverged = outcome.status === 'diverged';
    const last = (list: readonly number[]) => (hasDiverged ? Number.NaN : (list.at(-1) as number));
    return {
      epochsToBest: hasDiverged ? Number.NaN : epochsToWithin(val_loss, margin),
      trainingLoss: trainingLosses[i] as number,
      validationLoss: last(val_loss),
      accuracy: last(val_accuracy),
    };
  });
}

/**
 * The training loss of a history is a mean over an epoch in which the weights move on, by 1 step or by 800. To compare
 * batch sizes it must be that of the final weights: they make one more epoch, of one step with a rate of 0.
 */
async function finalTrainingLosses(
  runner: WholeRunner,
  { table }: WholeJob,
  trained: readonly { readonly trial: WholeTrial; readonly outcome: WholeOutcome }[],
): Promise<number[]> {
  const still = { batchSize: fullBatch, epochs: 1, optimizer: adam({ learningRate: 0 }) };
  const trials = trained.map(({ trial, outcome }) => ({ ...trial, ...still, weights: outcome.weights }));
  const outcomes = await runner.run({ trials, table });
  return trials.map((trial, i) => {
    const { loss = [] } = new WholeHistory(trial, outcomes[i] as WholeOutcome).metrics;
    return loss[0] as number;
  });
}

/** Milliseconds of an epoch of one training, where only this batch size is trained: the best of rounds in turns. */
async function timeAlone(
  runner: WholeRunner,
  sizes: readonly number[],
  { trials, epochs, rounds }: BatchSizeResult['timed'],
): Promise<Map<number, number>> {
  const best = new Map<number, number>();
  for (let round = 0; round < rounds; round++) {
    progress(`time of each batch size alone, ${round + 1} of ${rounds}`);
    for (const batchSize of sizes) {
      const job = wholeJob({ ...seedExperiment, batchSize }, trials, epochs);
      const started = performance.now();
      await runner.run(job);
      const ms = (performance.now() - started) / trials / epochs;
      best.set(batchSize, Math.min(ms, best.get(batchSize) ?? Number.POSITIVE_INFINITY));
    }
  }
  return best;
}

function pointOf(cell: Cell, trainings: readonly Measured[], epochMs: number): BatchPoint {
  const over = (value: (one: Measured) => number) => quartiles(trainings.map(value));
  const { batchSize, epochs } = cell;
  return {
    ...cell,
    steps: epochs * stepsOf(batchSize),
    diverged: trainings.filter(({ trainingLoss }) => !Number.isFinite(trainingLoss)).length,
    ms: epochs * epochMs,
    epochsToBest: over((one) => one.epochsToBest),
    msToBest: over((one) => one.epochsToBest * epochMs),
    trainingLoss: over((one) => one.trainingLoss),
    validationLoss: over((one) => one.validationLoss),
    gap: over((one) => one.validationLoss - one.trainingLoss),
    accuracy: over((one) => one.accuracy),
  };
}
