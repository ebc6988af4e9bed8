import { wholeNumber } from '../core/check.ts';
import { CancelledError, UsageError } from '../core/errors.ts';
import type { Preprocessing } from '../data/table/prepare-table.ts';
import type { Engine, Job, RowSet, TrialSettings } from '../engine/engine.ts';
import { initialWeights } from '../model/initializers.ts';
import { checkLossFits, type LossSpec, loss as lossOf } from '../model/losses.ts';
import { countWeights, type Network } from '../model/network.ts';
import { type OptimizerSpec, optimizer as optimizerOf } from '../model/optimizers.ts';
import { autoBatchSize, defaultMaxBatchSize } from './batch-size.ts';
import type { Callback } from './callbacks.ts';
import { type LabelledRows, rowSet } from './rows.ts';
import { checkTrialsMatch } from './same-shape.ts';
import { type EpochEnd, trainTrials } from './train-trials.ts';
import type { TrainedModel } from './trained-model.ts';
import { Training } from './training.ts';

/** What all trials of a fit share. */
export interface SharedFitOptions extends LabelledRows {
  /** Where to train: `cpuEngine()`, or a WebGPU engine. */
  readonly engine: Engine;
  readonly validation?: LabelledRows;
  /** Passes over the rows. Default 1, as in Keras. */
  readonly epochs?: number;
  /** Rows of a mini-batch (default 32), or `auto`: the largest up to `maxBatchSize` that fits the device. */
  readonly batchSize?: number | 'auto';
  /** Default 512; used by `batchSize: 'auto'`. */
  readonly maxBatchSize?: number;
  /** Visit the rows in a fresh order every epoch. Default true. */
  readonly shuffle?: boolean;
  /** What made the features from raw rows; the model carries it on. */
  readonly preprocessing?: Preprocessing;
  /** Ends training early; what was trained until then comes with the CancelledError. */
  readonly signal?: AbortSignal;
}

/** What may differ from trial to trial. */
export interface TrialFitOptions {
  readonly network: Network;
  readonly loss: LossSpec;
  /** Default Adam with Keras's settings. */
  readonly optimizer?: OptimizerSpec;
  readonly callbacks?: readonly Callback[];
  /** Key of initial weights, shuffling and dropout: a whole number from 0 to 2^32 - 1. Default 0. */
  readonly seed?: number;
  /** In place of drawn ones: layer by layer kernel (inputs x units, row-major), then bias. */
  readonly initialWeights?: ArrayLike<number>;
  /** Factor of each class in the training loss. */
  readonly classWeight?: Readonly<Record<number, number>>;
}

export type FitOptions = SharedFitOptions & Omit<TrialFitOptions, 'network'>;

/** A cancelled fit: `models` holds what was trained until then. */
export class FitCancelledError extends CancelledError {
  readonly models: readonly TrainedModel[];

  constructor(models: readonly TrainedModel[]) {
    super('training was cancelled');
    this.models = models;
  }
}

/**
 * Trains one network: await it for the model, or loop over it for the epochs.
 *
 * @example
 * const training = fit(network, { engine, x, y, validation, loss: 'binary_crossentropy', epochs: 100 });
 * for await (const { epoch, logs } of training) console.log(epoch, logs.val_loss);
 * const model = await training;
 * @throws UsageError for options that break a rule, FitCancelledError when the signal is aborted
 */
export function fit(network: Network, options: FitOptions): Training<TrainedModel> {
  return new Training(async (onEpoch) => {
    const [model] = await fitTrials([{ ...options, network }], options, onEpoch);
    return model as TrainedModel;
  });
}

/**
 * Trains many networks of one shape at once, each with its own seed, learning rate, schedule, penalties, dropout
 * rates and callbacks. Each gives the same bits as it would alone.
 *
 * @throws UsageError as `fit`, and when the trials differ in shape, activations, loss or kind of optimizer
 */
export function fitAll(
  trials: readonly TrialFitOptions[],
  shared: SharedFitOptions,
): Training<TrainedModel[]> {
  return new Training((onEpoch) => fitTrials(trials, shared, onEpoch));
}

async function fitTrials(
  trials: readonly TrialFitOptions[],
  shared: SharedFitOptions,
  onEpoch: (end: EpochEnd) => void,
): Promise<TrainedModel[]> {
  const epochs = wholeNumber('epochs', shared.epochs ?? 1, 1);
  const settings = trials.map(trialSettings);
  checkTrialsMatch(settings);
  const { job, notes } = makeJob(settings, shared);
  const atOnce = Math.max(1, shared.engine.capacity(job).trials);
  const models: TrainedModel[] = [];
  const carried = shared.preprocessing ? { preprocessing: shared.preprocessing } : {};
  for (let start = 0; start < trials.length; start += atOnce) {
    const part = { ...job, trials: job.trials.slice(start, start + atOnce) };
    const result = await trainTrials(shared.engine, part, {
      epochs,
      callbacks: trials.slice(start, start + atOnce).map((trial) => trial.callbacks ?? []),
      onEpoch: (end) => onEpoch({ ...end, trial: start + end.trial }),
      ...(shared.signal && { signal: shared.signal }),
    });
    result.outcomes.forEach((outcome, t) => {
      const { network, loss } = part.trials[t] as TrialSettings;
      models.push({ ...outcome, network, loss, notes, ...carried });
    });
    if (result.cancelled) throw new FitCancelledError(models);
  }
  return models;
}

function trialSettings(trial: TrialFitOptions): TrialSettings {
  const seed = wholeNumber('seed', trial.seed ?? 0, 0, 0xffffffff);
  const { network } = trial;
  const loss = lossOf(trial.loss);
  checkLossFits(network, loss);
  const weights = trial.initialWeights ?? initialWeights(network, seed);
  const expected = countWeights(network);
  if (weights.length !== expected) {
    throw new UsageError(
      `initialWeights must have ${expected} numbers as the network has weights, got ${weights.length}`,
    );
  }
  const settings = { network, loss, optimizer: optimizerOf(trial.optimizer ?? 'adam'), seed, weights };
  return trial.classWeight
    ? { ...settings, classWeights: classFactors(trial.classWeight, network) }
    : settings;
}

/** Classes that are not named count once, as in Keras. */
function classFactors(classWeight: Readonly<Record<number, number>>, network: Network): number[] {
  const outputs = network.layers.at(-1)?.units ?? 1;
  const factors = new Array<number>(Math.max(2, outputs)).fill(1);
  for (const [label, factor] of Object.entries(classWeight)) {
    if (!(Number(label) in factors)) {
      throw new UsageError(`classWeight must name classes from 0 to ${factors.length - 1}, got ${label}`);
    }
    if (!Number.isFinite(factor) || factor < 0) {
      throw new UsageError(`classWeight of class ${label} must be a number of at least 0, got ${factor}`);
    }
    factors[Number(label)] = factor;
  }
  return factors;
}

function makeJob(trials: readonly TrialSettings[], shared: SharedFitOptions): { job: Job; notes: string[] } {
  const { network, loss } = trials[0] as TrialSettings;
  const training = rowSet(shared, '', network, loss);
  const validation: { validation?: RowSet } = shared.validation
    ? { validation: rowSet(shared.validation, 'validation.', network, loss) }
    : {};
  const job: Job = { trials, training, ...validation, batchSize: 1, shuffle: shared.shuffle ?? true };
  if (shared.batchSize !== 'auto') {
    return { job: { ...job, batchSize: wholeNumber('batchSize', shared.batchSize ?? 32, 1) }, notes: [] };
  }
  const maximum = wholeNumber('maxBatchSize', shared.maxBatchSize ?? defaultMaxBatchSize, 1);
  const { batchSize, explanation } = autoBatchSize(shared.engine.capacity(job), training.rows, maximum);
  return { job: { ...job, batchSize }, notes: [explanation] };
}
