import { describe, expect, it } from 'vitest';
import { quartiles } from '../../../bench/statistics.ts';
import { type TestFunction, testFunctions } from '../../../bench/test-functions.ts';
import { minimize } from '../../../src/study/minimize.ts';
import type { Sampler } from '../../../src/study/sampler.ts';
import { cmaes } from '../../../src/study/samplers/cmaes/cmaes.ts';
import { gp } from '../../../src/study/samplers/gp/gp.ts';
import { tpe } from '../../../src/study/samplers/tpe/tpe.ts';

const seeds = [0, 1, 2, 3, 4];

/** The median over the seeds of how far the best value is above the minimum. */
async function medianGap(name: TestFunction['name'], sampler: Sampler, trials: number, batch = 1) {
  const test = testFunctions.find((candidate) => candidate.name === name) as TestFunction;
  const gaps: number[] = [];
  // Gaussian processes are slow, and differ less.
  for (const seed of sampler.name === 'gp' ? seeds.slice(0, 3) : seeds) {
    const options = { trials, batch, seed };
    const { best } = await minimize((parameters) => test.evaluate(parameters), test.space, sampler, options);
    gaps.push((best?.values[0] ?? Number.NaN) - test.minimum);
  }
  return quartiles(gaps).median;
}

// Limits are about twice the medians of 20 seeds in docs/samplers.md; random search is 5 to 1000 times as far away.
describe('how near the samplers come', () => {
  it.each([
    ['branin', tpe(), 100, 1, 0.03],
    ['hartmann6', tpe(), 150, 1, 0.2],
    ['rosenbrock10', tpe(), 200, 1, 600],
    ['conditional', tpe(), 200, 1, 0.02],
    ['hartmann6', tpe(), 200, 8, 0.3],
    ['branin', cmaes(), 200, 1, 1e-3],
    ['hartmann6', cmaes(), 200, 1, 0.12],
    ['rosenbrock10', cmaes(), 400, 1, 150],
    ['hartmann6', cmaes(), 400, 32, 0.2],
    ['branin', gp(), 40, 1, 2e-3],
    ['conditional', gp(), 40, 1, 0.01],
  ] as const)('%s by %j in %i trials, %i at once', async (name, sampler, trials, batch, limit) => {
    expect(await medianGap(name, sampler, trials, batch)).toBeLessThan(limit);
  });
});
