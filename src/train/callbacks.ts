import { finiteNumber, knownOptions, shown, trueOrFalse, wholeNumber } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import type { NoiseSums } from '../engine/engine.ts';
import type {
  BatchGrowthRule,
  NoiseRule,
  PenaltyRule,
  PlateauRule,
  StoppingRule,
  Watch,
} from '../engine/whole.ts';
import { type MonitorOptions, monitorOf } from './monitor.ts';
import { PlateauWatch } from './plateau.ts';

export type { MonitorOptions } from './monitor.ts';

/** Results of an epoch by name: `loss`, `accuracy` or `mae`, the same with `val_`, and `learning_rate`. */
export type Logs = Record<string, number>;

/** What an epoch showed beside the logs. */
export interface Measured {
  /** The loss of the training rows without penalties, and that of the validation rows. */
  readonly dataLoss: number;
  readonly validationDataLoss?: number;
  /** Of the gradients, where a policy asks for them. */
  readonly noise?: NoiseSums;
}

/** What a callback can do with its trial. */
export interface TrialControl {
  /** Index of the trial among those that train together. */
  readonly trial: number;
  /** The rate of the steps to come; kept in single precision, as Keras does. */
  learningRate: number;
  /** Rows of the mini-batches to come, from 1 to `largestBatch`. */
  batchSize: number;
  /** The most rows of a mini-batch for which there is room: the first batch size, or more for a policy. */
  readonly largestBatch: number;
  /** Factor of the trial's L1 and L2 strengths in the steps to come; kept in single precision. */
  penaltyScale: number;
  /** The epoch that ended. */
  readonly measured: Measured;
  /** Ends the trial after this epoch. */
  stopTraining(reason: string): void;
  /** Remembers the weights as they are now. */
  keepWeights(): void;
  /** Sets the weights back to those remembered. */
  restoreWeights(): void;
}

/** A callback at work on one trial; Keras's hooks. Epochs count from 0. */
export interface CallbackState {
  onTrainBegin?(control: TrialControl): void;
  onEpochBegin?(epoch: number, control: TrialControl): void;
  /** May add to the logs, which become the history. */
  onEpochEnd?(epoch: number, logs: Logs, control: TrialControl): void;
  onTrainEnd?(control: TrialControl): void;
}

/** A callback as an option: makes a fresh state for each trial. */
export interface Callback {
  readonly name: string;
  /** Whether it looks at an epoch's results, so that the next epoch must wait for them. */
  readonly needsLogs: boolean;
  /** What it does, for engines that can do it themselves; missing for a user's own functions. */
  readonly rule?: CallbackRule;
  create(): CallbackState;
}

/** A watched metric by its name in the logs. */
interface NamedWatch {
  readonly monitor: string;
  readonly mode: 'min' | 'max';
  readonly minDelta: number;
}

/** What a callback does, as data. */
export type CallbackRule =
  | { readonly kind: 'rates'; readonly schedule: (epoch: number, learningRate: number) => number }
  | ({ readonly kind: 'plateau' } & NamedWatch & Omit<PlateauRule, keyof Watch>)
  | ({ readonly kind: 'stopping' } & NamedWatch & Omit<StoppingRule, keyof Watch>)
  | ({ readonly kind: 'growth' } & NamedWatch & Omit<BatchGrowthRule, keyof Watch>)
  | ({ readonly kind: 'noise' } & NoiseRule)
  | ({ readonly kind: 'penalty' } & PenaltyRule)
  | { readonly kind: 'nan' };

/**
 * Sets the rate at the beginning of each epoch (Keras's LearningRateScheduler). The textbook's
 * eta_t = eta_{t-1} * decayRate is `learningRateScheduler((epoch, rate) => (epoch === 0 ? rate : rate * decayRate))`.
 *
 * @param schedule the rate of an epoch, from its number (from 0) and the rate before
 * @throws UsageError (while training) when the function gives a rate that is not finite and at least 0
 */
export function learningRateScheduler(schedule: (epoch: number, learningRate: number) => number): Callback {
  return {
    name: 'LearningRateScheduler',
    needsLogs: false,
    rule: { kind: 'rates', schedule },
    create() {
      let begun = -1;
      return {
        onEpochBegin(epoch, control) {
          begun = epoch;
          const rate = schedule(epoch, control.learningRate);
          control.learningRate = finiteNumber(`learning rate of epoch ${epoch}`, rate, { least: 0 });
        },
        onEpochEnd(epoch, logs, control) {
          // Keras logs the rate here too: after a reduction by a callback before this one. Where later epochs have
          // begun already, no callback reduces, and the control holds a later epoch's rate.
          if (epoch === begun) logs.learning_rate = control.learningRate;
        },
      };
    },
  };
}

/** Options of Keras's ReduceLROnPlateau. */
export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** Factor of each reduction, above 0 and below 1. Default 0.1. */
  readonly factor?: number;
  /** Epochs without improvement before a reduction. Default 10. */
  readonly patience?: number;
  /** Default 0.0001. */
  readonly minDelta?: number;
  /** Epochs after a reduction that do not count. Default 0. */
  readonly cooldown?: number;
  /** The rate is never set below this. Default 0. */
  readonly minLr?: number;
}

/**
 * Lowers the rate when a metric stops to improve (ReduceLROnPlateau of Keras 3.15, rule by rule).
 *
 * @throws UsageError for unknown options or settings out of range; while training, for a metric that is not logged
 */
export function reduceLROnPlateau(options: ReduceLROnPlateauOptions = {}): Callback {
  const own = ['factor', 'patience', 'cooldown', 'minLr'];
  knownOptions('reduceLROnPlateau', options, ['monitor', 'mode', 'minDelta', ...own]);
  const { minDelta = 1e-4 } = options;
  const factor = finiteNumber('factor', options.factor ?? 0.1, { above: 0, below: 1 });
  const patience = wholeNumber('patience', options.patience ?? 10, 0);
  const cooldown = wholeNumber('cooldown', options.cooldown ?? 0, 0);
  const minLr = finiteNumber('minLr', options.minLr ?? 0, { least: 0 });
  const metric = monitorOf({ ...options, minDelta });
  const create = (): CallbackState => {
    const watch = new PlateauWatch(metric, patience, cooldown);
    return {
      onEpochEnd(_epoch, logs, control) {
        logs.learning_rate = control.learningRate;
        // Keras compares in single precision.
        const mayAct = control.learningRate > Math.fround(minLr);
        if (watch.acts(logs, mayAct)) {
          control.learningRate = Math.max(control.learningRate * factor, minLr);
        }
      },
    };
  };
  const { name: monitor, mode } = metric;
  const rule = { kind: 'plateau', monitor, mode, minDelta, factor, patience, cooldown, minLr } as const;
  return { name: 'ReduceLROnPlateau', needsLogs: true, rule, create };
}

/** Options of Keras's EarlyStopping. */
export interface EarlyStoppingOptions extends MonitorOptions {
  /** Default 0. */
  readonly minDelta?: number;
  /** Epochs without improvement before training ends. 0 and 1 behave alike. Default 0. */
  readonly patience?: number;
  /** The wait starts afresh only in epochs that beat this too. */
  readonly baseline?: number;
  /** End with the weights of the best epoch, also when training ran to its last. Default false. */
  readonly restoreBestWeights?: boolean;
  /** Epochs before this one (from 0) are ignored. Default 0. */
  readonly startFromEpoch?: number;
}

/**
 * Ends training when a metric stops to improve (EarlyStopping of Keras 3.15, rule by rule).
 *
 * @throws UsageError for unknown options or settings out of range; while training, for a metric that is not logged
 */
export function earlyStopping(options: EarlyStoppingOptions = {}): Callback {
  const own = ['patience', 'baseline', 'restoreBestWeights', 'startFromEpoch'];
  knownOptions('earlyStopping', options, ['monitor', 'mode', 'minDelta', ...own]);
  const { minDelta = 0, baseline } = options;
  const patience = wholeNumber('patience', options.patience ?? 0, 0);
  const startFromEpoch = wholeNumber('startFromEpoch', options.startFromEpoch ?? 0, 0);
  const restores = trueOrFalse('restoreBestWeights', options.restoreBestWeights ?? false);
  if (baseline !== undefined) finiteNumber('baseline', baseline);
  const { name, mode, valueIn, improves } = monitorOf({ ...options, minDelta });
  const create = (): CallbackState => {
    let best: number | undefined;
    let wait = 0;
    let hasKept = false;
    return {
      onEpochEnd(epoch, logs, control) {
        const current = valueIn(logs);
        if (epoch < startFromEpoch) return;
        wait++;
        // The first value always counts as an improvement: it never stops, and there are weights to go back to.
        if (improves(current, best)) {
          best = current;
          hasKept = restores;
          if (restores) control.keepWeights();
          if (baseline === undefined || improves(current, baseline)) wait = 0;
        } else if (wait >= patience) {
          control.stopTraining(`${name} did not improve for ${wait} ${wait === 1 ? 'epoch' : 'epochs'}`);
        }
      },
      onTrainEnd(control) {
        if (hasKept) control.restoreWeights();
      },
    };
  };
  const rule = {
    kind: 'stopping',
    monitor: name,
    mode,
    minDelta,
    patience,
    ...(baseline !== undefined && { baseline }),
    restoreBestWeights: restores,
    startFromEpoch,
  } as const;
  return { name: 'EarlyStopping', needsLogs: true, rule, create };
}

/**
 * Ends training once the training loss is not finite. Keras's TerminateOnNaN looks at the same running mean after
 * each batch and skips the rest of the epoch; here the epoch is finished first.
 */
export function terminateOnNaN(): Callback {
  return {
    name: 'TerminateOnNaN',
    needsLogs: true,
    rule: { kind: 'nan' },
    create: () => ({
      onEpochEnd(epoch, logs, control) {
        const { loss } = logs;
        if (loss !== undefined && !Number.isFinite(loss)) {
          control.stopTraining(`the loss was ${loss} in epoch ${epoch + 1}`);
        }
      },
    }),
  };
}

/**
 * Calls your own functions. They are shared by all trials, which `control.trial` tells apart.
 *
 * @throws UsageError for hooks that do not exist
 */
export function userCallback(hooks: CallbackState): Callback {
  const names = ['onTrainBegin', 'onEpochBegin', 'onEpochEnd', 'onTrainEnd'] as const;
  knownOptions('userCallback', hooks, names);
  const wrong = names.find((name) => hooks[name] !== undefined && typeof hooks[name] !== 'function');
  if (wrong) throw new UsageError(`${wrong} must be a function, got ${shown(hooks[wrong])}`);
  return { name: 'UserCallback', needsLogs: hooks.onEpochEnd !== undefined, create: () => hooks };
}
