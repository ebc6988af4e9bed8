import { finiteNumber, wholeNumber } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import type { NoiseSums, PassMetrics, TrialSettings } from '../engine/engine.ts';
import type { Callback, CallbackState, Measured, TrialControl } from './callbacks.ts';
import { HistoryRecorder } from './history.ts';

/** What the trial asks of the engine. */
export interface WeightKeeper {
  keepWeights(trial: number): void;
  restoreWeights(trial: number): void;
  scalePenalties(trial: number, scale: number): void;
}

/** Rows of the mini-batches at first, and the most that there is room for. */
export interface BatchSizes {
  readonly batchSize: number;
  readonly largestBatch: number;
}

/** What the engine says of an epoch that ended. */
export interface EpochResult {
  readonly epoch: number;
  /** Steps that are done. */
  readonly steps: number;
  /** The learning rates of the epoch's first and last step. */
  readonly rate: number;
  readonly lastRate: number;
  readonly training: PassMetrics;
  readonly validation?: PassMetrics;
  readonly noise?: NoiseSums;
}

/** One trial while it trains: its learning rate, its callbacks and what they decided. */
export class Trial implements TrialControl {
  readonly trial: number;
  readonly recorder = new HistoryRecorder();
  private readonly settings: TrialSettings;
  private readonly callbacks: readonly CallbackState[];
  private readonly keeper: WeightKeeper;
  readonly largestBatch: number;
  private rows: number;
  private scale = 1;
  private rate: number;
  measured: Measured = { dataLoss: Number.NaN };
  private active = true;
  /** The last epoch that began, counted from 0: several may have begun when the first of them ends. */
  private begun = -1;
  /** The last epoch that ended, counted from 0. */
  private ended = -1;
  /** The epoch whose weights are remembered. */
  private kept = -1;

  constructor(
    trial: number,
    settings: TrialSettings,
    callbacks: readonly Callback[],
    keeper: WeightKeeper,
    { batchSize, largestBatch }: BatchSizes,
  ) {
    this.trial = trial;
    this.settings = settings;
    this.callbacks = callbacks.map((callback) => callback.create());
    this.keeper = keeper;
    this.rows = batchSize;
    this.largestBatch = largestBatch;
    const { learningRate } = settings.optimizer;
    this.rate = Math.fround(typeof learningRate === 'number' ? learningRate : learningRate.at(0, 0));
  }

  get isActive(): boolean {
    return this.active;
  }

  get learningRate(): number {
    return this.rate;
  }

  set learningRate(rate: number) {
    const { learningRate } = this.settings.optimizer;
    if (typeof learningRate !== 'number') {
      throw new UsageError(
        `a callback cannot set the learning rate while the optimizer follows a schedule (${learningRate.description}); ` +
          'give the optimizer a number, or drop the callback',
      );
    }
    this.rate = Math.fround(rate);
  }

  get batchSize(): number {
    return this.rows;
  }

  set batchSize(rows: number) {
    this.rows = wholeNumber('batchSize', rows, 1, this.largestBatch);
  }

  get penaltyScale(): number {
    return this.scale;
  }

  set penaltyScale(scale: number) {
    const rounded = Math.fround(finiteNumber('penaltyScale', scale, { least: 0 }));
    if (rounded === this.scale) return;
    this.scale = rounded;
    this.keeper.scalePenalties(this.trial, rounded);
  }

  stopTraining(reason: string): void {
    this.active = false;
    this.recorder.stop(reason);
  }

  keepWeights(): void {
    this.keeper.keepWeights(this.trial);
    this.kept = this.ended;
  }

  restoreWeights(): void {
    this.keeper.restoreWeights(this.trial);
    this.recorder.restore(this.kept);
  }

  beginTraining(): void {
    for (const callback of this.callbacks) callback.onTrainBegin?.(this);
  }

  /**
   * Lets the callbacks set the rate, then writes the rate of each of the epoch's steps into `rates`.
   *
   * @param firstStep steps before the epoch
   */
  beginEpoch(epoch: number, firstStep: number, rates: Float32Array): void {
    this.begun = epoch;
    for (const callback of this.callbacks) callback.onEpochBegin?.(epoch, this);
    for (let step = 0; step < rates.length; step++) rates[step] = this.scheduledRate(epoch, firstStep, step);
  }

  private scheduledRate(epoch: number, firstStep: number, step: number): number {
    const { learningRate } = this.settings.optimizer;
    if (typeof learningRate === 'number') return this.rate;
    if (learningRate.unit === 'step') this.rate = Math.fround(learningRate.at(firstStep + step, this.rate));
    else if (step === 0) this.rate = Math.fround(learningRate.at(epoch, this.rate));
    return this.rate;
  }

  /** Records an epoch and lets the callbacks decide on it. */
  endEpoch(result: EpochResult): Record<string, number> {
    const { epoch, rate, training, validation, noise } = result;
    const logs = this.logsOf(training, validation);
    logs.learning_rate = rate;
    this.ended = epoch;
    this.measured = {
      dataLoss: training.dataLoss,
      ...(validation && { validationDataLoss: validation.dataLoss }),
      ...(noise && { noise }),
    };
    for (const callback of this.callbacks) callback.onEpochEnd?.(epoch, logs, this);
    logs.learning_rate_end = this.rateAfter(result);
    this.recorder.add(logs);
    return logs;
  }

  private rateAfter({ epoch, steps, lastRate }: EpochResult): number {
    const { learningRate } = this.settings.optimizer;
    if (typeof learningRate === 'number') return epoch === this.begun ? this.rate : lastRate;
    const next = learningRate.unit === 'step' ? steps : epoch + 1;
    return Math.fround(learningRate.at(next, this.rate));
  }

  private logsOf(training: PassMetrics, validation: PassMetrics | undefined): Record<string, number> {
    const isRegression = this.settings.loss.name === 'mean_squared_error';
    const logs: Record<string, number> = isRegression
      ? { loss: training.loss, mae: training.meanAbsoluteError }
      : { loss: training.loss, accuracy: training.accuracy };
    if (!validation) return logs;
    logs.val_loss = validation.loss;
    if (isRegression) logs.val_mae = validation.meanAbsoluteError;
    else logs.val_accuracy = validation.accuracy;
    return logs;
  }

  endTraining(): void {
    for (const callback of this.callbacks) callback.onTrainEnd?.(this);
  }
}
