import { epochColumns } from '../engine/whole.ts';
import { flopPerEpoch } from '../engine/whole-work.ts';
import { countWeights } from '../model/network.ts';
import type { Objective, TrialResult } from './records.ts';
import { type Metrics, runMetrics } from './run-metrics.ts';
import type { StudyTable } from './study-table.ts';
import { lossesAt, type RunTrack, type Settlement } from './trial-tracker.ts';

const columns = epochColumns.length;
const mostCurveRows = 64;

/** What `trialResult` needs beside the runs. */
export interface ResultContext {
  readonly index: number;
  readonly objectives: readonly Objective[];
  readonly startedMs: number;
  readonly endedMs: number;
}

/**
 * The metrics of each run of a settled trial, all at the same epoch; of a failed one there are none.
 *
 * @param judgedAt the epoch of complete trials that counts: the best one, or that in which training ended
 */
export function metricsOfRuns(
  runs: readonly RunTrack[],
  settlement: Settlement,
  study: StudyTable,
  judgedAt: 'best' | 'last',
): Metrics[] {
  if (settlement.state === 'failed') return [];
  const common = Math.min(settlement.epochs, ...runs.map(({ reached }) => reached));
  const last = settlement.state === 'pruned' || judgedAt === 'last' ? common : bestEpoch(runs, common);
  return runs.map(({ trial, history, reached }) => {
    const trained = Math.min(reached, settlement.epochs);
    return {
      ...runMetrics(trial, history.subarray((last - 1) * columns, last * columns), study),
      epochs: trained,
      best_epoch: last,
      weights: countWeights(trial.network),
      gflop: (trained * flopPerEpoch({ trials: [trial], table: study.table })) / 1e9,
    };
  });
}

/**
 * The epoch (from 1) in which the mean over the runs of the validation loss, without penalties, is lowest. The same for
 * all runs, since the final training on all rows must know when to end without looking: if each run were judged at its
 * own best epoch, it would be chosen by the very rows that judge it.
 */
function bestEpoch(runs: readonly RunTrack[], common: number): number {
  const lossAt = (epoch: number) => mean(runs.map((run) => lossesAt(run, epoch).valDataLoss));
  let best = 1;
  let least = lossAt(1);
  for (let epoch = 2; epoch <= common; epoch++) {
    const loss = lossAt(epoch);
    if (loss < least) [best, least] = [epoch, loss];
  }
  return best;
}

/** The record of a settled trial: means over its runs, and what they are made of. */
export function trialResult(
  runs: readonly RunTrack[],
  { state, epochs: counted, rungs }: Settlement,
  metrics: readonly Metrics[],
  { index, objectives, startedMs, endedMs }: ResultContext,
): TrialResult {
  const { network } = (runs[0] as RunTrack).trial;
  const valuesOf = (own: Metrics) => objectives.map(({ metric }) => own[metric] ?? Number.NaN);
  const isFailed = state === 'failed';
  const means = isFailed ? {} : meanMetrics(metrics);
  return {
    index,
    state,
    values: Float64Array.from(valuesOf(means)),
    runs: Float64Array.from(metrics.flatMap(valuesOf)),
    rungs: Float64Array.from(rungs),
    metrics: means,
    epochs: mean(runs.map((run) => Math.min(run.reached, counted))),
    weights: countWeights(network),
    curve: isFailed ? new Float32Array() : meanCurve(runs, counted),
    startedMs,
    endedMs,
    ...(isFailed && { reason: `a loss was not finite in epoch ${counted}` }),
    ...(state === 'pruned' && { reason: `the validation loss was above its limit after ${counted} epochs` }),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Means of the metrics that all runs have. */
function meanMetrics(runs: readonly Metrics[]): Metrics {
  const names = Object.keys(runs[0] as Metrics).filter((name) => runs.every((run) => name in run));
  return Object.fromEntries(names.map((name) => [name, mean(runs.map((run) => run[name] as number))]));
}

/** Rows of epoch, loss and val_loss, each the mean over the runs that got so far. */
function meanCurve(runs: readonly RunTrack[], counted: number): Float32Array {
  const length = (run: RunTrack) => Math.min(run.reached, counted);
  const longest = Math.max(...runs.map(length));
  const rows = Math.min(longest, mostCurveRows);
  const curve = new Float32Array(3 * rows);
  for (let i = 0; i < rows; i++) {
    const epoch = rows < longest ? Math.round((i * (longest - 1)) / (rows - 1)) : i;
    const losses = runs.filter((run) => length(run) > epoch).map((run) => lossesAt(run, epoch + 1));
    curve.set(
      [epoch + 1, mean(losses.map(({ loss }) => loss)), mean(losses.map(({ valLoss }) => valLoss))],
      3 * i,
    );
  }
  return curve;
}
