import type { Measured } from './measure-rate.ts';
import type { WholeJob, WholeOutcome } from './whole.ts';

/** How a job of complete trainings will be trained, and why. */
export interface WholePlan {
  /**
   * `lane`: one lane a trial; `subgroup`: one subgroup (or workgroup) a trial; `threads`: one thread of the CPU a
   * trial; `layered`: kernel by kernel.
   */
  readonly mapping: Mapping | 'threads';
  /** Why this mapping, for people. */
  readonly reason: string;
  /** Trials that are on the device at once; the others wait for their places. */
  readonly slots: number;
  /** Memory on the device, for that many trials. */
  readonly bytes: number;
  /** Floating-point operations of one epoch of all trials. */
  readonly flop: number;
}

/** How trainings lie on a WebGPU device. */
export const mappings = ['lane', 'subgroup', 'layered'] as const;
export type Mapping = (typeof mappings)[number];

/** What is known while complete trainings run. */
export interface WholeProgress {
  /** Trials that have ended. */
  readonly ended: number;
  readonly trials: number;
  /** Epochs that all trials together have trained. */
  readonly epochs: number;
}

/** New epochs of one trial: `rows` of `epochColumns`. */
export interface TrialAdvance {
  readonly trial: number;
  /** Number of the first of them, from 0. */
  readonly firstEpoch: number;
  readonly rows: Float32Array;
  /** As many rows of `policyColumns`, where the trial has a policy. */
  readonly policies?: Float32Array;
}

export interface WholeRunOptions {
  /** Ends the run; trials that were under way come back as `cancelled`, with what they have. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: WholeProgress) => void;
  /** Told of a trial's new epochs. */
  readonly onAdvance?: (advance: TrialAdvance) => void;
  /** Asked after a trial's new epochs; true ends it as `pruned`, perhaps some epochs later. */
  readonly prune?: (advance: TrialAdvance) => boolean;
  /** Told of each trial that ended, as soon as it is known. */
  readonly onEnd?: (trial: number, outcome: WholeOutcome) => void;
  /** Awaited before each submit: while it is pending, the run rests. */
  readonly gate?: () => Promise<void>;
}

/** Trains complete trials, many at a time, without asking the host in between. */
export interface WholeRunner {
  plan(job: WholeJob): Promise<WholePlan>;
  /** The mappings that such a job fits, layer by layer included. */
  candidates(job: WholeJob): readonly WholePlan['mapping'][];
  /** What the planned way achieves for such a job, measured if it has not been; undefined where it is not known. */
  rate(job: WholeJob): Promise<Measured | undefined>;
  /** @returns an outcome for each trial, in their order; trials that never began when the run was cancelled have none */
  run(job: WholeJob, options?: WholeRunOptions): Promise<(WholeOutcome | undefined)[]>;
}
