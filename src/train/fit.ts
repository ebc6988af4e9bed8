import { knownOptions, wholeNumber } from '../core/check.ts';
import { CancelledError, UsageError } from '../core/errors.ts';
import type { Preprocessing } from '../data/table/prepare-table.ts';
import type { Engine, Job, TrialSettings } from '../engine/engine.ts';
import type { WholeTrial } from '../engine/whole.ts';
import type { Network } from '../model/network.ts';
import { autoBatchSize, BatchLimits, defaultBatchSize, defaultMaxBatchSize } from './batch-size.ts';
import type { Callback } from './callbacks.ts';
import { batchPolicy, checkPolicies, withBatchLimit } from './policies.ts';
import { type Judging, type RowTable, rowTable, windowOf, windowSets } from './row-table.ts';
import type { LabelledRows } from './rows.ts';
import { epochRules } from './rules.ts';
import { groupBy, shapeKey } from './same-shape.ts';
import { type EpochEnd, type TrialOutcome, trainTrials } from './train-trials.ts';
import type { TrainedModel } from './trained-model.ts';
import { Training } from './training.ts';
import { type TrialFitOptions, trialOptions, trialSettings } from './trial-settings.ts';
import { trainWhole } from './whole-trials.ts';

export type { TrialFitOptions } from './trial-settings.ts';

/** What all trials of a fit share. */
export interface SharedFitOptions extends LabelledRows, Judging {
  /** Where to train: `wasmEngine()`, in node `cpuPoolEngine()`, or a WebGPU engine. */
  readonly engine: Engine;
  /** Passes over the rows. Default 1, as in Keras. */
  readonly epochs?: number;
  /** Rows of a mini-batch (default 32), or `auto`: the largest up to `maxBatchSize` that fits the device. */
  readonly batchSize?: number | 'auto';
  /** Default 512; used by `batchSize: 'auto'`. */
  readonly maxBatchSize?: number;
  /** Visit the rows in a fresh order every epoch. Default true. */
  readonly shuffle?: boolean;
  /** What made the features from raw rows; the model carries it on. */
  readonly preprocessing?: Preprocessing;
  /** Ends training early; what was trained until then comes with the CancelledError. */
  readonly signal?: AbortSignal;
}

/** `rows`: which rows they were, as `prepareTable` tells beside them. */
const sharedOptions = [
  'rows',
  'x',
  'y',
  'sampleWeight',
  'validation',
  'folds',
  'engine',
  'epochs',
  'batchSize',
  'maxBatchSize',
  'shuffle',
  'preprocessing',
  'signal',
] as const satisfies readonly (keyof SharedFitOptions | 'rows')[];

export type FitOptions = SharedFitOptions & Omit<TrialFitOptions, 'network' | 'epochs' | 'batchSize'>;

/** A cancelled fit: `models` holds what was trained until then. */
export class FitCancelledError extends CancelledError {
  readonly models: readonly TrainedModel[];

  constructor(models: readonly TrainedModel[]) {
    super('training was cancelled');
    this.models = models;
  }
}

/**
 * Trains one network: await it for the model, or loop over it for the epochs.
 *
 * @example
 * const training = fit(network, { engine, x, y, validation, loss: 'binary_crossentropy', epochs: 100 });
 * for await (const { epoch, logs } of training) console.log(epoch, logs.val_loss);
 * const model = await training;
 * @throws UsageError for options that break a rule, FitCancelledError when the signal is aborted
 */
export function fit(network: Network, options: FitOptions): Training<TrainedModel> {
  knownOptions('fit', options, [...new Set([...sharedOptions, ...trialOptions])]);
  return new Training(async (publish) => {
    const { epochs: _, batchSize: __, ...own } = options;
    const [model] = await fitTrials([{ ...own, network }], options, publish);
    return model as TrainedModel;
  });
}

/**
 * Trains many networks at once, each with its own shape, seed, learning rate, schedule, penalties, dropout rates,
 * callbacks, batch size, number of epochs and fold. Each gives the same bits as it would alone. Networks of one shape
 * train side by side; where the engine can, whole trainings run without the host in between.
 *
 * @throws UsageError as `fit`
 */
export function fitAll(
  trials: readonly TrialFitOptions[],
  shared: SharedFitOptions,
): Training<TrainedModel[]> {
  knownOptions('fitAll', shared, sharedOptions);
  for (const trial of trials) knownOptions('a trial', trial, trialOptions);
  return new Training((publish) => fitTrials(trials, shared, publish));
}

/** Hands out epochs; the function makes them when somebody listens. */
export type Publish = (ends: () => Iterable<EpochEnd>) => void;

/** A trial with its place among those of the fit, and what decides how it is trained. */
interface Entry {
  readonly index: number;
  /** Complete but for the rules, which not all callbacks can be put into. */
  readonly trial: Omit<WholeTrial, 'rules'> & Partial<Pick<WholeTrial, 'rules'>>;
  readonly callbacks: readonly Callback[];
  /** The largest batch that a policy of the trial may ask for, and whether it measures the noise of the gradient. */
  readonly policy?: { readonly largestBatch: number; readonly measuresNoise: boolean };
}

async function fitTrials(
  trials: readonly TrialFitOptions[],
  shared: SharedFitOptions,
  publish: Publish,
): Promise<TrainedModel[]> {
  if (!shared.engine) {
    throw new UsageError(
      'engine must be what trains, such as wasmEngine() or that of openEngine(), got none',
    );
  }
  const settings = trials.map(trialSettings);
  const [first] = settings;
  if (!first) throw new UsageError('trials must have at least one trial, got none');
  const rows = rowTable(shared, first);
  for (const other of settings) checkSameRows(first, other);
  const { batchSize, notes } = sharedBatchSize(settings, rows, shared);
  const limits = new BatchLimits(shared.engine, rows.table);
  const entries = settings.map((own, index) =>
    makeEntry(own, index, trials[index] as TrialFitOptions, shared, { rows, batchSize, limits }),
  );
  const models: TrainedModel[] = [];
  const carried = { notes, ...(shared.preprocessing && { preprocessing: shared.preprocessing }) };
  for (const group of groupBy(entries, groupKey(shared.engine))) {
    const { outcomes, cancelled } = await trainGroup(group, rows, shared, publish);
    outcomes.forEach((outcome, i) => {
      const { index, trial } = group[i] as Entry;
      if (outcome) models[index] = { ...outcome, network: trial.network, loss: trial.loss, ...carried };
    });
    // Trials that had not begun leave no hole.
    if (cancelled) throw new FitCancelledError(models.filter((model) => model !== undefined));
  }
  return models;
}

function makeEntry(
  settings: TrialSettings,
  index: number,
  options: TrialFitOptions,
  shared: SharedFitOptions,
  { rows, batchSize, limits }: { rows: RowTable; batchSize: number; limits: BatchLimits },
): Entry {
  const epochs = wholeNumber('epochs', options.epochs ?? shared.epochs ?? 1, 1);
  const callbacks = options.callbacks ?? [];
  const window = windowOf(rows, options.fold);
  const hasValidation = window.endValidation > window.firstValidation;
  checkPolicies(settings, callbacks, hasValidation);
  const policy = batchPolicy(callbacks);
  const limit = policy ? limits.of(settings, window) : 1;
  const rules = epochRules(settings, callbacks, epochs, hasValidation);
  const trial = {
    ...settings,
    epochs,
    batchSize: wholeNumber('batchSize', options.batchSize ?? batchSize, 1),
    shuffle: shared.shuffle ?? true,
    window,
    ...(rules && { rules: withBatchLimit(rules, limit) }),
  };
  if (!policy) return { index, trial, callbacks };
  const largestBatch = Math.min(policy.maxBatchSize, limit);
  return { index, trial, callbacks, policy: { largestBatch, measuresNoise: policy.kind === 'noise' } };
}

/** Trials of one group train together: as a whole those that the engine can, else all that differ in nothing shared. */
function groupKey(engine: Engine): (entry: Entry) => string {
  return (entry) => {
    const shape = shapeKey(entry.trial);
    if (engine.whole && entry.trial.rules) return shape;
    return JSON.stringify([shape, sessionKey(entry)]);
  };
}

/** What trials of one session share. Where a policy changes the batch size, a trial has a session of its own. */
function sessionKey({ trial, policy, index }: Entry): string {
  return JSON.stringify([trial.epochs, trial.batchSize, trial.window, policy ? index : -1]);
}

interface GroupResult {
  readonly outcomes: readonly (TrialOutcome | undefined)[];
  readonly cancelled: boolean;
}

async function trainGroup(
  group: readonly Entry[],
  rows: RowTable,
  shared: SharedFitOptions,
  publish: Publish,
): Promise<GroupResult> {
  const { engine, signal } = shared;
  const whole = group
    .map(({ trial }) => trial)
    .filter((trial): trial is WholeTrial => trial.rules !== undefined);
  if (engine.whole && whole.length === group.length) {
    const job = { trials: whole, table: rows.table };
    if ((await engine.whole.plan(job)).mapping !== 'layered') {
      const indices = group.map(({ index }) => index);
      return trainWhole(engine.whole, job, indices, publish, signal);
    }
  }
  return trainLayered(group, rows, shared, publish);
}

/** Trains layer by layer, in as many parts as the engine's memory asks for. */
async function trainLayered(
  group: readonly Entry[],
  rows: RowTable,
  shared: SharedFitOptions,
  publish: Publish,
): Promise<GroupResult> {
  const outcomes: (TrialOutcome | undefined)[] = [];
  for (const alike of groupBy(group, sessionKey)) {
    const { trial, policy } = alike[0] as Entry;
    const job: Job = {
      trials: alike.map((entry) => entry.trial),
      ...windowSets(rows.table, trial.window),
      batchSize: trial.batchSize,
      ...policy,
      shuffle: trial.shuffle,
    };
    const atOnce = Math.max(1, shared.engine.capacity(job).trials);
    for (let start = 0; start < alike.length; start += atOnce) {
      const part = alike.slice(start, start + atOnce);
      const result = await trainTrials(
        shared.engine,
        { ...job, trials: part.map((entry) => entry.trial) },
        {
          epochs: trial.epochs,
          callbacks: part.map((entry) => entry.callbacks),
          onEpoch: (end) => publish(() => [{ ...end, trial: (part[end.trial] as Entry).index }]),
          ...(shared.signal && { signal: shared.signal }),
        },
      );
      result.outcomes.forEach((outcome, i) => {
        outcomes[group.indexOf(part[i] as Entry)] = outcome;
      });
      if (result.cancelled) return { outcomes, cancelled: true };
    }
  }
  return { outcomes, cancelled: false };
}

/** The rows are checked and laid out once, for the first trial: the others must read them alike. */
function checkSameRows(first: TrialSettings, other: TrialSettings): void {
  if (other === first) return;
  const traits = ({ network, loss }: TrialSettings) => ({
    inputs: network.inputs,
    outputs: network.layers.at(-1)?.units,
    loss: loss.name,
  });
  const [expected, got] = [traits(first), traits(other)];
  for (const name of ['inputs', 'outputs', 'loss'] as const) {
    if (got[name] === expected[name]) continue;
    throw new UsageError(
      `trials must share their ${name}, since they train on the same rows, got ${got[name]} and ${expected[name]}; fit them one after the other`,
    );
  }
}

function sharedBatchSize(
  settings: readonly TrialSettings[],
  rows: RowTable,
  shared: SharedFitOptions,
): { batchSize: number; notes: string[] } {
  if (shared.batchSize !== 'auto') return { batchSize: shared.batchSize ?? defaultBatchSize, notes: [] };
  const maximum = wholeNumber('maxBatchSize', shared.maxBatchSize ?? defaultMaxBatchSize, 1);
  const sets = windowSets(rows.table, windowOf(rows, 0));
  const job: Job = { trials: settings.slice(0, 1), ...sets, batchSize: 1, shuffle: shared.shuffle ?? true };
  const { batchSize, explanation } = autoBatchSize(shared.engine.capacity(job), sets.training.rows, maximum);
  return { batchSize, notes: [explanation] };
}
