import { describe, expect, it } from 'vitest';
import { mannWhitney } from '../../bench/mann-whitney.ts';
import { samplersTable } from '../../bench/samplers-table.ts';
import { type TestFunction, testFunctions } from '../../bench/test-functions.ts';

describe('mannWhitney', () => {
  const first = [0.3, 1.2, 0.7, 0.9, 0.1, 0.4];

  it("has the p-values of scipy.stats.mannwhitneyu(method='asymptotic')", () => {
    const { smaller, p } = mannWhitney(first, [1.1, 0.8, 1.5, 0.7, 2]);
    expect(smaller).toBeCloseTo(0.8166666666666667, 12);
    expect(p).toBeCloseTo(0.09957553389386736, 6);
    expect(mannWhitney(first, [9, 8, 7, 9, 9.5]).p).toBeCloseTo(0.007969413024121784, 6);
  });

  it('finds no difference where all values are the same', () => {
    expect(mannWhitney([1, 1], [1, 1])).toEqual({ smaller: 0.5, p: 1 });
  });
});

describe('the test functions', () => {
  const named = (name: TestFunction['name']) =>
    testFunctions.find((test) => test.name === name) as TestFunction;
  const row = (values: readonly number[]) => Object.fromEntries(values.map((value, i) => [`x${i}`, value]));

  // Surjanovic and Bingham, "Virtual library of simulation experiments".
  it.each([
    ['branin', { x: Math.PI, y: 2.275 }, 0.397887],
    ['hartmann6', row([0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573]), -3.32237],
    ['rosenbrock10', row(new Array(10).fill(1)), 0],
    [
      'conditional',
      { dropout: 0.2, algorithm: 'network', layers: 2, rate: 10 ** -1.5, solver: 'sgd', momentum: 0.9 },
      0,
    ],
  ] as const)('%s has its minimum where it is published', (name, parameters, minimum) => {
    expect(named(name).evaluate(parameters)).toBeCloseTo(minimum, 5);
    expect(named(name).minimum).toBeCloseTo(minimum, 5);
  });
});

describe('samplersTable', () => {
  it('compares with the same number of trials and of those at once, and calls tiny gaps found', () => {
    const search = { sampler: 'tpe', function: 'branin', trials: 100 } as const;
    const text = samplersTable([
      { ...search, system: 'Shoal', batch: 1, gaps: [1e-9, 1e-8, 1e-7, 1e-9, 0] },
      { ...search, system: 'Shoal', batch: 8, gaps: [3, 4, 5] },
      { ...search, system: 'Optuna', batch: 1, gaps: [1, 2, 3, 4, 5] },
    ]);
    expect(text).toMatch(
      /tpe.*branin.*1.*100.*<1e-6 \(<1e-6 to <1e-6\).*3\.00 \(2\.00 to 4\.00\).*100%.*better/,
    );
    expect(text).not.toMatch(/ 8 .*better|worse|level/);
  });
});
