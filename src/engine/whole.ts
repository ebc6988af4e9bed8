import type { RowSet, TrialSettings } from './engine.ts';

/**
 * The rows of a table that a trial works on: those from `first` to before `end`. Of these, the ones from
 * `firstValidation` to before `endValidation` judge it after every epoch, and the others train it, in their order.
 */
export interface RowWindow {
  readonly first: number;
  readonly end: number;
  readonly firstValidation: number;
  readonly endValidation: number;
}

/** Metrics of an epoch that rules can watch: of the training rows, and of the validation rows. */
export const monitors = ['loss', 'score', 'val_loss', 'val_score'] as const;
/** `score` is the accuracy, or the mean absolute error of a regression. */
export type Monitor = (typeof monitors)[number];

/** What a rule watches. */
export interface Watch {
  readonly monitor: Monitor;
  readonly mode: 'min' | 'max';
  /** A change must be larger than this to count. */
  readonly minDelta: number;
}

/** Keras's ReduceLROnPlateau as plain data. */
export interface PlateauRule extends Watch {
  readonly factor: number;
  readonly patience: number;
  readonly cooldown: number;
  readonly minLr: number;
}

/** Keras's EarlyStopping as plain data. */
export interface StoppingRule extends Watch {
  readonly patience: number;
  readonly baseline?: number;
  readonly restoreBestWeights: boolean;
  readonly startFromEpoch: number;
}

/** Batches that grow when a metric stops to improve. */
export interface BatchGrowthRule extends Watch {
  readonly factor: number;
  readonly patience: number;
  readonly cooldown: number;
  /** Rows that no batch grows beyond. */
  readonly maxBatchSize: number;
}

/** Batches that follow the noise scale of the gradient. */
export interface NoiseRule {
  /** Rows of a batch for each of the noise scale. */
  readonly share: number;
  /** How much of the estimate of the epochs before stays in that of an epoch, from 0 to below 1. */
  readonly smoothing: number;
  readonly maxBatchSize: number;
}

/** Penalties that follow the gap between validation and training loss. */
export interface PenaltyRule {
  /** Gaps, as shares of the training loss, above and below which the penalties become stronger and weaker. */
  readonly upper: number;
  readonly lower: number;
  readonly factor: number;
  readonly patience: number;
  readonly minScale: number;
  readonly maxScale: number;
}

/** What happens at the ends of epochs, as plain data, so that an engine can decide it without asking the host. */
export interface EpochRules {
  /** The rate set before each epoch (Keras's LearningRateScheduler), one number an epoch. */
  readonly epochRates?: Float32Array;
  readonly plateau?: PlateauRule;
  readonly stopping?: StoppingRule;
  /** Policies, which adapt what else is fixed; at most one for the batch size. */
  readonly growth?: BatchGrowthRule;
  readonly noise?: NoiseRule;
  readonly penalty?: PenaltyRule;
  /** Whether a training loss that is not finite ends the trial. */
  readonly stopOnNaN: boolean;
}

/** One complete training: all that is its own. */
export interface WholeTrial extends TrialSettings {
  readonly batchSize: number;
  readonly epochs: number;
  /** Whether each epoch visits the rows in a fresh order (else as they are given). */
  readonly shuffle: boolean;
  readonly window: RowWindow;
  readonly rules: EpochRules;
}

/**
 * Complete trainings of one shape: layer widths, activations, loss, kind of optimiser and of clipping. All else may
 * differ from trial to trial.
 */
export interface WholeJob {
  readonly trials: readonly WholeTrial[];
  readonly table: RowSet;
}

/** Whether a trial adapts its batch size or its penalties. */
export function hasPolicy({ growth, noise, penalty }: EpochRules): boolean {
  return growth !== undefined || noise !== undefined || penalty !== undefined;
}

/** How a trial ended. */
export type WholeStatus = 'finished' | 'stopped' | 'diverged' | 'pruned' | 'cancelled';

/**
 * Numbers of one epoch in `WholeOutcome.history`, in this order; sums are over the rows of the pass. The score is what
 * `Monitor` says; the data loss is the loss without penalties.
 */
export const epochColumns = [
  'lossSum',
  'scoreSum',
  'dataLossSum',
  'rate',
  'valLossSum',
  'valScoreSum',
  'valDataLossSum',
  'rateAfter',
  'truePositives',
  'falsePositives',
  'falseNegatives',
  'trueNegatives',
] as const;
export type EpochColumn = (typeof epochColumns)[number];

/** Numbers of one epoch in `WholeOutcome.policies`: the noise scale is that after the epoch, the steps all until then. */
export const policyColumns = ['batchSize', 'noiseScale', 'penaltyScale', 'steps'] as const;
export type PolicyColumn = (typeof policyColumns)[number];

/** What came of one trial. */
export interface WholeOutcome {
  readonly status: WholeStatus;
  /** Epochs that it trained. */
  readonly epochs: number;
  /** The epoch (from 0) whose weights it ended with, where a rule went back to them. */
  readonly restoredEpoch?: number;
  /** The first epoch (from 0) whose loss was not finite. */
  readonly divergedEpoch?: number;
  /** A row of `epochColumns` for each epoch. */
  readonly history: Float32Array;
  /** A row of `policyColumns` for each epoch, where the trial has a policy. */
  readonly policies?: Float32Array;
  /** Layer by layer kernel (inputs x units, row-major), then bias. Of a pruned trial they may be missing: none at all. */
  readonly weights: Float32Array;
}
