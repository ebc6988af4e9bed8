import { epochColumns, type WholeOutcome, type WholeTrial } from '../engine/whole.ts';
import type { TrialAdvance } from '../engine/whole-runner.ts';
import type { Rung } from './pruner.ts';
import type { TrialState } from './records.ts';
import { type EpochLosses, lossesOf } from './run-metrics.ts';

const columns = epochColumns.length;

/** One run of a trial while it trains. */
export interface RunTrack {
  readonly trial: WholeTrial;
  /** Rows of `epochColumns`, as far as they are known. */
  readonly history: Float32Array;
  /** Epochs that are known. */
  reached: number;
  outcome?: WholeOutcome;
}

/** How a trial came out, and the epochs up to which its runs count. */
export interface Settlement {
  readonly state: Exclude<TrialState, 'waiting'>;
  /** Infinity for a complete trial: each run counts to its own end. */
  readonly epochs: number;
  /** The mean over the runs of the validation loss, without penalties, at each rung that was reached. */
  readonly rungs: readonly number[];
}

/**
 * Follows the runs of one trial, which train independently of each other, and settles what becomes of it. The verdict
 * is the same whichever run is faster: a rung is judged when all runs have reached it, and what a run trained beyond is
 * forgotten.
 */
export class TrialTracker {
  readonly runs: readonly RunTrack[];
  private readonly limits: readonly Rung[];
  private readonly rungs: number[] = [];
  private divergedAt = Infinity;
  private verdict: Settlement | undefined;

  constructor(runs: readonly WholeTrial[], limits: readonly Rung[]) {
    this.runs = runs.map((trial) => ({
      trial,
      history: new Float32Array(trial.epochs * columns),
      reached: 0,
    }));
    this.limits = limits;
  }

  get settlement(): Settlement | undefined {
    return this.verdict;
  }

  /** Takes in new epochs of a run. */
  advance(run: number, { firstEpoch, rows }: Pick<TrialAdvance, 'firstEpoch' | 'rows'>): void {
    const track = this.runs[run] as RunTrack;
    track.history.set(rows, firstEpoch * columns);
    const reached = firstEpoch + rows.length / columns;
    for (let epoch = track.reached + 1; epoch <= reached; epoch++) this.checkFinite(track, epoch);
    track.reached = reached;
    this.settle();
  }

  /** Whether what a run would train from now on is forgotten. */
  mayEnd(run: number): boolean {
    return this.verdict !== undefined && (this.runs[run] as RunTrack).reached >= this.verdict.epochs;
  }

  /** Takes in how a run ended; one that was cancelled has not. */
  end(run: number, outcome: WholeOutcome): void {
    if (outcome.status === 'cancelled') return;
    (this.runs[run] as RunTrack).outcome = outcome;
    this.settle();
  }

  private checkFinite(run: RunTrack, epoch: number): void {
    const { loss, valLoss } = lossesAt(run, epoch);
    if (!Number.isFinite(loss) || !Number.isFinite(valLoss))
      this.divergedAt = Math.min(this.divergedAt, epoch);
  }

  private settle(): void {
    while (!this.verdict && this.judgeNextRung());
    if (this.verdict) return;
    if (this.divergedAt < Infinity && this.allReached(this.divergedAt)) {
      this.verdict = { state: 'failed', epochs: this.divergedAt, rungs: this.rungs };
    } else if (this.runs.every(({ outcome }) => outcome)) {
      this.verdict = { state: 'complete', epochs: Infinity, rungs: this.rungs };
    }
  }

  /** @returns whether there was a rung that all runs have reached */
  private judgeNextRung(): boolean {
    const rung = this.limits[this.rungs.length];
    if (!rung || rung.epoch >= this.divergedAt || !this.allReached(rung.epoch)) return false;
    const values = this.runs.map((run) => valueAt(run, rung.epoch));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    this.rungs.push(mean);
    if (mean > rung.limit) this.verdict = { state: 'pruned', epochs: rung.epoch, rungs: this.rungs };
    return true;
  }

  private allReached(epochs: number): boolean {
    return this.runs.every(({ reached, outcome }) => reached >= epochs || outcome !== undefined);
  }
}

/** Losses of a run in an epoch that is known, counted from 1. */
export function lossesAt({ trial, history }: RunTrack, epoch: number): EpochLosses {
  return lossesOf(trial, history.subarray((epoch - 1) * columns, epoch * columns));
}

/** What a run is judged by after so many epochs; one that had stopped before, by where it ended. */
function valueAt(run: RunTrack, epochs: number): number {
  const { reached, outcome } = run;
  return lossesAt(run, reached >= epochs ? epochs : (outcome?.restoredEpoch ?? reached - 1) + 1).valDataLoss;
}
