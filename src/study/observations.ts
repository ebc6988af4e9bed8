import type { RungValues } from './pruner.ts';
import type { Objective, StudySettings, TrialRecord, TrialResult } from './records.ts';
import type { Observations } from './sampler.ts';

type Results = readonly (TrialResult | undefined)[];

/** A round's results as samplers take them: all to be made small. */
export function observationsOf(
  trials: readonly TrialRecord[],
  results: Results,
  { objectives, epochs }: Pick<StudySettings, 'objectives' | 'epochs'>,
  dimensions: number,
): Observations {
  const { length: count } = trials;
  const points = new Float64Array(count * dimensions);
  const values = new Float64Array(count * objectives.length);
  const shares = new Float64Array(count).fill(1);
  trials.forEach(({ index, point }, i) => {
    const result = results[index] as TrialResult;
    points.set(point, i * dimensions);
    values.set(smallIsGood(result, objectives), i * objectives.length);
    if (result.state === 'pruned') shares[i] = result.epochs / epochs;
  });
  return { count, points, values, shares };
}

/** A pruned trial has what its last rung was judged by. */
function smallIsGood({ state, values, rungs }: TrialResult, objectives: readonly Objective[]): number[] {
  return objectives.map(({ direction }, k) => {
    if (state === 'pruned') return rungs.at(-1) as number;
    const value = values[k] as number;
    return direction === 'minimize' ? value : -value;
  });
}

/** What the trials of a round had at their rungs. */
export function rungValuesOf(trials: readonly TrialRecord[], results: Results): RungValues[] {
  return trials.map(({ index }) => {
    const { rungs, state } = results[index] as TrialResult;
    return { index, values: rungs, complete: state === 'complete' };
  });
}
