import { BatchLimits } from '../train/batch-size.ts';
import { bySearch } from './best.ts';
import { drawWord } from './random-stream.ts';
import type { Confirmation, StudySettings, TrialRecord, TrialResult } from './records.ts';
import { withoutJudge } from './refit.ts';
import { type RoundOptions, RoundTrainer, type StudyWork } from './round-trainer.ts';
import { type StudyRows, studyTable } from './study-table.ts';

/** A trial that has ended. */
export interface EndedTrial {
  readonly trial: TrialRecord;
  readonly result: TrialResult;
}

/** So many wait at most: sorting them takes no time. */
const mostCandidates = 1024;
/** When the search is over, one of so many trials is trained again, at most so many in all. */
const finalists = { trialsForOne: 8, most: 8 } as const;
/** What a training costs is that of the search. */
const costs = ['epochs', 'best_epoch', 'gflop', 'weights'];

/**
 * Trains the best trials again, on folds that the search does not use: among hundreds of trials the one with the best
 * score is mostly lucky, and the more are tried, the luckier it is. Only trials that were trained again are called the
 * best of a study, as soon as there are any.
 */
export class Confirmer {
  private readonly settings: StudySettings;
  private readonly rows: StudyRows;
  private readonly work: StudyWork;
  /** Those that have not been chosen yet, the best first. */
  private candidates: TrialResult[] = [];
  private told = 0;
  private chosen = 0;
  private works: readonly StudyWork[] | undefined;

  /** @param work how the search trains */
  constructor(settings: StudySettings, rows: StudyRows, work: StudyWork) {
    this.settings = settings;
    this.rows = rows;
    this.work = work;
  }

  private get sets(): number {
    return this.settings.confirmSets ?? 0;
  }

  /** Takes in what came of some trials. */
  tell(results: readonly TrialResult[]): void {
    if (this.sets === 0) return;
    this.told += results.length;
    const all = bySearch([...this.candidates, ...results], this.settings.objectives);
    this.candidates = all.slice(0, mostCandidates);
  }

  /**
   * Chooses the best of those that were told and not chosen before: of n told trials the square root of n in all. Whoever
   * asks in the same order gets the same.
   */
  choose(): TrialResult[] {
    return this.next(Math.ceil(Math.sqrt(this.told)) - this.chosen);
  }

  /** Chooses when the search is over. */
  chooseLast(): TrialResult[] {
    return this.next(Math.min(finalists.most, Math.ceil(this.told / finalists.trialsForOne)));
  }

  private next(count: number): TrialResult[] {
    const trials = this.candidates.splice(0, Math.max(0, count));
    this.chosen += trials.length;
    return trials;
  }

  /** Trains trials as the final model is trained, on each set of other folds. */
  async confirm(
    ended: readonly EndedTrial[],
    onConfirmation: (index: number, confirmation: Confirmation) => void,
    options: Pick<RoundOptions, 'onGroup' | 'onSpan' | 'onEpochs' | 'signal'>,
  ): Promise<void> {
    if (ended.length === 0) return;
    this.works ??= this.makeWorks();
    const found = new Map(ended.map(({ result }) => [result.index, result]));
    const trials = ended.map(({ trial }) => trial);
    const parts = new Map<number, TrialResult[]>();
    const trainings = this.works.map((work, set) => {
      const build: StudyWork['build'] = (trial, context) =>
        withoutJudge(work.build(trial, context), found.get(trial.index) as TrialResult);
      const onResult = (result: TrialResult) => {
        const own = parts.get(result.index) ?? [];
        parts.set(result.index, own);
        own[set] = result;
        // Counts those that are there, whichever set ended first.
        if (Object.keys(own).length === this.sets) onConfirmation(result.index, confirmationOf(own));
      };
      return new RoundTrainer({ ...work, build }, trials, { ...options, rungs: () => [], onResult }).train();
    });
    await Promise.all(trainings);
  }

  /** On each set of other folds. Their tables have as many rows as the search's, so that kernels are the same. */
  private makeWorks(): StudyWork[] {
    const { resampling, epochs, seed: studySeed } = this.settings;
    return Array.from({ length: this.sets }, (_, set) => {
      const seed = drawWord(studySeed, 'confirm', set);
      const study = studyTable(this.rows, resampling, epochs, seed);
      const batchLimits = new BatchLimits(this.work.engine, study.table);
      return { ...this.work, study, seed, batchLimits, judgedAt: 'last' };
    });
  }
}

/** What a trial reached on all sets, from what it reached on each; NaN where a run diverged. */
function confirmationOf(sets: readonly TrialResult[]): Confirmation {
  const means = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [first] = sets as readonly [TrialResult, ...TrialResult[]];
  const isWhole = sets.every(({ state }) => state === 'complete');
  const names = isWhole ? Object.keys(first.metrics).filter((name) => !costs.includes(name)) : [];
  return {
    values: first.values.map((_, i) => means(sets.map(({ values }) => values[i] as number))),
    runs: isWhole ? Float64Array.from(sets.flatMap(({ runs }) => Array.from(runs))) : new Float64Array(),
    metrics: Object.fromEntries(
      names.map((name) => [name, means(sets.map(({ metrics }) => metrics[name] as number))]),
    ),
  };
}
