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
const noCounts = [0, 0, 0, 0];

/**
 * Trains complete trials epoch by epoch, as many at once as the engine's memory asks for. They share layer widths,
 * activations, loss, kind of optimiser, number of epochs, batch size and window.
 */
export async function trainLayeredWhole(
  engine: Engine,
  trials: readonly WholeTrial[],
  table: RowSet,
  options: WholeRunOptions = {},
): Promise<(WholeOutcome | undefined)[]> {
  const { window, batchSize, shuffle } = trials[0] as WholeTrial;
  const job = { trials, ...windowSets(table, window), batchSize, shuffle, ...policyNeeds(trials) };
  const atOnce = Math.max(1, engine.capacity(job).trials);
  const outcomes = new Array<WholeOutcome | undefined>(trials.length).fill(undefined);
  for (let start = 0; start < trials.length && !options.signal?.aborted; start += atOnce) {
    await options.gate?.();
    const part = { ...job, trials: trials.slice(start, start + atOnce) };
    const ends = await trainPart(engine, part, start, options);
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
): Promise<WholeOutcome[]> {
  const histories = job.trials.map(({ epochs }) => new Float32Array(columns * epochs));
  const policies = job.trials.map(
    ({ epochs, rules }) => new Float32Array(hasPolicy(rules) ? policyColumns.length * epochs : 0),
  );
  const advanceOf = ({ trial, epoch }: EpochEnd) => ({
    trial: first + trial,
    firstEpoch: epoch,
    rows: rowOf(histories[trial] as Float32Array, columns, epoch),
    ...(hasPolicy((job.trials[trial] as WholeTrial).rules) && {
      policies: rowOf(policies[trial] as Float32Array, policyColumns.length, epoch),
    }),
  });
  const { outcomes, cancelled } = await trainTrials(engine, job, {
    epochs: (job.trials[0] as WholeTrial).epochs,
    callbacks: job.trials.map(ruleCallbacks),
    onEpoch: (end, metrics, plan) => {
      (histories[end.trial] as Float32Array).set(historyRow(job, end, metrics, plan), columns * end.epoch);
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

function rowOf(rows: Float32Array, width: number, row: number): Float32Array {
  return rows.subarray(width * row, width * (row + 1));
}

function policyRow(
  { logs: { noise_scale = 0, penalty_scale = 1 } }: EpochEnd,
  { batchSize, steps }: PlannedEpoch,
) {
  return [batchSize, noise_scale, penalty_scale, steps];
}

/** The columns of an epoch. */
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
    ...(metrics.validation?.[trial]?.confusion ?? noCounts),
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
