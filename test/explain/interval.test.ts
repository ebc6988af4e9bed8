import { describe, expect, it } from 'vitest';
import { interval95 } from '../../src/explain/interval.ts';

describe('a confidence interval', () => {
  // 97.5 % quantiles of Student's t as published tables have them.
  it.each([
    [1, 12.706],
    [2, 4.303],
    [3, 3.182],
    [4, 2.776],
    [9, 2.262],
    [19, 2.093],
    [100, 1.984],
  ])('with %i degrees of freedom is ± %f standard errors', (degreesOfFreedom, critical) => {
    const [low, high] = interval95(5, [{ standardError: 1, degreesOfFreedom }]);
    // The expansion errs most, by 0.2 %, with the fewest degrees of freedom.
    expect(Math.abs((high - low) / 2 - critical)).toBeLessThan(0.01);
    expect((high + low) / 2).toBeCloseTo(5, 12);
  });

  it('adds the squares of errors, and their degrees of freedom where they are alike', () => {
    const part = { standardError: 3, degreesOfFreedom: 10 };
    const [low] = interval95(0, [part, { ...part, standardError: 4 }]);
    // Welch and Satterthwaite: 25^2 / (81 / 10 + 256 / 10) = 18.5; t between those of 18 and 19, 2.101 and 2.093.
    expect(-low / 5).toBeGreaterThan(2.093);
    expect(-low / 5).toBeLessThan(2.101);
  });

  it('is a point without errors', () => {
    expect(interval95(2, [{ standardError: 0, degreesOfFreedom: 3 }])).toEqual([2, 2]);
  });
});
