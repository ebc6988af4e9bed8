import type { Confirmation, Objective, StudySettings, TrialResult } from './records.ts';

/** A quantity over the runs (folds and repeats) of a trial. */
export interface Spread {
  readonly mean: number;
  /** Of a sample: divided by one less than the runs; NaN for a single run. */
  readonly standardDeviation: number;
  readonly runs: number;
}

type Results = readonly (TrialResult | undefined)[];
/** What a trial reached: in the search, or when it was trained again. */
export type Score = Pick<Confirmation, 'values' | 'runs' | 'metrics'>;

/**
 * Complete trials from the best on; pruned and failed ones do not count, since they were not trained to their end.
 *
 * With one objective they are all there. First come those that were confirmed, by what they reached on other folds; then
 * those that were not, and at last those that diverged there, by what they reached in the search; equal ones by their
 * index. With several objectives only the Pareto front is there: trials that no other surpasses in one objective without
 * falling behind in another; by the first objective.
 */
export function bestTrials({
  settings: { objectives },
  results,
}: {
  readonly settings: Pick<StudySettings, 'objectives'>;
  readonly results: Results;
}): TrialResult[] {
  if (objectives.length > 1) {
    const all = sorted(results, objectives, ({ values }) => values);
    return paretoFront(all, ({ costs }) => costs).map(({ result }) => result);
  }
  const ranks = [0, 1, 2].flatMap((rank) =>
    sorted(results, objectives, (result) => (rankOf(result) === rank ? scoreOf(result).values : undefined)),
  );
  return ranks.map(({ result }) => result);
}

/** 0: confirmed, 1: not trained again, 2: diverged when it was trained again. */
export function rankOf({ confirmation }: TrialResult): 0 | 1 | 2 {
  if (!confirmation) return 1;
  return confirmation.values.some(Number.isNaN) ? 2 : 0;
}

/** Complete trials by what they reached in the search. */
export function bySearch(results: Results, objectives: readonly Objective[]): TrialResult[] {
  return sorted(results, objectives, ({ values }) => values).map(({ result }) => result);
}

/** Complete trials that have values, none of them NaN, by these values. */
function sorted(
  results: Results,
  objectives: readonly Objective[],
  valuesOf: (result: TrialResult) => Float64Array | undefined,
) {
  return results
    .flatMap((result) => {
      const values = result?.state === 'complete' && valuesOf(result);
      return values && !values.some(Number.isNaN) ? [{ result, costs: costsOf(values, objectives) }] : [];
    })
    .sort((a, b) => compareCosts(a.costs, b.costs) || a.result.index - b.result.index);
}

/** What counts of a trial: what it reached on other folds where it was confirmed, else what it reached in the search. */
export function scoreOf(result: TrialResult): Score {
  return result.confirmation && rankOf(result) === 0 ? result.confirmation : result;
}

/** The metrics of what counts of a trial, and what its training in the search cost. */
export function metricsOf(result: TrialResult): Score['metrics'] {
  return { ...result.metrics, ...scoreOf(result).metrics };
}

/** Spreads by the objectives' metrics, and where a trial was confirmed those of the search too. */
export interface NamedSpreads {
  /** Of what counts of the trial. */
  readonly objectives: Readonly<Record<string, Spread>>;
  /** Of a confirmed trial: what it reached in the search. */
  readonly search?: Readonly<Record<string, Spread>>;
}

export function namedSpreads(result: TrialResult, objectives: readonly Objective[]): NamedSpreads {
  const named = (score: Score) => {
    const own = spreads(score);
    return Object.fromEntries(objectives.map(({ metric }, i) => [metric, own[i] as Spread]));
  };
  return {
    objectives: named(scoreOf(result)),
    ...(rankOf(result) === 0 && { search: named(result) }),
  };
}

/** Mean and standard deviation of each objective over a trial's runs. */
export function spreads({ values, runs }: Score): Spread[] {
  return Array.from(values, (mean, objective) => {
    const own = Array.from(runs).filter((_, i) => i % values.length === objective);
    return { mean, standardDeviation: standardDeviation(own), runs: own.length };
  });
}

/**
 * The items that no other dominates: one that is at most as dear in every objective and less dear in one. Equal items
 * do not dominate each other.
 *
 * @param sorted by their costs, the first cost first, so that an item is dominated by earlier ones at most
 * @param costsOf what is to be made small
 */
export function paretoFront<T>(sorted: readonly T[], costsOf: (item: T) => readonly number[]): T[] {
  const front: T[] = [];
  for (const item of sorted) {
    const costs = costsOf(item);
    if (!front.some((other) => dominates(costsOf(other), costs))) front.push(item);
  }
  return front;
}

/** All to be made small. */
function costsOf(values: Float64Array, objectives: readonly Objective[]): number[] {
  return objectives.map(({ direction }, i) => {
    const value = values[i] as number;
    return direction === 'minimize' ? value : -value;
  });
}

/** By the first cost in which two differ. */
function compareCosts(a: readonly number[], b: readonly number[]): number {
  const first = a.findIndex((cost, i) => cost !== b[i]);
  if (first < 0) return 0;
  // Not their difference: two infinities have none.
  return (a[first] as number) < (b[first] as number) ? -1 : 1;
}

function dominates(a: readonly number[], b: readonly number[]): boolean {
  return a.every((cost, i) => cost <= (b[i] as number)) && a.some((cost, i) => cost < (b[i] as number));
}

function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return values.length < 2 ? NaN : Math.sqrt(squares / (values.length - 1));
}
