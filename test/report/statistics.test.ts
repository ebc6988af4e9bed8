import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareRuns } from '../../src/report/comparison.ts';
import { duration, number, percent, valueText, withSpread } from '../../src/report/numbers.ts';
import { paretoFront } from '../../src/report/pareto-front.ts';

describe('comparison of trials', () => {
  const first = [0.81, 0.79, 0.8, 0.83, 0.78];

  it('is the corrected resampled t-test', () => {
    // scipy 1.17.1: d = numpy.array([.02, .05, .03, .04, .06]); d.std(ddof=1) * (1/5 + 1/4) ** .5 is 0.010606602;
    // 2 * scipy.stats.t.sf(0.04 / 0.010606602, 4) is 0.0195: clear at 5 %.
    const second = [0.83, 0.84, 0.83, 0.87, 0.84];
    const { difference, error, isClear } = compareRuns(first, second, 5);
    expect(difference).toBeCloseTo(0.04, 12);
    expect(error).toBeCloseTo(0.010606602, 8);
    expect(isClear).toBe(true);
  });

  it('finds noise where the folds disagree', () => {
    // The same with d = [.02, -.01, .05, .01, -.03]: p is 0.71.
    const second = [0.83, 0.78, 0.85, 0.84, 0.75];
    expect(compareRuns(first, second, 5).isClear).toBe(false);
  });

  it('turns over at the quantile of Student with four degrees of freedom', () => {
    // scipy.stats.t.ppf(.975, 4) is 2.7764: differences of mean m and standard error 0.0106066.
    const offsets = [-0.02, 0.01, -0.01, 0, 0.02];
    const shifted = (mean: number) => first.map((value, run) => value + mean + (offsets[run] as number));
    expect(compareRuns(first, shifted(0.02944), 5).isClear).toBe(false);
    expect(compareRuns(first, shifted(0.02946), 5).isClear).toBe(true);
  });

  it('says nothing on a single run', () => {
    expect(compareRuns([1], [2], 1).isClear).toBeUndefined();
  });
});

describe('the Pareto front', () => {
  it('is what no row dominates', () => {
    const rows = fc.array(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 3, maxLength: 3 }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(rows, (costs) => {
        const dominated = (a: number[]) =>
          costs.some(
            (b) =>
              b.every((cost, i) => cost <= (a[i] as number)) && b.some((cost, i) => cost < (a[i] as number)),
          );
        expect(paretoFront(costs)).toEqual([...costs.keys()].filter((i) => !dominated(costs[i] as number[])));
      }),
    );
  });
});

describe('numbers for people', () => {
  it.each([
    [0, '0'],
    [2000, '2,000'],
    [0.07123456, '0.07123'],
    [0.5, '0.5'],
    [-3.25, '−3.25'],
    [12345.678, '12,346'],
    [0.00031622, '3.162e−4'],
    [1e-5, '1e−5'],
    [25_000_000, '2.5e7'],
    [Number.NaN, 'none'],
    [Infinity, '∞'],
  ])('%s is %s', (value, text) => {
    expect(number(value)).toBe(text);
  });

  it.each([
    [0.07123, 0.0113, '0.071 ± 0.011'],
    [0.9, 0, '0.9'],
    [1234.2, 99.7, '1234 ± 100'],
    [3, 1e-9, '3 ± 1e−9'],
  ])('%s with spread %s is %s', (value, spread, text) => {
    expect(withSpread(value, spread).replaceAll('\u00a0', ' ')).toBe(text);
  });

  it.each([
    [0.4, '0 ms'],
    [12_345, '12.3 s'],
    [200_000, '3 min 20 s'],
    [59_990, '1 min 0 s'],
    [7_500_000, '2 h 5 min'],
  ])('%s ms is %s', (milliseconds, text) => {
    expect(duration(milliseconds)).toBe(text);
  });

  it('rounds shares so that none looks like nothing', () => {
    expect([0, 0.004, 0.0996, 0.5].map(percent).map((text) => text.replace('\u00a0', ''))).toEqual([
      '0%',
      '0.4%',
      '10%',
      '50%',
    ]);
  });

  it('writes lists as networks are written', () => {
    expect([[64, 32], [], true, null, 'relu', undefined].map((value) => valueText(value))).toEqual([
      '64-32',
      'none',
      'yes',
      'none',
      'relu',
      'off',
    ]);
  });
});
