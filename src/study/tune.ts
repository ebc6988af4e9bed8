import { UsageError } from '../core/errors.ts';
import { version } from '../core/version.ts';
import type { Engine } from '../engine/engine.ts';
import type { TrainedModel } from '../train/trained-model.ts';
import { bestTrials } from './best.ts';
import { limitOf, type StudyConfig, searchSettings, studyParts } from './define-study.ts';
import type { StudyData, StudySettings, TrialRecord, TrialResult } from './records.ts';
import { refit } from './refit.ts';
import { runStudy } from './run-study.ts';
import { MemoryStorage, type StudyStorage } from './storage.ts';
import type { StudyEnd, StudyEvent } from './study-events.ts';
import { type StudyRows, studyRows } from './study-table.ts';

/** What `tune` searches and on what; see `StudyConfig` for the rest. */
export interface TuneOptions extends StudyConfig, StudyRows {
  readonly engine: Engine;
  /** Default: the study is kept in memory. In node `StudyStore.create(path, settings)` keeps it in a file. */
  readonly storage?: (settings: StudySettings) => StudyStorage;
  readonly name?: string;
  readonly onEvent?: (event: StudyEvent) => void;
  readonly signal?: AbortSignal;
}

/** A study that has ended. */
export interface TunedStudy {
  readonly reason: StudyEnd;
  readonly data: StudyData;
  /** The best trial of the first objective, or of the Pareto front. */
  readonly best: { readonly trial: TrialRecord; readonly result: TrialResult };
  /** Trains the best configuration (or another trial's) on all rows. */
  model(trial?: number): Promise<TrainedModel>;
}

/**
 * Searches for the best configuration: trains many at once, each on several folds.
 *
 * ```ts
 * const study = await tune({ engine, x, y, task: 'binary', trials: 500, space: { hidden: choice([[16], [32]]), learningRate: float(1e-4, 0.1, { log: true }) } });
 * console.log(study.best.trial.parameters, scoreOf(study.best.result).metrics);
 * const model = await study.model();
 * ```
 *
 * @throws UsageError for options that break a rule, or when no trial could be trained to its end
 */
export async function tune(options: TuneOptions): Promise<TunedStudy> {
  const { engine, x, y, task, storage: open, name = 'study', onEvent, signal, ...config } = options;
  const rows = { x, y, task };
  const { inputs, classes } = studyRows(rows);
  const facts = { task, features: inputs, classes, rows: y.length };
  const settings = {
    name,
    version,
    engine: engine.description,
    ...searchSettings(config, facts),
  };
  const storage = open?.(settings) ?? new MemoryStorage(settings);
  const { trials, timeMs } = limitOf(config);
  const { build } = config;
  const { reason } = await runStudy({
    engine,
    rows,
    storage,
    ...studyParts(settings, config.constraints),
    ...(build && { build }),
    ...(trials !== undefined && { trials }),
    ...(timeMs !== undefined && { milliseconds: timeMs }),
    ...(onEvent && { onEvent }),
    ...(signal && { signal }),
  });
  const data = storage.load();
  const best = bestOf(data);
  const model = async (index = best.trial.index) => {
    const [trial, result] = [data.trials[index], data.results[index]];
    if (!trial || !result) throw new UsageError(`trial must be one that has ended, got ${index}`);
    return refit({ engine, rows, settings, trial, result, ...(build && { build }) });
  };
  return { reason, data, best, model };
}

/** The best trial of a study. @throws UsageError where none was trained to its end */
export function bestOf(data: StudyData): { trial: TrialRecord; result: TrialResult } {
  const [result] = bestTrials(data);
  if (result) return { trial: data.trials[result.index] as TrialRecord, result };
  const failed = data.results.filter((one) => one?.state === 'failed').length;
  throw new UsageError(
    `the study must have a trial that trained to its end, got none of ${data.trials.length} (${failed} failed); give it more trials or time, or lower the learning rates of its space`,
  );
}
