import { UsageError } from '../core/errors.ts';
import type { Engine } from '../engine/engine.ts';
import { BatchLimits } from '../train/batch-size.ts';
import { bySearch } from './best.ts';
import { Confirmer } from './confirmer.ts';
import { Ledger } from './ledger.ts';
import { observationsOf, rungValuesOf } from './observations.ts';
import type { Pruner, PrunerState } from './pruner.ts';
import type { StudySettings, TrialRecord, TrialResult } from './records.ts';
import { type RoundOptions, RoundTrainer, type StudyWork } from './round-trainer.ts';
import { roundEnd } from './rounds.ts';
import type { Sampler, SamplerState } from './sampler.ts';
import type { SearchSpace } from './space.ts';
import { type BuildTrial, standardTrial } from './standard-trial.ts';
import { MemoryStorage, type StudyStorage } from './storage.ts';
import type { StudyEnd, StudyEvent, StudyProgress } from './study-events.ts';
import { type StudyRows, studyTable } from './study-table.ts';

export interface RunStudyOptions {
  readonly engine: Engine;
  readonly rows: StudyRows;
  readonly space: SearchSpace;
  readonly sampler: Sampler;
  readonly pruner: Pruner;
  /** What is stored in it already is not done again. */
  readonly storage: StudyStorage;
  /** Default `standardTrial`: parameters by their well-known names. */
  readonly build?: BuildTrial;
  /** Trials of the study, those that are stored included. */
  readonly trials?: number;
  /** Milliseconds of the study, those of earlier processes included. */
  readonly milliseconds?: number;
  readonly onEvent?: (event: StudyEvent) => void;
  /** Ends the study in good order: what has ended is stored, the rest trains again when the study goes on. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a study until a limit, or goes on with one that was cut off.
 *
 * Trials come in rounds. A round is suggested from the results of the rounds before it; where rounds overlap, without
 * those of the last one, which trains meanwhile, so that the device never waits. Pruning compares with the same rounds.
 * So what a study finds follows from its settings and the adapter alone: not from the time, nor from when it was cut off.
 * The best trials are trained again beside later rounds, and when the search is over (`Confirmer`): a study that is told to
 * go on has more of these than one that went as far at once.
 *
 * @returns why it ended, and how far it came
 * @throws UsageError where there is no limit, or parameters make no training
 */
export function runStudy(options: RunStudyOptions): Promise<{ reason: StudyEnd; progress: StudyProgress }> {
  if (options.trials === undefined && options.milliseconds === undefined) {
    throw new UsageError('a study must have a limit: a number of trials, or milliseconds');
  }
  return new StudyLoop(options).run();
}

/** Of a limit of time, this share and at most so many milliseconds are left to confirm the best. */
const [shareToConfirm, mostMsToConfirm] = [0.1, 30_000];

/** As many trials show what is wrong with a search, and take no time. */
const mostRehearsed = 64;

/**
 * Does all of a study's first round but the training, and keeps nothing: what cannot work shows before there is a study.
 * @throws UsageError for a space that the sampler cannot search, rows that do not fit, or parameters that make no training
 */
export function rehearseStudy(settings: StudySettings, options: Omit<RunStudyOptions, 'storage'>): void {
  new StudyLoop({ ...options, storage: new MemoryStorage(settings) }).rehearse();
}

class StudyLoop {
  private readonly options: RunStudyOptions;
  private readonly work: StudyWork;
  private readonly ledger: Ledger;
  private readonly sampler: SamplerState;
  private readonly pruner: PrunerState;
  private readonly confirmer: Confirmer;
  /** All rounds that have been suggested. */
  private readonly rounds: TrialRecord[][] = [];
  private readonly underWay: Promise<void>[] = [];
  /** Trials that were chosen to be trained again beside the search, which may have ended before they did. */
  private readonly again: TrialResult[] = [];
  /** Rounds whose results have been told. */
  private told = 0;
  /** Ends everything. */
  private readonly stop = new AbortController();
  /** Ends the search: with everything, or a little before the time is over, so that its best can be confirmed. */
  private readonly stopSearch = new AbortController();
  private reason: StudyEnd | undefined;
  private isExhausted = false;

  constructor(options: RunStudyOptions) {
    const { engine, rows, space, storage } = options;
    const { seed, resampling, objectives, epochs } = storage.settings;
    const [before, started] = [storage.progress.elapsedMs, performance.now()];
    const clock = () => before + performance.now() - started;
    const study = studyTable(rows, resampling, epochs, seed);
    const { build: own = standardTrial } = options;
    const build: StudyWork['build'] = ({ parameters }, context) => own(parameters, context);
    this.options = options;
    const batchLimits = new BatchLimits(engine, study.table);
    this.work = { engine, study, resampling, objectives, seed, build, judgedAt: 'best', batchLimits, clock };
    this.ledger = new Ledger(storage, clock, options);
    this.sampler = options.sampler.create(space, objectives.length, seed);
    this.pruner = options.pruner.create(seed);
    this.confirmer = new Confirmer(storage.settings, rows, this.work);
    this.restore();
  }

  private restore(): void {
    const { trials, results } = this.options.storage.load();
    this.ledger.restore(trials, results);
    for (const trial of trials) {
      this.rounds[trial.round] ??= [];
      this.rounds[trial.round]?.push(trial);
    }
  }

  rehearse(): void {
    this.trainer(this.suggest(0).slice(0, mostRehearsed));
  }

  async run(): Promise<{ reason: StudyEnd; progress: StudyProgress }> {
    const release = this.watchLimits();
    try {
      await this.runRounds();
      await Promise.all(this.underWay);
      const isCut = this.stopSearch.signal.aborted;
      if (!this.stop.signal.aborted) await this.confirmLast();
      if (isCut) this.reason ??= 'time';
    } catch (error) {
      this.stop.abort();
      await Promise.allSettled(this.underWay);
      throw error;
    } finally {
      release();
      this.ledger.flush();
    }
    const reason = this.reason ?? (this.isExhausted ? 'exhausted' : 'trials');
    const progress = this.ledger.progress();
    this.options.onEvent?.({ type: 'end', reason, progress });
    return { reason, progress };
  }

  /** Ends all work when the caller says so, or when time is over. */
  private watchLimits(): () => void {
    const { signal, milliseconds, storage } = this.options;
    const end = (reason: StudyEnd) => {
      this.reason ??= reason;
      this.stop.abort();
    };
    this.stop.signal.addEventListener('abort', () => this.stopSearch.abort(), { once: true });
    const cancel = () => end('cancelled');
    if (signal?.aborted) cancel();
    signal?.addEventListener('abort', cancel);
    const left = (milliseconds ?? Infinity) - this.work.clock();
    const spared = storage.settings.confirmSets ? Math.min(mostMsToConfirm, shareToConfirm * left) : 0;
    const timers = [
      [() => end('time'), left],
      [() => this.stopSearch.abort(), left - spared],
    ] as const;
    const running = timers
      .filter(([, ms]) => ms < Infinity)
      .map(([over, ms]) => setTimeout(over, Math.max(0, ms)));
    if (left <= 0) end('time');
    return () => {
      for (const timer of running) clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    };
  }

  private async runRounds(): Promise<void> {
    const lag = this.options.storage.settings.rounds.overlap ? 1 : 0;
    for (let round = 0; ; round++) {
      const due = round - 1 - lag;
      if (due >= 0) await this.underWay[due];
      if (this.stopSearch.signal.aborted) return;
      if (due >= 0) this.tell(due);
      const trials = this.rounds[round] ?? this.suggest(round);
      if (trials.length === 0) return;
      const again = this.confirmer.choose();
      this.again.push(...again);
      // Now, since its limits are those of the rounds that have been told by now.
      const trainer = this.openTrainer(trials);
      // First those that decide what is best. The round before trains meanwhile, so that the device has enough to do.
      this.underWay[round] = this.confirm(again, this.stopSearch.signal).then(() => this.train(trainer));
      // A failure shows when the round is awaited.
      this.underWay[round]?.catch(() => undefined);
    }
  }

  /** Trains the best trials again when the search is over; where time is short the best one first. */
  private async confirmLast(): Promise<void> {
    for (let round = this.told; round < this.rounds.length; round++)
      this.confirmer.tell(this.resultsOf(round));
    const { objectives } = this.options.storage.settings;
    const last = bySearch([...this.again, ...this.confirmer.chooseLast()], objectives);
    const isShort = this.options.milliseconds !== undefined;
    for (const some of isShort ? last.map((one) => [one]) : [last]) {
      await this.confirm(some, this.stop.signal);
    }
  }

  private tell(round: number): void {
    const { space, storage } = this.options;
    const trials = this.rounds[round] as TrialRecord[];
    const { results } = this.ledger;
    this.told = round + 1;
    this.confirmer.tell(this.resultsOf(round));
    this.sampler.tell(observationsOf(trials, results, storage.settings, space.dimensions.length));
    this.pruner.tell(rungValuesOf(trials, results));
    if (this.sampler.parents) this.dropWeights(1 + (trials.at(-1) as TrialRecord).index);
  }

  private resultsOf(round: number): TrialResult[] {
    return (this.rounds[round] ?? []).flatMap(({ index }) => this.ledger.results[index] ?? []);
  }

  /** Forgets the weights of the generation before the parents of the next trial. */
  private dropWeights(next: number): void {
    const { size } = this.options.storage.settings.rounds;
    const first = size * (Math.floor(next / size) - 2);
    if (first >= 0) this.ledger.dropWeights(Array.from({ length: size }, (_, i) => first + i));
  }

  /** Suggests a round and stores it. @returns an empty one at the study's end */
  private suggest(round: number): TrialRecord[] {
    const { space, storage, trials: limit = Infinity } = this.options;
    const first = this.rounds.reduce((sum, { length }) => sum + length, 0);
    // A round that an earlier limit cut short is made up for first, so that generations stay whole.
    const count = Math.min(roundEnd(first, storage.settings.rounds), limit) - first;
    if (count <= 0) return [];
    const { length: width } = space.dimensions;
    const points = this.sampler.ask(first, count);
    const parents = this.sampler.parents?.(first, count);
    const trials = Array.from({ length: width === 0 ? count : points.length / width }, (_, i) => {
      const point = points.slice(i * width, (i + 1) * width);
      const parent = parents?.[i] ?? -1;
      return {
        index: first + i,
        round,
        parameters: space.decode(point),
        point,
        state: 'waiting' as const,
        ...(parent >= 0 && { parent }),
      };
    });
    if (trials.length === 0) this.isExhausted = true;
    else this.ledger.plan(round, trials);
    this.rounds[round] = trials;
    return trials;
  }

  /** @returns undefined where nothing is left to train */
  private openTrainer(trials: readonly TrialRecord[]): RoundTrainer | undefined {
    const open = trials.filter(({ index }) => !this.ledger.results[index]);
    return open.length === 0 ? undefined : this.trainer(open);
  }

  private async train(trainer: RoundTrainer | undefined): Promise<void> {
    if (!trainer) return;
    await trainer.train();
    this.ledger.flush();
  }

  /** Those that were confirmed before are not trained again. */
  private async confirm(chosen: readonly TrialResult[], signal: AbortSignal): Promise<void> {
    const ended = chosen
      .filter(({ index }) => !this.ledger.results[index]?.confirmation)
      .map((result) => ({ trial: this.ledger.trial(result.index), result }));
    await this.confirmer.confirm(
      ended,
      (index, confirmation) => this.ledger.confirm(index, confirmation),
      this.progressOptions(signal),
    );
    this.ledger.flush();
  }

  private trainer(trials: readonly TrialRecord[]): RoundTrainer {
    const { folds, repeats } = this.options.storage.settings.resampling;
    return new RoundTrainer(this.work, trials, {
      rungs: (index, epochs) => this.pruner.rungs(index, epochs),
      parentWeights: ({ parent }) =>
        parent === undefined ? undefined : this.ledger.weights(parent, folds * repeats),
      onResult: (result, weights) => {
        if (this.sampler.parents && weights.length > 0) this.ledger.keepWeights(result.index, weights);
        this.ledger.add(result);
      },
      ...this.progressOptions(this.stopSearch.signal),
    });
  }

  private progressOptions(
    signal: AbortSignal,
  ): Pick<RoundOptions, 'onGroup' | 'onSpan' | 'onEpochs' | 'signal'> {
    return {
      onGroup: (label, runs) => this.options.onEvent?.({ type: 'group', label, runs }),
      onSpan: (span) => this.ledger.addSpan(span),
      onEpochs: (epochs) => this.ledger.addEpochs(epochs),
      signal,
    };
  }
}
