import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestTrials, bySearch, namedSpreads, paretoFront, scoreOf, spreads } from '../../src/study/best.ts';
import type { Objective, StudyData, TrialResult } from '../../src/study/records.ts';
import { result, settings, trial } from './store/sample.ts';

function study(objectives: readonly Objective[], results: readonly (TrialResult | undefined)[]): StudyData {
  const trials = results.map((one, index) => trial(index, { state: one?.state ?? 'waiting' }));
  return { settings: { ...settings, objectives }, trials, results, spans: [] };
}

const loss = { metric: 'val_loss', direction: 'minimize' } as const;
const f1 = { metric: 'f1', direction: 'maximize' } as const;
const withValues = (index: number, ...values: number[]) =>
  result(index, { values: Float64Array.from(values) });
const indices = (data: StudyData) => bestTrials(data).map(({ index }) => index);

describe('the best trials', () => {
  it('are the complete ones in order, equal ones by their index', () => {
    const results = [
      withValues(0, 3),
      result(1, { values: Float64Array.of(1), state: 'pruned' }),
      withValues(2, 2),
      undefined,
      withValues(4, -Infinity),
      withValues(5, 2),
      result(6, { values: Float64Array.of(NaN), state: 'failed' }),
      withValues(7, NaN),
    ];
    expect(indices(study([loss], results))).toEqual([4, 2, 5, 0]);
    expect(indices(study([f1], results))).toEqual([0, 2, 5, 4]);
    expect(indices(study([loss], [undefined]))).toEqual([]);
  });

  it('are those that were trained again on other folds before all others', () => {
    const again = (index: number, value: number, confirmed: number) => ({
      ...withValues(index, value),
      confirmation: { values: Float64Array.of(confirmed), runs: Float64Array.of(confirmed), metrics: {} },
    });
    const results = [withValues(0, 1), again(1, 2, 7), again(2, 3, 6), again(3, 0.5, NaN), withValues(4, 0)];
    // One that diverged when it was trained again comes last.
    expect(indices(study([loss], results))).toEqual([2, 1, 4, 0, 3]);
    expect(scoreOf(results[3] as TrialResult)).toBe(results[3]);
    expect(bySearch(results, [loss]).map(({ index }) => index)).toEqual([4, 3, 0, 1, 2]);
    const named = {
      objectives: { val_loss: { mean: 6, runs: 1 } },
      search: { val_loss: { mean: 3, runs: 2 } },
    };
    expect(namedSpreads(results[2] as TrialResult, [loss])).toMatchObject(named);
    expect(namedSpreads(results[0] as TrialResult, [loss])).not.toHaveProperty('search');
  });

  it('are the Pareto front of several objectives, by the first', () => {
    const results = [
      withValues(0, 0.5, 0.9),
      withValues(1, 0.1, 0.2),
      withValues(2, 0.3, 0.2),
      withValues(3, 0.1, 0.3),
      withValues(4, 0.5, 0.9),
      withValues(5, 0.6, 0.89),
      withValues(6, 0.5, 0.8),
    ];
    expect(indices(study([loss, f1], results))).toEqual([3, 0, 4]);
  });

  it('have a front that agrees with its definition', () => {
    const dominates = (a: readonly number[], b: readonly number[]) =>
      a.every((cost, i) => cost <= (b[i] as number)) && a.some((cost, i) => cost < (b[i] as number));
    const points = fc.array(fc.tuple(...[1, 2, 3].map(() => fc.integer({ min: 0, max: 4 }))), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(points, (costs) => {
        const results = costs.map((cost, i) => withValues(i, ...cost));
        const expected = costs.flatMap((cost, i) =>
          costs.some((other) => dominates(other, cost)) ? [] : [i],
        );
        const found = indices(study([loss, loss, loss], results));
        expect([...found].sort((a, b) => a - b)).toEqual(expected);
      }),
    );
    expect(paretoFront([], () => [])).toEqual([]);
  });
});

describe('the spread over the runs', () => {
  it('is the standard deviation of a sample', () => {
    // Runs x objectives. numpy: np.std([1, 2, 4], ddof=1) = 1.5275252316519468, np.std([5, 5, 5], ddof=1) = 0
    const runs = Float64Array.of(1, 5, 2, 5, 4, 5);
    const one = result(0, { values: Float64Array.of(7 / 3, 5), runs });
    const [first, second] = spreads(one);
    expect(first).toMatchObject({ mean: 7 / 3, runs: 3 });
    expect(first?.standardDeviation).toBeCloseTo(1.5275252316519468, 14);
    expect(second).toEqual({ mean: 5, standardDeviation: 0, runs: 3 });
  });

  it('is unknown for a single run', () => {
    expect(spreads(result(0, { runs: Float64Array.of(1) }))[0]).toMatchObject({
      standardDeviation: NaN,
      runs: 1,
    });
  });
});
