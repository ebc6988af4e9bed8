import { bestTrials, metricsOf, type NamedSpreads, namedSpreads } from '../study/best.ts';
import type { StudyData, TrialResult, TrialState } from '../study/records.ts';
import type { Parameters, ParameterValue } from '../study/space-types.ts';
import type { StudyLimits, StudyProgress } from '../study/store/run-table.ts';
import { StudyStore } from '../study/store/study-store.ts';
import type { StudyWriter } from '../study/store/writer.ts';

/** A study as it was at the moment of reading. */
export interface ReadStudy {
  readonly file: string;
  readonly data: StudyData;
  readonly limits: StudyLimits;
  readonly progress: StudyProgress;
  /** Who is writing it now. */
  readonly writer: StudyWriter | undefined;
}

/** Reads a study, also while another process writes it, and does something with it while it is open. */
export function withStudy<T>(file: string, work: (study: ReadStudy) => T): T {
  const store = StudyStore.open(file, { readOnly: true });
  try {
    const { limits, progress, writer } = store;
    return work({ file, data: store.load(), limits, progress, writer });
  } finally {
    store.close();
  }
}

/** `running`: a process is writing it; `over`: it has reached its end; `stopped`: it can be resumed. */
export type StudyState = 'running' | 'over' | 'stopped';

/** What one line says about a study. */
export interface StudySummary {
  readonly name: string;
  readonly file: string;
  readonly state: StudyState;
  /** Why it is over. */
  readonly ended?: string;
  readonly trials: TrialCounts;
  readonly limits: StudyLimits;
  readonly elapsedMs: number;
  readonly created: string;
  readonly changed: string;
  readonly writer?: StudyWriter;
  /** The best trials: one, or with several objectives the Pareto front. */
  readonly best: readonly TrialSummary[];
}

export type TrialCounts = Readonly<Record<TrialState | 'planned', number>>;

/** A trial's configuration and how good it is. */
export interface TrialSummary extends NamedSpreads {
  readonly trial: number;
  readonly round: number;
  readonly parameters: Parameters;
  readonly metrics: Readonly<Record<string, number>>;
  readonly epochs: number;
  readonly weights: number;
}

export function summaryOf({ file, data, limits, progress, writer }: ReadStudy): StudySummary {
  const { ended, ...times } = progress;
  return {
    name: data.settings.name,
    file,
    state: writer ? 'running' : ended === undefined ? 'stopped' : 'over',
    ...(ended === undefined ? {} : { ended }),
    trials: countsOf(data),
    limits,
    ...times,
    ...(writer && { writer }),
    best: bestOf(data),
  };
}

/** @param count at most so many; by default the best one, or with several objectives the whole Pareto front */
export function bestOf(data: StudyData, count = defaultCount(data)): TrialSummary[] {
  return bestTrials(data)
    .slice(0, count)
    .map((result) => trialSummary(data, result));
}

function defaultCount({ settings }: StudyData): number {
  return settings.objectives.length === 1 ? 1 : Infinity;
}

function trialSummary({ settings, trials }: StudyData, result: TrialResult): TrialSummary {
  const { index, epochs, weights } = result;
  return {
    trial: index,
    round: trials[index]?.round ?? 0,
    parameters: trials[index]?.parameters ?? {},
    ...namedSpreads(result, settings.objectives),
    metrics: metricsOf(result),
    epochs,
    weights,
  };
}

function countsOf({ trials }: StudyData): TrialCounts {
  const counts = { planned: trials.length, waiting: 0, complete: 0, pruned: 0, failed: 0 };
  for (const { state } of trials) counts[state]++;
  return counts;
}

/** Names of parameters in the order in which trials have them first. */
export function parameterNames(trials: Iterable<{ readonly parameters: Parameters }>): string[] {
  const names = new Set<string>();
  for (const { parameters } of trials) for (const name of Object.keys(parameters)) names.add(name);
  return [...names];
}

/** Settings as paths and values, such as `sampler.name` and `random`. */
export function flattened(settings: object, path = ''): Map<string, ParameterValue> {
  const flat = new Map<string, ParameterValue>();
  for (const [name, value] of Object.entries(settings)) {
    const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value);
    const inner = isGroup ? flattened(value, `${path}${name}.`) : [[`${path}${name}`, value] as const];
    for (const [key, one] of inner) flat.set(key, one);
  }
  return flat;
}
