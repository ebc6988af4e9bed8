import { UsageError } from '../core/errors.ts';
import type { Engine, TrialSettings } from '../engine/engine.ts';
import { type EpochRules, epochColumns, type WholeOutcome, type WholeTrial } from '../engine/whole.ts';
import type { DenseLayer } from '../model/network.ts';
import { type BatchLimits, defaultBatchSize } from '../train/batch-size.ts';
import { batchPolicy, checkPolicies, withBatchLimit } from '../train/policies.ts';
import { epochRules } from '../train/rules.ts';
import { trialSettings } from '../train/trial-settings.ts';
import { type TrialGroup, trainWholeGroups } from '../train/whole-groups.ts';
import { needsOutputs, outputMetrics } from './output-metrics.ts';
import type { Rung } from './pruner.ts';
import type { DeviceSpan, Objective, TrialRecord, TrialResult } from './records.ts';
import { type Resampling, type Run, runSeed, runsOf } from './resampling.ts';
import type { StudyTrial, TrialContext } from './standard-trial.ts';
import type { StudyTable } from './study-table.ts';
import { metricsOfRuns, trialResult } from './trial-result.ts';
import { type RunTrack, TrialTracker } from './trial-tracker.ts';

/** What the rounds of a study have in common. */
export interface StudyWork {
  readonly engine: Engine;
  readonly study: StudyTable;
  readonly resampling: Resampling;
  readonly objectives: readonly Objective[];
  readonly seed: number;
  /** Turns a trial into a training. */
  readonly build: (trial: TrialRecord, context: TrialContext) => StudyTrial;
  /** The epoch of complete trials that counts. */
  readonly judgedAt: 'best' | 'last';
  readonly batchLimits: BatchLimits;
  /** Milliseconds since the study began, rests left out. */
  readonly clock: () => number;
}

/** What is told while a round trains. */
export interface RoundOptions {
  /** The rungs of a trial of so many epochs. */
  readonly rungs: (index: number, epochs: number) => readonly Rung[];
  /** Weights that a trial goes on from, run by run, instead of drawing them. */
  readonly parentWeights?: (trial: TrialRecord) => readonly Float32Array[] | undefined;
  /** Told of each settled trial once. @param weights those of its runs, of a complete trial */
  readonly onResult: (result: TrialResult, weights: readonly Float32Array[]) => void;
  /** Told when runs of one shape begin. */
  readonly onGroup?: (label: string, runs: number) => void;
  /** Told when they have ended. */
  readonly onSpan?: (span: DeviceSpan) => void;
  /** Told of trained epochs, all runs together. */
  readonly onEpochs?: (epochs: number) => void;
  readonly signal?: AbortSignal;
}

/** A run's place among the trials of the round. */
interface RunPlace {
  readonly trial: number;
  readonly run: number;
}

/** Trains the trials of one round, all their runs side by side. */
export class RoundTrainer {
  private readonly work: StudyWork;
  private readonly options: RoundOptions;
  private readonly records: readonly TrialRecord[];
  private readonly trackers: readonly TrialTracker[];
  private readonly places: readonly RunPlace[];
  private readonly settled = new Set<number>();
  private readonly pending: Promise<void>[] = [];
  private startedMs = 0;

  /** @throws UsageError for parameters that make no training */
  constructor(work: StudyWork, records: readonly TrialRecord[], options: RoundOptions) {
    this.work = work;
    this.options = options;
    this.records = records;
    const runs = runsOf(work.resampling);
    this.trackers = records.map((record) => {
      const trials = wholeTrials(work, record, runs, options.parentWeights?.(record));
      const { epochs } = trials[0] as WholeTrial;
      return new TrialTracker(trials, options.rungs(record.index, epochs));
    });
    this.places = records.flatMap((_, trial) => runs.map((_run, run) => ({ trial, run })));
  }

  async train(): Promise<void> {
    const { engine, study, clock } = this.work;
    const { signal, onEpochs } = this.options;
    this.startedMs = clock();
    const trials = this.trackers.flatMap(({ runs }) => runs.map(({ trial }) => trial));
    await trainWholeGroups(engine, trials, study.table, {
      ...(signal && { signal }),
      // Told of every epoch by every engine, which not all ask whether a run may end, nor after its last epoch.
      onAdvance: ({ trial: place, firstEpoch, rows }) => {
        const { trial, run } = this.places[place] as RunPlace;
        onEpochs?.(rows.length / epochColumns.length);
        (this.trackers[trial] as TrialTracker).advance(run, { firstEpoch, rows });
        this.finishIfSettled(trial);
      },
      prune: ({ trial: place }) => {
        const { trial, run } = this.places[place] as RunPlace;
        return (this.trackers[trial] as TrialTracker).mayEnd(run);
      },
      onEnd: (place, outcome) => this.end(this.places[place] as RunPlace, outcome),
      onGroup: (group) => this.span(group, trials),
    });
    await Promise.all(this.pending);
  }

  private end({ trial, run }: RunPlace, outcome: WholeOutcome): void {
    (this.trackers[trial] as TrialTracker).end(run, outcome);
    this.finishIfSettled(trial);
  }

  private finishIfSettled(trial: number): void {
    const tracker = this.trackers[trial] as TrialTracker;
    if (!tracker.settlement || this.settled.has(trial)) return;
    this.settled.add(trial);
    this.pending.push(this.finish(trial, tracker));
  }

  private async finish(trial: number, { runs, settlement }: TrialTracker): Promise<void> {
    if (!settlement) return;
    const { study, objectives, judgedAt, clock } = this.work;
    const { index } = this.records[trial] as TrialRecord;
    const context = { index, objectives, startedMs: this.startedMs, endedMs: clock() };
    const known = metricsOfRuns(runs, settlement, study, judgedAt);
    const metrics =
      settlement.state === 'complete' && needsOutputs(known, study, objectives)
        ? await outputMetrics(runs, settlement, study)
        : known;
    this.options.onResult(trialResult(runs, settlement, metrics, context), weightsOf(runs));
  }

  private span({ indices, mapping }: TrialGroup, trials: readonly WholeTrial[]): () => void {
    const startMs = this.work.clock();
    const first = trials[indices[0] as number] as WholeTrial;
    const label = `${shapeOf(first)} ${first.optimizer.name}, ${mapping}`;
    const round = this.records[0]?.round ?? 0;
    this.options.onGroup?.(label, indices.length);
    return () => {
      const endMs = this.work.clock();
      this.options.onSpan?.({ startMs, endMs, label, round, runs: indices.length });
    };
  }
}

/** The final weights of each run, where all have them. */
function weightsOf(runs: readonly RunTrack[]): Float32Array[] {
  const weights = runs.map(({ outcome }) => outcome?.weights ?? new Float32Array());
  return weights.every((own) => own.length > 0) ? weights : [];
}

/** Widths of a network as people write them. */
function shapeOf({ network }: WholeTrial): string {
  return [network.inputs, ...network.layers.map(({ units }: DenseLayer) => units)].join('-');
}

/** The runs of a trial as engines take them. */
function wholeTrials(
  work: StudyWork,
  record: TrialRecord,
  runs: readonly Run[],
  parents: readonly Float32Array[] | undefined,
): WholeTrial[] {
  const { study, build, seed } = work;
  const { index } = record;
  const built = build(record, study.context);
  return runs.map((run, r) => {
    const initialWeights = parents?.[r];
    const own = { ...built, seed: runSeed(seed, index, run), ...(initialWeights && { initialWeights }) };
    const settings = trialSettings(own);
    const window = study.windows[run.fold] as WholeTrial['window'];
    return {
      ...settings,
      epochs: built.epochs ?? study.context.epochs,
      batchSize: built.batchSize ?? defaultBatchSize,
      shuffle: true,
      window,
      rules: rulesOf(built, settings, window, work, index),
    };
  });
}

function rulesOf(
  built: StudyTrial,
  settings: TrialSettings,
  window: WholeTrial['window'],
  { study, batchLimits }: StudyWork,
  index: number,
): EpochRules {
  const callbacks = built.callbacks ?? [];
  checkPolicies(settings, callbacks, true);
  const rules = epochRules(settings, callbacks, built.epochs ?? study.context.epochs, true);
  if (!rules) {
    throw new UsageError(
      `callbacks of trial ${index} must be Shoal's own, each at most once, watching loss, accuracy or mae (or their val_ forms); a study's trainings do not call user functions`,
    );
  }
  return batchPolicy(callbacks) ? withBatchLimit(rules, batchLimits.of(settings, window)) : rules;
}
