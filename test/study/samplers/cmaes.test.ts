import { describe, expect, it } from 'vitest';
import { choice, integer, real, spaceOf } from '../../../bench/test-spaces.ts';
import { normalCdf } from '../../../src/core/normal.ts';
import { minimize } from '../../../src/study/minimize.ts';
import { cmaes } from '../../../src/study/samplers/cmaes/cmaes.ts';
import { symmetricEigen } from '../../../src/study/samplers/cmaes/eigen.ts';
import { marginFactor } from '../../../src/study/samplers/cmaes/margin.ts';
import { SearchDistribution } from '../../../src/study/samplers/cmaes/search-distribution.ts';
import { strategyFor } from '../../../src/study/samplers/cmaes/strategy.ts';

describe('strategyFor', () => {
  it('has the weights and rates of CMA(mean=np.full(6, .5), sigma=1/6, population_size=9) in cmaes 0.13.1', () => {
    const strategy = strategyFor(6, 9);
    const weights = [
      0.4937383774843409, 0.2810968324806433, 0.15670950255807004, 0.06845528747694568, 0,
      -0.23110816440549842, -0.42650733323224577, -0.5957697922778267, -0.745069862150622,
    ];
    for (const [i, weight] of weights.entries()) expect(strategy.weights[i]).toBeCloseTo(weight, 14);
    expect(strategy.mass).toBeCloseTo(2.8406104297170534, 14);
    expect(strategy.sigmaRate).toBeCloseTo(0.3497396631671549, 14);
    expect(strategy.sigmaDamping).toBeCloseTo(1.349739663167155, 14);
    expect(strategy.pathRate).toBeCloseTo(0.40864968827481546, 14);
    expect(strategy.rankOneRate).toBeCloseTo(0.03563118207139872, 14);
    expect(strategy.rankMuRate).toBeCloseTo(0.0356863119967521, 14);
  });
});

describe('SearchDistribution', () => {
  // cmaes 0.13.1: CMA(mean=[.5, .4, .6, .5], sigma=1/6, population_size=8), five times told of
  // x = mean + 2 sigma ((k sqrt([2, 3, 5, 7])) % 1 - 0.5) for k = 1, 2, ... and sum([1, 10, 100, 1000] (x - 0.3)^2).
  it('is where the Python package cmaes is after five generations of the same points', () => {
    const distribution = new SearchDistribution(Float64Array.of(0.5, 0.4, 0.6, 0.5), 1 / 6);
    const roots = [2, 3, 5, 7].map(Math.sqrt);
    let k = 0;
    for (let generation = 0; generation < 5; generation++) {
      const points = Array.from({ length: 8 }, () => {
        k++;
        return distribution.mean.map(
          (center, i) => center + 2 * distribution.sigma * (((k * (roots[i] as number)) % 1) - 0.5),
        );
      });
      const value = (x: Float64Array) => x.reduce((sum, xi, i) => sum + 10 ** i * (xi - 0.3) ** 2, 0);
      distribution.adapt(points.sort((a, b) => value(a) - value(b)));
    }
    const mean = [0.458230724364491, 0.39495397363563367, 0.3991735629122337, 0.3150808694326083];
    for (const [i, center] of mean.entries()) expect(distribution.mean[i]).toBeCloseTo(center, 12);
    expect(distribution.sigma).toBeCloseTo(0.10908757922221303, 12);
    const covariance = [
      0.7100260055027229, -0.11553029563399501, 0.021995262722022825, 0.18166975252980974,
      -0.11553029563399501, 0.8450005737707094, 0.06942290774271995, 0.06280398276365111,
    ];
    for (const [i, entry] of covariance.entries()) expect(distribution.covariance[i]).toBeCloseTo(entry, 12);
  });
});

describe('symmetricEigen', () => {
  const matrix = Float64Array.of(4, 2, 0.6, 2, 5, 1.2, 0.6, 1.2, 3);
  const { values, vectors } = symmetricEigen(matrix, 3);

  it('has the values of numpy.linalg.eigvalsh', () => {
    const expected = [2.2415196525296546, 2.7624477534278755, 6.996032594042473];
    for (const [i, value] of values.toSorted().entries())
      expect(value).toBeCloseTo(expected[i] as number, 12);
  });

  it('puts the matrix together again', () => {
    const entry = (i: number, j: number) =>
      [0, 1, 2].reduce(
        (sum, k) =>
          sum + (vectors[i * 3 + k] as number) * (values[k] as number) * (vectors[j * 3 + k] as number),
        0,
      );
    for (const [place, value] of matrix.entries()) {
      expect(entry(Math.floor(place / 3), place % 3)).toBeCloseTo(value, 12);
    }
  });
});

describe('the margin', () => {
  const edges = Float64Array.of(0, 0.25, 0.5, 0.75, 1);

  it('gives the nearest other value the share that it must have, and widens nothing that has it', () => {
    const factor = marginFactor(edges, 0.4, 0.001, 0.05);
    // The nearest edge is 0.1 away from the mean.
    expect(normalCdf(-0.1 / (0.001 * factor))).toBeCloseTo(0.05, 6);
    expect(marginFactor(edges, 0.4, 0.2, 0.05)).toBe(1);
  });

  it('lets parameters of two values change that matter only in the end', async () => {
    const switches = ['a', 'b', 'c', 'd'];
    const numbers = ['x', 'y', 'z'];
    const space = spaceOf([
      ...numbers.map((name) => real(name, 0, 1)),
      ...switches.map((name) => integer(name, 1, 2)),
    ]);
    // Without the margin half of these searches end with a wrong switch.
    for (const seed of [0, 1, 2, 3, 4, 5, 6, 7]) {
      const { best } = await minimize(
        (parameters) =>
          numbers.reduce((sum, name) => sum + (Number(parameters[name]) - 0.3) ** 2, 0) -
          0.01 * switches.reduce((sum, name) => sum + Number(parameters[name]), 0),
        space,
        cmaes({ restarts: false }),
        { trials: 300, seed },
      );
      expect(best?.parameters).toMatchObject({ a: 2, b: 2, c: 2, d: 2 });
    }
  });
});

describe('cmaes', () => {
  it('searches whole numbers alone', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const { best } = await minimize(
      (parameters) => names.reduce((sum, name, i) => sum + (Number(parameters[name]) - 20 - 10 * i) ** 2, 0),
      spaceOf(names.map((name) => integer(name, 1, 60))),
      cmaes(),
      { trials: 300, seed: 4 },
    );
    // One of 13 million points.
    expect(best?.parameters).toEqual({ a: 20, b: 30, c: 40, d: 50 });
  });

  it('refuses a space without an ordered parameter that is always switched on', () => {
    const choices = spaceOf([choice('kind', ['a', 'b', 'c'])]);
    expect(() => cmaes().create(choices, 1, 0)).toThrow(
      'must have a number that is always switched on, got a space without one; use the sampler tpe',
    );
  });

  it('begins anew after it has converged, and finds another minimum', async () => {
    // The narrow minimum at 0.9 is deeper than the wide one at 0.4, where every search ends first.
    const wells = (x: number) => Math.min((x - 0.4) ** 2, 20 * (x - 0.9) ** 2 - 0.05);
    const search = (restarts: boolean) =>
      minimize(({ x }) => wells(Number(x)), spaceOf([real('x', 0, 1)]), cmaes({ restarts, sigma: 0.05 }), {
        trials: 3000,
        seed: 2,
      });
    expect((await search(false)).best?.values[0]).toBeCloseTo(0, 6);
    expect((await search(true)).best?.values[0]).toBeCloseTo(-0.05, 3);
  });
});
