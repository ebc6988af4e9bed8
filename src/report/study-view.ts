import { median, rollup } from 'd3-array';
import { bestTrials, scoreOf } from '../study/best.ts';
import type { Objective, StudyData, StudySettings, TrialRecord, TrialResult } from '../study/records.ts';
import { brief } from './numbers.ts';
import { paretoFront } from './pareto-front.ts';

/** A trial that has ended. */
export interface EndedTrial {
  readonly record: TrialRecord;
  readonly result: TrialResult;
}

/** A study as the sections of a report look at it. */
export interface StudyView {
  readonly settings: StudySettings;
  readonly objectives: readonly [Objective, ...Objective[]];
  /** All that have ended, by index. */
  readonly ended: readonly EndedTrial[];
  /**
   * Complete trials whose objectives are all finite, the best first, as `bestTrials` has them; with several objectives,
   * the front first.
   */
  readonly ranked: readonly EndedTrial[];
  /** How many of `ranked`, from the first, are on the Pareto front: 1 with one objective. */
  readonly frontSize: number;
  readonly counts: {
    readonly complete: number;
    readonly pruned: number;
    readonly failed: number;
    readonly waiting: number;
  };
  /** Median of the first objective over the complete trials; NaN without any. */
  readonly medianValue: number;
  /** Milliseconds that the study has taken. */
  readonly elapsedMs: number;
}

/** Sorts and counts what a study has found. */
export function viewStudy(data: StudyData): StudyView {
  const ended = data.trials.flatMap((record) => {
    const result = data.results[record.index];
    return result ? [{ record, result }] : [];
  });
  const objectives = briefObjectives(data.settings);
  const complete = ended.filter(
    ({ result }) =>
      result.state === 'complete' && objectives.every((_, i) => Number.isFinite(result.values[i])),
  );
  const { ranked, frontSize } = rank(complete, objectives);
  const states = rollup(
    ended,
    (group) => group.length,
    ({ result }) => result.state,
  );
  const countOf = (state: TrialResult['state']) => states.get(state) ?? 0;
  return {
    settings: data.settings,
    objectives,
    ended,
    ranked,
    frontSize,
    counts: {
      complete: countOf('complete'),
      pruned: countOf('pruned'),
      failed: countOf('failed'),
      waiting: data.trials.length - ended.length,
    },
    medianValue: median(complete, (trial) => objectiveOf(trial)) ?? Number.NaN,
    elapsedMs: [...ended.map(({ result }) => result.endedMs), ...data.spans.map(({ endMs }) => endMs)].reduce(
      (latest, end) => Math.max(latest, end),
      0,
    ),
  };
}

function briefObjectives({ objectives }: StudySettings): [Objective, ...Objective[]] {
  // In their short form: names are for sentences here, values go by the place.
  const [first, ...others] = objectives.map(({ metric, direction }) => ({
    metric: brief(metric),
    direction,
  }));
  return [first ?? { metric: 'objective', direction: 'minimize' }, ...others];
}

function rank(complete: readonly EndedTrial[], objectives: StudyView['objectives']) {
  const [first] = objectives;
  if (objectives.length === 1) {
    const trialOf = new Map(complete.map((trial) => [trial.result, trial]));
    const best = bestTrials({ settings: { objectives }, results: [...trialOf.keys()] });
    const ranked = best.map((result) => trialOf.get(result) as EndedTrial);
    return { ranked, frontSize: Math.min(1, ranked.length) };
  }
  const costs = complete.map((trial) => ({ trial, cost: costOf(trial, first) }));
  costs.sort((a, b) => a.cost - b.cost || a.trial.record.index - b.trial.record.index);
  const sorted = costs.map(({ trial }) => trial);
  const rows = sorted.map((trial) => objectives.map((objective, i) => costOf(trial, objective, i)));
  const front = new Set(paretoFront(rows));
  const onFront = sorted.filter((_, i) => front.has(i));
  return { ranked: [...onFront, ...sorted.filter((_, i) => !front.has(i))], frontSize: onFront.length };
}

/** A trial's value of an objective in the search, of the first unless another is asked for. */
export function objectiveOf({ result }: EndedTrial, objective = 0): number {
  return result.values[objective] ?? Number.NaN;
}

/** What counts of it: the value with which it was confirmed, where it was. */
export function confirmedOf({ result }: EndedTrial, objective = 0): number {
  return scoreOf(result).values[objective] ?? Number.NaN;
}

/** What trials have of an objective. */
export function objectivesOf(trials: readonly EndedTrial[], objective = 0): number[] {
  return trials.map((trial) => objectiveOf(trial, objective));
}

/** A trial's value of an objective, to be made small. */
export function costOf(trial: EndedTrial, { direction }: Objective, index = 0): number {
  const value = objectiveOf(trial, index);
  return direction === 'minimize' ? value : -value;
}

/** What an objective was in each of the runs that count of a trial. */
export function runsOf({ result }: EndedTrial, objectives: number, objective = 0): number[] {
  const { runs } = scoreOf(result);
  return Array.from(
    { length: Math.floor(runs.length / objectives) },
    (_, run) => runs[run * objectives + objective] as number,
  );
}
