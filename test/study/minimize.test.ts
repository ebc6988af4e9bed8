import { describe, expect, it } from 'vitest';
import { real, spaceOf } from '../../bench/test-spaces.ts';
import { minimize } from '../../src/study/minimize.ts';
import type { Pruner, RungValues } from '../../src/study/pruner.ts';
import type { Observations, Sampler } from '../../src/study/sampler.ts';

const space = spaceOf([real('x', 0, 10)]);

/** Suggests the places 0.0, 0.1, 0.2, ... up to 0.7, and keeps what it is told. */
function steps(): Sampler & { readonly told: Observations[] } {
  const told: Observations[] = [];
  return {
    name: 'steps',
    told,
    create: () => ({
      tell: (results) => void told.push(results),
      ask: (first, count) =>
        Float64Array.from({ length: Math.min(count, 8 - first) }, (_, i) => (first + i) / 10),
    }),
  };
}

describe('minimize', () => {
  it('asks, evaluates and tells round by round', async () => {
    const sampler = steps();
    const { best, trials } = await minimize(async ({ x }) => (Number(x) - 3) ** 2, space, sampler, {
      trials: 5,
      batch: 2,
    });
    expect(sampler.told.map(({ count }) => count)).toEqual([2, 2, 1]);
    expect(trials.map(({ index, values: [value] }) => [index, value])).toEqual([
      [0, 9],
      [1, 4],
      [2, 1],
      [3, 0],
      [4, 1],
    ]);
    expect(best).toBe(trials[3]);
  });

  it('ends where the sampler has no more points', async () => {
    const { trials } = await minimize(({ x }) => Number(x), space, steps(), { trials: 50, batch: 3 });
    expect(trials.length).toBe(8);
  });

  it('has no best trial where all failed', async () => {
    const { best } = await minimize(() => Number.NaN, space, steps(), { trials: 3 });
    expect(best).toBeUndefined();
  });

  it('prunes by what is reported, and tells value and share of the rung', async () => {
    const rungs: RungValues[] = [];
    const pruner: Pruner = {
      name: 'limit',
      create: () => ({
        tell: (trials) => void rungs.push(...trials),
        rungs: () => [
          { epoch: 2, limit: 5 },
          { epoch: 4, limit: 2 },
        ],
      }),
    };
    const sampler = steps();
    const seen: number[] = [];
    const { best, trials } = await minimize(
      ({ x }, trial) => {
        for (let epoch = 1; epoch <= 8; epoch++) {
          if (!trial.report(epoch, Number(x) * 3)) {
            seen.push(epoch);
            return -1;
          }
        }
        return 10;
      },
      space,
      sampler,
      { trials: 3, batch: 3, pruner, epochs: 8 },
    );
    expect(seen).toEqual([4, 2]);
    expect(trials.map(({ values, share }) => [values[0], share])).toEqual([
      [10, 1],
      [3, 0.5],
      [6, 0.25],
    ]);
    expect(rungs).toEqual([
      { index: 0, values: [0, 0] },
      { index: 1, values: [3, 3] },
      { index: 2, values: [6] },
    ]);
    expect(sampler.told[0]?.shares).toEqual(Float64Array.of(1, 0.5, 0.25));
    expect(best?.index).toBe(0);
  });

  it('refuses what it cannot do', async () => {
    const run = (options: object) => minimize(() => 1, space, steps(), options as { trials: number });
    await expect(run({ trials: 0 })).rejects.toThrow('trials must be a whole number of at least 1, got 0');
    await expect(run({ trials: 1, objectives: 2 })).rejects.toThrow(
      'as many values as there are objectives (2), got 1',
    );
    await expect(run({ trials: 1, pruner: {} })).rejects.toThrow('epochs must be given with a pruner');
    await expect(run({ trials: 1, batches: 2 })).rejects.toThrow('did you mean batch?');
  });
});
