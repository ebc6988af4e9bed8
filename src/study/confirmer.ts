import type { Engine } from '../engine/engine.ts';
import { BatchLimits } from '../train/batch-size.ts';
import { bySearch } from './best.ts';
import { drawWord } from './random-stream.ts';
import type { Confirmation, StudySettings, TrialRecord, TrialResult } from './records.ts';
import { withoutJudge } from './refit.ts';
import { type RoundOptions, RoundTrainer, type StudyWork } from './round-trainer.ts';
import { joinedTables, type StudyRows, studyTable } from './study-table.ts';

/** A trial that has ended. */
export interface EndedTrial {
  readonly trial: TrialRecord;
  readonly result: TrialResult;
}

/** One of so many trials of a round is trained again beside a later round. */
const trialsForOne = 32;
/** So many wait at most: sorting them takes no time. */
const mostCandidates = 1024;
/** At the end of a study one of so many, at most so many in all. */
const finalists = { trialsForOne: 8, most: 8 } as const;

/**
 * Trains the best trials again, on folds that the search does not use: among hundreds of trials the one with the best
 * score is mostly lucky, and the more are tried, the luckier it is. Only trials that were trained again are called the
 * best of a study, as soon as there are any.
 */
export class Confirmer {
  private readonly settings: StudySettings;
  private readonly rows: StudyRows;
  private readonly work: StudyWork;
  private readonly engine: Engine;
  /** Those that have not been chosen yet, the best first. */
  private candidates: TrialResult[] = [];
  /** Trials that were told of. */
  private trials = 0;
  private again: StudyWork | undefined;

  /** @param work how the search trains */
  constructor(settings: StudySettings, rows: StudyRows, work: StudyWork) {
    this.settings = settings;
    this.rows = rows;
    this.work = work;
    this.engine = work.engine;
  }

  private get sets(): number {
    return this.settings.confirmSets ?? 0;
  }

  /** Takes in what came of a round. */
  tell(results: readonly TrialResult[]): void {
    if (this.sets === 0) return;
    this.trials += results.length;
    const all = bySearch([...this.candidates, ...results], this.settings.objectives);
    this.candidates = all.slice(0, mostCandidates);
  }

  /** Chooses for a round of so many trials, from what was told: whoever asks in the same order gets the same. */
  choose(trials: number): TrialResult[] {
    return this.candidates.splice(0, Math.ceil(trials / trialsForOne));
  }

  /** Chooses when all trials have been told. */
  chooseLast(): TrialResult[] {
    const { most, trialsForOne: share } = finalists;
    return this.candidates.splice(0, Math.min(most, Math.ceil(this.trials / share)));
  }

  /** Trains trials as the final model is trained, on each of the other folds. */
  async confirm(
    ended: readonly EndedTrial[],
    onConfirmation: (index: number, confirmation: Confirmation) => void,
    options: Pick<RoundOptions, 'onGroup' | 'onSpan' | 'onEpochs' | 'signal'>,
  ): Promise<void> {
    if (ended.length === 0) return;
    const found = new Map(ended.map(({ result }) => [result.index, result]));
    const { build } = this.work;
    const work: StudyWork = {
      ...this.workAgain(),
      build: (trial, context) => withoutJudge(build(trial, context), found.get(trial.index) as TrialResult),
    };
    const trainer = new RoundTrainer(
      work,
      ended.map(({ trial }) => trial),
      {
        ...options,
        rungs: () => [],
        onResult: ({ index, values, runs, metrics }) => onConfirmation(index, { values, runs, metrics }),
      },
    );
    await trainer.train();
  }

  /** On the rows in other folds, all sets of them below each other, which are laid out when they are needed first. */
  private workAgain(): StudyWork {
    this.again ??= this.makeWork();
    return this.again;
  }

  private makeWork(): StudyWork {
    const { resampling, epochs, seed } = this.settings;
    const seeds = Array.from({ length: this.sets }, (_, set) => drawWord(seed, 'confirm', set));
    const study = joinedTables(seeds.map((own) => studyTable(this.rows, resampling, epochs, own)));
    return {
      ...this.work,
      study,
      resampling: { ...resampling, folds: resampling.folds * this.sets },
      seed: seeds[0] as number,
      judgedAt: 'last',
      batchLimits: new BatchLimits(this.engine, study.table),
    };
  }
}
