import { epochColumns, type WholeJob, type WholeOutcome, type WholeTrial } from '../engine/whole.ts';
import type { TrialAdvance, WholeRunner } from '../engine/whole-runner.ts';
import type { Publish } from './fit.ts';
import type { EpochEnd, TrialOutcome } from './train-trials.ts';
import { epochLogs, policyRow, WholeHistory } from './whole-history.ts';

const columns = epochColumns.length;

/**
 * Trains trials as a whole on the engine.
 *
 * @param indices what to call each trial of the job when its epochs are published
 */
export async function trainWhole(
  runner: WholeRunner,
  job: WholeJob,
  indices: readonly number[],
  publish: Publish,
  signal: AbortSignal | undefined,
): Promise<{ outcomes: (TrialOutcome | undefined)[]; cancelled: boolean }> {
  const outcomes = await runner.run(job, {
    ...(signal && { signal }),
    onAdvance: (advance) => {
      publish(() => epochEnds(advance, job.trials[advance.trial] as WholeTrial, indices));
    },
  });
  const cancelled =
    signal?.aborted === true && outcomes.some((outcome) => !outcome || outcome.status === 'cancelled');
  return {
    outcomes: outcomes.map((outcome, i) => outcome && trialOutcome(job.trials[i] as WholeTrial, outcome)),
    cancelled,
  };
}

function trialOutcome(trial: WholeTrial, outcome: WholeOutcome): TrialOutcome {
  return { weights: outcome.weights, history: new WholeHistory(trial, outcome) };
}

function* epochEnds(
  { trial: index, firstEpoch, rows, policies }: TrialAdvance,
  trial: WholeTrial,
  indices: readonly number[],
): Generator<EpochEnd> {
  for (let i = 0; i < rows.length / columns; i++) {
    const row = rows.subarray(i * columns, (i + 1) * columns);
    const epoch = firstEpoch + i;
    const logs = epochLogs(trial, epoch, row, policyRow(policies, i));
    yield { trial: indices[index] as number, epoch, logs };
  }
}
