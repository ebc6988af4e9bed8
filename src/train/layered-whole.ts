import type { Engine, EpochMetrics, Job, PassMetrics, RowSet } from '../engine/engine.ts';
import {
  epochColumns,
  hasPolicy,
  policyColumns,
  type WholeOutcome,
  type WholeStatus,
  type WholeTrial,
} from '../engine/whole.ts';
import type { WholeRunOptions } from '../engine/whole-runner.ts';
import type { Loss } from '../model/losses.ts';
import { windowSets } from './row-table.ts';
import { ruleCallbacks } from './rule-callbacks.ts';
import {
  type EpochEnd,
  type PlannedEpoch,
  prunedReason,
  type TrialOutcome,
  trainTrials,
} from './train-trials.ts';

const columns = epochColumns.length;
/** Numbers at the end of a row of `epochColumns` that count how a single output judged the validation rows. */
export const confusionColumns = columns - epochColumns.indexOf('truePositives');

/**
 * Trains complete trials epoch by epoch, as many at once as the engine's memory asks for. They share layer widths,
 * activations, loss, kind of optimiser, number of epochs, batch size and window.
 *
 * @param confusion for each epoch of the first trial its last columns, where the engine counts them
 */
export async function trainLayeredWhole(
  engine: Engine,
  trials: readonly WholeTrial[],
  table: RowSet,
  options: WholeRunOptions = {},
  confusion?: Float32Array,
): Promise<(WholeOutcome | undefined)[]> {
  const { window, batchSize, shuffle } = trials[0] as WholeTrial;
  const job = { trials, ...windowSets(table, window), batchSize, shuffle, ...policyNeeds(trials) };
  const atOnce = Math.max(1, engine.capacity(job).trials);
  const outcomes = new Array<WholeOutcome | undefined>(trials.length).fill(undefined);
  for (let start = 0; start < trials.length && !options.signal?.aborted; start += atOnce) {
    await options.gate?.();
    const part = { ...job, trials: trials.slice(start, start + atOnce) };
    const ends = await trainPart(engine, part, start, options, confusion);
    ends.forEach((outcome, i) => {
      outcomes[start + i] = outcome;
      options.onEnd?.(start + i, outcome);
    });
  }
  return outcomes;
}

/** What the policies of trials ask of an engine. */
function policyNeeds(trials: readonly WholeTrial[]): Pick<Job, 'largestBatch' | 'measuresNoise'> {
  const largest = ({ batchSize, rules: { growth, noise } }: WholeTrial) =>
    Math.max(batchSize, (growth ?? noise)?.maxBatchSize ?? 0);
  return {
    largestBatch: Math.max(...trials.map(largest)),
    measuresNoise: trials.some(({ rules }) => rules.noise !== undefined),
  };
}

type PartJob = Omit<Job, 'trials'> & { readonly trials: readonly WholeTrial[] };

/** @param first the place of the part's first trial among all that are trained */
async function trainPart(
  engine: Engine,
  job: PartJob,
  first: number,
  { signal, onAdvance, prune }: WholeRunOptions,
  confusion: Float32Array | undefined,
): Promise<WholeOutcome[]> {
  const histories = job.trials.map(({ epochs }) => new Float32Array(columns * epochs));
  const policies = job.trials.map(
    ({ epochs, rules }) => new Float32Array(hasPolicy(rules) ? policyColumns.length * epochs : 0),
  );
  const advanceOf = ({ trial, epoch }: EpochEnd) => {
    const rows = (histories[trial] as Float32Array).subarray(columns * epoch, columns * (epoch + 1));
    return { trial: first + trial, firstEpoch: epoch, rows };
  };
  const { outcomes, cancelled } = await trainTrials(engine, job, {
    epochs: (job.trials[0] as WholeTrial).epochs,
    callbacks: job.trials.map(ruleCallbacks),
    onEpoch: (end, metrics, plan) => {
      const counts = confusion?.subarray(confusionColumns * end.epoch, confusionColumns * (end.epoch + 1));
      const row = [...historyRow(job, end, metrics, plan), ...(counts ?? [])];
      (histories[end.trial] as Float32Array).set(row, columns * end.epoch);
      const own = policies[end.trial] as Float32Array;
      if (own.length > 0) own.set(policyRow(end, plan), policyColumns.length * end.epoch);
      onAdvance?.(advanceOf(end));
    },
    ...(prune && { prune: (end: EpochEnd) => prune(advanceOf(end)) }),
    ...(signal && { signal }),
  });
  return outcomes.map((outcome, i) => {
    const own = { history: histories[i] as Float32Array, policies: policies[i] as Float32Array };
    return wholeOutcome(job.trials[i] as WholeTrial, outcome, own, cancelled);
  });
}

function policyRow(
  { logs: { noise_scale = 0, penalty_scale = 1 } }: EpochEnd,
  { batchSize, steps }: PlannedEpoch,
) {
  return [batchSize, noise_scale, penalty_scale, steps];
}

/** The columns of an epoch up to the counts. */
function historyRow(
  { trials, training, validation }: PartJob,
  { trial, logs }: EpochEnd,
  metrics: EpochMetrics,
  { learningRates }: PlannedEpoch,
): number[] {
  const steps = learningRates.length / trials.length;
  const rates = learningRates.subarray(trial * steps, (trial + 1) * steps);
  const { optimizer, loss } = trials[trial] as WholeTrial;
  const isKept = typeof optimizer.learningRate === 'number';
  const rateAfter = isKept ? (logs.learning_rate_end as number) : (rates.at(-1) as number);
  return [
    ...sums(loss, metrics.training[trial], training),
    rates[0] as number,
    ...sums(loss, metrics.validation?.[trial], validation),
    rateAfter,
  ];
}

/** Sums over the rows of loss, score, and loss without penalties. */
function sums({ name }: Loss, metrics: PassMetrics | undefined, set: RowSet | undefined): number[] {
  if (!metrics || !set) return [0, 0, 0];
  const score = name === 'mean_squared_error' ? metrics.meanAbsoluteError : metrics.accuracy;
  return [metrics.loss, score, metrics.dataLoss].map((mean) => mean * set.rows);
}

function wholeOutcome(
  trial: WholeTrial,
  { weights, history: { epochs, metrics, stopped, restoredEpoch } }: TrialOutcome,
  own: { readonly history: Float32Array; readonly policies: Float32Array },
  cancelled: boolean,
): WholeOutcome {
  const divergedEpoch = metrics.loss?.findIndex((loss) => !Number.isFinite(loss)) ?? -1;
  const endsDiverged = trial.rules.stopOnNaN && divergedEpoch >= 0;
  let status: WholeStatus = 'finished';
  if (cancelled) status = 'cancelled';
  else if (stopped === prunedReason) status = 'pruned';
  else if (stopped !== undefined) status = endsDiverged ? 'diverged' : 'stopped';
  return {
    status,
    epochs,
    ...(restoredEpoch !== undefined && { restoredEpoch }),
    ...(divergedEpoch >= 0 && { divergedEpoch }),
    history: own.history.slice(0, columns * epochs),
    ...(hasPolicy(trial.rules) && { policies: own.policies.slice(0, policyColumns.length * epochs) }),
    weights,
  };
}
