import type { TrialRecord, TrialResult } from './records.ts';

/** Why a study ended. */
export type StudyEnd = 'trials' | 'time' | 'exhausted' | 'cancelled';

/** How far a study is. */
export interface StudyProgress {
  /** Trials that are stored as complete, pruned or failed. */
  readonly complete: number;
  readonly pruned: number;
  readonly failed: number;
  /** Complete ones that were trained again on other folds. */
  readonly confirmed: number;
  /** Trials of the limit; undefined where time is the limit. */
  readonly trials?: number;
  /** Epochs that this process has trained, all runs together. */
  readonly epochs: number;
  readonly elapsedMs: number;
  /** The best trial so far, of the first objective: of the confirmed ones, as soon as there are any (`bestTrials`). */
  readonly best?: { readonly trial: TrialRecord; readonly result: TrialResult };
}

/** What happens in a study, as it is safe. */
export type StudyEvent =
  | { readonly type: 'round'; readonly round: number; readonly trials: readonly TrialRecord[] }
  | { readonly type: 'group'; readonly label: string; readonly runs: number }
  | { readonly type: 'trial'; readonly trial: TrialRecord; readonly result: TrialResult }
  | { readonly type: 'confirmation'; readonly trial: TrialRecord; readonly result: TrialResult }
  | { readonly type: 'progress'; readonly progress: StudyProgress }
  | { readonly type: 'end'; readonly reason: StudyEnd; readonly progress: StudyProgress };
