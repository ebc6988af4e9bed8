import type { Objective, StudyData, TrialResult } from './records.ts';

/** A quantity over the runs (folds and repeats) of a trial. */
export interface Spread {
  readonly mean: number;
  /** Of a sample: divided by one less than the runs; NaN for a single run. */
  readonly standardDeviation: number;
  readonly runs: number;
}

/**
 * Complete trials from the best on; pruned and failed ones do not count, since they were not trained to their end.
 *
 * With one objective they are all there, by the mean of their runs, equal ones by their index. With several only the
 * Pareto front is there: trials that no other surpasses in one objective without falling behind in another; by the
 * first objective.
 */
export function bestTrials({ settings, results }: StudyData): TrialResult[] {
  const { objectives } = settings;
  const complete = results.filter(
    (result): result is TrialResult =>
      result !== undefined && result.state === 'complete' && !result.values.some(Number.isNaN),
  );
  const sorted = complete
    .map((result) => ({ result, costs: costsOf(result.values, objectives) }))
    .sort((a, b) => compareCosts(a.costs, b.costs) || a.result.index - b.result.index);
  const best = objectives.length === 1 ? sorted : paretoFront(sorted, ({ costs }) => costs);
  return best.map(({ result }) => result);
}

/** Mean and standard deviation of each objective over a trial's runs. */
export function spreads({ values, runs }: TrialResult): Spread[] {
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
