import type { Parameters, ParameterValue } from './space-types.ts';

/** `waiting`: suggested, not trained yet. `failed`: its loss was not finite in some run. */
export type TrialState = 'waiting' | 'complete' | 'pruned' | 'failed';

/** One configuration and what came of it. All but the times follows from the study's settings and the adapter. */
export interface TrialRecord {
  readonly index: number;
  /** The round in which it was suggested, from 0. */
  readonly round: number;
  readonly parameters: Parameters;
  /** As samplers see it. */
  readonly point: Float64Array;
  readonly state: TrialState;
  /** The trial whose weights it went on from (population-based training). */
  readonly parent?: number;
}

/**
 * What a configuration reached on folds that the search does not use, trained as the final model is. The best score of
 * many is mostly a lucky one; this one is not, since nothing was chosen by these rows.
 */
export interface Confirmation {
  /** As in `TrialResult`; NaN where a run diverged. */
  readonly values: Float64Array;
  /** Runs (sets of folds x folds x repeats) x objectives; none where a run diverged. */
  readonly runs: Float64Array;
  /** Means over the runs; none of what a training costs. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** What is known of a trial that has ended. */
export interface TrialResult {
  readonly index: number;
  readonly state: Exclude<TrialState, 'waiting'>;
  /** The study's objectives, each the mean over the runs, in their own direction; NaN where there is none. */
  readonly values: Float64Array;
  /** Runs (folds x repeats, repeats innermost) x objectives: what the means are made of. */
  readonly runs: Float64Array;
  /** Mean over the runs of what pruners look at, at each rung that it reached. */
  readonly rungs: Float64Array;
  /** Other means over the runs by name, such as `val_loss`, `accuracy`, `f1`. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Epochs that it trained, the mean over the runs. */
  readonly epochs: number;
  /** Numbers in the network's weights and biases. */
  readonly weights: number;
  /** Learning curves, means over the runs: rows of epoch (from 1), loss, val_loss; at most 64 rows. */
  readonly curve: Float32Array;
  /** Milliseconds from the study's beginning, time in which it rested left out. */
  readonly startedMs: number;
  readonly endedMs: number;
  /** Why it failed, or was pruned. */
  readonly reason?: string;
  /** Only of the best trials, as soon as they have been trained again. */
  readonly confirmation?: Confirmation;
}

/** How the trials of a study are divided into rounds. */
export interface Rounds {
  readonly size: number;
  /** Whether a round is suggested while the one before it trains. */
  readonly overlap: boolean;
  /** Whether smaller rounds come first, so that samplers and pruners have something to go by early. Default false. */
  readonly grow?: boolean;
}

/** What a study makes small or large. */
export interface Objective {
  /** Name in `TrialResult.metrics`. */
  readonly metric: string;
  readonly direction: 'minimize' | 'maximize';
}

/** Something that the device did, for the timeline. */
export interface DeviceSpan {
  readonly startMs: number;
  readonly endMs: number;
  /** What was trained, such as `30-16-1 adam`. */
  readonly label: string;
  readonly round: number;
  /** Trainings in it. */
  readonly runs: number;
}

/** Everything about a study that a report shows. */
export interface StudyData {
  readonly settings: StudySettings;
  readonly trials: readonly TrialRecord[];
  /** By index; undefined for trials that wait. */
  readonly results: readonly (TrialResult | undefined)[];
  readonly spans: readonly DeviceSpan[];
}

/** A study's settings as they are stored: plain JSON. */
export interface StudySettings {
  readonly name: string;
  /** Shoal's version that made it. */
  readonly version: string;
  readonly seed: number;
  readonly objectives: readonly Objective[];
  /** The search space as JSON: `SearchSpace.toJSON`. */
  readonly space: { readonly [name: string]: unknown };
  readonly sampler: { readonly name: string; readonly [option: string]: ParameterValue };
  readonly pruner: { readonly name: string; readonly [option: string]: ParameterValue };
  readonly resampling: { readonly folds: number; readonly repeats: number };
  /** Sets of other folds on which the best trials are trained again before one of them is the best; missing: none. */
  readonly confirmSets?: number;
  /** Trials that are suggested together; whether the next are suggested while they train. */
  readonly rounds: Rounds;
  /** Epochs of a training at most. */
  readonly epochs: number;
  /** The table that is learned from; missing for a study of a function. */
  readonly data?: {
    readonly file: string;
    /** SHA-256 of the file, hexadecimal. */
    readonly sha256: string;
    readonly target: string;
    readonly task: string;
    readonly rows: number;
    readonly heldOutRows: number;
    readonly features: number;
    /** Options of `prepareTable`. */
    readonly prepare: { readonly [option: string]: unknown };
  };
  /** The file that it was configured with, where that holds functions, which settings cannot. */
  readonly config?: { readonly file: string; readonly sha256: string };
  /** The device it runs on, for people. */
  readonly engine: string;
  /** How that was asked for, so that a study goes on as it began. */
  readonly chosen?: { readonly mapping: string };
}
