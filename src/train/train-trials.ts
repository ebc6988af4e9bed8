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

export interface TrainOptions {
  readonly epochs: number;
  /** The callbacks of each trial. */
  readonly callbacks: readonly (readonly Callback[])[];
  /** Told of every epoch, with what the engine was given for it and gave. */
  readonly onEpoch?: (end: EpochEnd, metrics: EpochMetrics, plan: EpochPlan) => void;
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

/** Trains all trials of a job together; each stops when its own callbacks say so. */
export async function trainTrials(engine: Engine, job: Job, options: TrainOptions): Promise<TrainResult> {
  const session = await engine.open(job);
  try {
    const trials = job.trials.map(
      (settings, t) => new Trial(t, settings, options.callbacks[t] ?? [], session, session.stepsPerEpoch),
    );
    for (const trial of trials) trial.beginTraining();
    const cancelled = await runEpochs(session, trials, options);
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
  options: TrainOptions,
): Promise<boolean> {
  const mayLookAhead = options.callbacks.every((callbacks) => callbacks.every(({ needsLogs }) => !needsLogs));
  let ahead = 1;
  for (let epoch = 0; epoch < options.epochs; ) {
    const active = trials.filter(({ isActive }) => isActive);
    if (active.length === 0) break;
    const count = Math.min(mayLookAhead ? ahead : 1, options.epochs - epoch, session.epochsPerRun);
    const plans = Array.from({ length: count }, (_, i) =>
      planEpoch(epoch + i, trials, session.stepsPerEpoch),
    );
    const started = performance.now();
    try {
      const metrics = await session.run(
        plans,
        active.map(({ trial }) => trial),
        options.signal,
      );
      for (const [i, result] of metrics.entries()) {
        endEpoch(result, plans[i] as EpochPlan, active, session.stepsPerEpoch, options);
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

function planEpoch(epoch: number, trials: readonly Trial[], steps: number): EpochPlan {
  const learningRates = new Float32Array(trials.length * steps);
  for (const trial of trials) {
    if (trial.isActive)
      trial.beginEpoch(epoch, learningRates.subarray(trial.trial * steps, (trial.trial + 1) * steps));
  }
  return { epoch, learningRates };
}

function endEpoch(
  metrics: EpochMetrics,
  plan: EpochPlan,
  active: readonly Trial[],
  steps: number,
  options: TrainOptions,
): void {
  for (const trial of active) {
    const rate = plan.learningRates[trial.trial * steps] as number;
    const training = metrics.training[trial.trial] as PassMetrics;
    const logs = trial.endEpoch(metrics.epoch, rate, training, metrics.validation?.[trial.trial]);
    const end = { trial: trial.trial, epoch: metrics.epoch, logs };
    options.onEpoch?.(end, metrics, plan);
    if (trial.isActive && options.prune?.(end)) trial.stopTraining(prunedReason);
  }
}
