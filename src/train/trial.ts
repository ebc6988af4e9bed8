import { UsageError } from '../core/errors.ts';
import type { PassMetrics, TrialSettings } from '../engine/engine.ts';
import type { Callback, CallbackState, TrialControl } from './callbacks.ts';
import { HistoryRecorder } from './history.ts';

/** What the trial asks of the engine. */
export interface WeightKeeper {
  keepWeights(trial: number): void;
  restoreWeights(trial: number): void;
}

/** One trial while it trains: its learning rate, its callbacks and what they decided. */
export class Trial implements TrialControl {
  readonly trial: number;
  readonly recorder = new HistoryRecorder();
  private readonly settings: TrialSettings;
  private readonly callbacks: readonly CallbackState[];
  private readonly keeper: WeightKeeper;
  private readonly stepsPerEpoch: number;
  private rate: number;
  private active = true;
  /** The last epoch that ended, counted from 0. */
  private ended = -1;
  /** The epoch whose weights are remembered. */
  private kept = -1;

  constructor(
    trial: number,
    settings: TrialSettings,
    callbacks: readonly Callback[],
    keeper: WeightKeeper,
    stepsPerEpoch: number,
  ) {
    this.trial = trial;
    this.settings = settings;
    this.callbacks = callbacks.map((callback) => callback.create());
    this.keeper = keeper;
    this.stepsPerEpoch = stepsPerEpoch;
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

  /** Lets the callbacks set the rate, then writes the rate of each of the epoch's steps into `rates`. */
  beginEpoch(epoch: number, rates: Float32Array): void {
    for (const callback of this.callbacks) callback.onEpochBegin?.(epoch, this);
    for (let step = 0; step < rates.length; step++) {
      rates[step] = this.scheduledRate(epoch, epoch * this.stepsPerEpoch + step);
    }
  }

  private scheduledRate(epoch: number, iteration: number): number {
    const { learningRate } = this.settings.optimizer;
    if (typeof learningRate === 'number') return this.rate;
    const startsEpoch = iteration === epoch * this.stepsPerEpoch;
    if (learningRate.unit === 'step') this.rate = Math.fround(learningRate.at(iteration, this.rate));
    else if (startsEpoch) this.rate = Math.fround(learningRate.at(epoch, this.rate));
    return this.rate;
  }

  /** Records an epoch and lets the callbacks decide on it. */
  endEpoch(
    epoch: number,
    rateAtStart: number,
    training: PassMetrics,
    validation?: PassMetrics,
  ): Record<string, number> {
    const logs: Record<string, number> = {
      ...this.named(training, ''),
      ...(validation && this.named(validation, 'val_')),
    };
    logs.learning_rate = rateAtStart;
    this.ended = epoch;
    for (const callback of this.callbacks) callback.onEpochEnd?.(epoch, logs, this);
    logs.learning_rate_end = this.rateAfter(epoch);
    this.recorder.add(logs);
    return logs;
  }

  private rateAfter(epoch: number): number {
    const { learningRate } = this.settings.optimizer;
    if (typeof learningRate === 'number') return this.rate;
    const next = learningRate.unit === 'step' ? (epoch + 1) * this.stepsPerEpoch : epoch + 1;
    return Math.fround(learningRate.at(next, this.rate));
  }

  private named(pass: PassMetrics, prefix: string): Record<string, number> {
    const isRegression = this.settings.loss.name === 'mean_squared_error';
    return isRegression
      ? { [`${prefix}loss`]: pass.loss, [`${prefix}mae`]: pass.meanAbsoluteError }
      : { [`${prefix}loss`]: pass.loss, [`${prefix}accuracy`]: pass.accuracy };
  }

  endTraining(): void {
    for (const callback of this.callbacks) callback.onTrainEnd?.(this);
  }
}
