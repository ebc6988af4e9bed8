import { CancelledError } from '../core/errors.ts';
import type { Engine, EpochMetrics, EpochPlan, Job, PassMetrics, Session } from '../engine/engine.ts';
import type { Callback } from './callbacks.ts';
import type { History } from './history.ts';
import { Trial } from './trial.ts';

/** What came of one trial. */
export interface TrialOutcome {
  readonly weights: Float32Array;
  readonly history: History;
}

/** One epoch of one trial, as it ends. */
export interface EpochEnd {
  readonly trial: number;
  /** Counted from 0. */
  readonly epoch: number;
  readonly logs: Readonly<Record<string, number>>;
}

/** The plan of an epoch, and the steps that are done after it. */
export type PlannedEpoch = Required<EpochPlan> & { readonly steps: number };

export interface TrainOptions {
  readonly epochs: number;
  /** The callbacks of each trial. */
  readonly callbacks: readonly (readonly Callback[])[];
  /** Told of every epoch, with what the engine was given for it and gave. */
  readonly onEpoch?: (end: EpochEnd, metrics: EpochMetrics, plan: PlannedEpoch) => void;
  /** Asked after each epoch of a trial that goes on; true ends it, for `prunedReason`. */
  readonly prune?: (end: EpochEnd) => boolean;
  readonly signal?: AbortSignal;
}

/** A run that was cancelled still has what was trained until then. */
export interface TrainResult {
  readonly outcomes: readonly TrialOutcome[];
  readonly cancelled: boolean;
}

/** Why a trial ended that the host pruned. */
export const prunedReason = 'pruned';

/** Epochs are run together, without looking at their results, for about this long. */
const lookaheadMs = 100;

/**
 * Trains all trials of a job together; each stops when its own callbacks say so. They share their batch size, so that a
 * trial whose callbacks change it trains in a job of its own.
 */
export async function trainTrials(engine: Engine, job: Job, options: TrainOptions): Promise<TrainResult> {
  const session = await engine.open(job);
  try {
    const { batchSize } = job;
    const sizes = { batchSize, largestBatch: Math.max(batchSize, job.largestBatch ?? 0) };
    const trials = job.trials.map(
      (settings, t) => new Trial(t, settings, options.callbacks[t] ?? [], session, sizes),
    );
    for (const trial of trials) trial.beginTraining();
    const cancelled = await runEpochs(session, trials, job.training.rows, options);
    for (const trial of trials) trial.endTraining();
    const outcomes: TrialOutcome[] = [];
    for (const { trial, recorder } of trials) {
      if (cancelled) recorder.stop('cancelled');
      outcomes.push({ weights: await session.weights(trial), history: recorder.history() });
    }
    return { outcomes, cancelled };
  } finally {
    session.close();
  }
}

/** @returns whether the signal ended the run */
async function runEpochs(
  session: Session,
  trials: readonly Trial[],
  rows: number,
  options: TrainOptions,
): Promise<boolean> {
  const mayLookAhead = options.callbacks.every((callbacks) => callbacks.every(({ needsLogs }) => !needsLogs));
  let ahead = 1;
  let step = 0;
  for (let epoch = 0; epoch < options.epochs; ) {
    const active = trials.filter(({ isActive }) => isActive);
    if (active.length === 0) break;
    const count = Math.min(mayLookAhead ? ahead : 1, options.epochs - epoch, session.epochsPerRun);
    const plans = Array.from({ length: count }, (_, i) => {
      const plan = planEpoch(epoch + i, step, trials, rows);
      step = plan.steps;
      return plan;
    });
    const started = performance.now();
    try {
      const metrics = await session.run(
        plans,
        active.map(({ trial }) => trial),
        options.signal,
      );
      for (const [i, result] of metrics.entries()) {
        endEpoch(result, plans[i] as PlannedEpoch, active, options);
      }
    } catch (error) {
      if (error instanceof CancelledError) return true;
      throw error;
    }
    const msPerEpoch = (performance.now() - started) / count;
    ahead = Math.max(1, Math.floor(lookaheadMs / msPerEpoch));
    epoch += count;
  }
  return false;
}

function planEpoch(epoch: number, firstStep: number, trials: readonly Trial[], rows: number): PlannedEpoch {
  const { batchSize } = trials.find(({ isActive }) => isActive) as Trial;
  const steps = Math.ceil(rows / batchSize);
  const learningRates = new Float32Array(trials.length * steps);
  for (const trial of trials) {
    if (!trial.isActive) continue;
    trial.beginEpoch(
      epoch,
      firstStep,
      learningRates.subarray(trial.trial * steps, (trial.trial + 1) * steps),
    );
  }
  return { epoch, batchSize, firstStep, steps: firstStep + steps, learningRates };
}

function endEpoch(
  metrics: EpochMetrics,
  plan: PlannedEpoch,
  active: readonly Trial[],
  options: TrainOptions,
): void {
  const { epoch, training, validation, noise } = metrics;
  const { steps, firstStep, learningRates } = plan;
  for (const trial of active) {
    const t = trial.trial;
    const own = steps - firstStep;
    const logs = trial.endEpoch({
      epoch,
      steps,
      rate: learningRates[t * own] as number,
      lastRate: learningRates[(t + 1) * own - 1] as number,
      training: training[t] as PassMetrics,
      ...(validation?.[t] && { validation: validation[t] }),
      ...(noise?.[t] && { noise: noise[t] }),
    });
    const end = { trial: t, epoch, logs };
    options.onEpoch?.(end, metrics, plan);
    if (trial.isActive && options.prune?.(end)) trial.stopTraining(prunedReason);
  }
}
