import { describe, expect, it } from 'vitest';
import { real } from '../../../bench/test-spaces.ts';
import { Cholesky } from '../../../src/study/samplers/gp/cholesky.ts';
import { logExpectedImprovement } from '../../../src/study/samplers/gp/expected-improvement.ts';
import { Likelihood } from '../../../src/study/samplers/gp/fit-hyperparameters.ts';
import { GaussianProcess } from '../../../src/study/samplers/gp/gaussian-process.ts';
import { modelledValues } from '../../../src/study/samplers/gp/values.ts';

const dimensions = [real('a', 0, 1), real('b', 0, 1)];
const points = [
  [0.1, 0.2],
  [0.4, 0.9],
  [0.8, 0.3],
  [0.6, 0.6],
  [0.2, 0.7],
].map((point) => Float64Array.from(point));
const values = Float64Array.of(0.5, -1.2, 0.9, 0.3, -0.5);

describe('Cholesky', () => {
  const matrix = [
    [4, 2, 0.6],
    [2, 5, 1.2],
    [0.6, 1.2, 3],
  ];
  const factor = Cholesky.of(3, (row, column) => matrix[row]?.[column] as number);

  it('solves, inverts and has the determinant as numpy.linalg', () => {
    const solution = factor.solveUpper(factor.solveLower([1, 2, 3]));
    const expected = [0.027700831024930733, 0.1662049861495845, 0.9279778393351801];
    for (const [i, value] of expected.entries()) expect(solution[i]).toBeCloseTo(value, 14);
    expect(factor.logDeterminant()).toBeCloseTo(3.7686144221327895, 14);
    expect(factor.inverse()[1]).toBeCloseTo(-0.12188365650969529, 14);
    expect(factor.inverse()[8]).toBeCloseTo(0.3693444136657433, 14);
  });

  it('is not a number where the matrix is not positive definite', () => {
    const singular = Cholesky.of(2, (row, column) => (row === column ? 1 : 2));
    expect(singular.logDeterminant()).toBeNaN();
  });
});

describe('GaussianProcess', () => {
  // By numpy: k = Matern 5/2 with lengths (0.4, 0.7), K = k(X, X) + 0.01 I, at (0.5, 0.5).
  const hyperparameters = { lengths: Float64Array.of(0.4, 0.7), noise: 0.01 };
  const process = new GaussianProcess(dimensions, hyperparameters, points, values, 6);

  it('predicts what the formulas in numpy do', () => {
    const { mean, deviation } = process.predict(Float64Array.of(0.5, 0.5));
    expect(mean).toBeCloseTo(0.2191085311348635, 12);
    expect(deviation).toBeCloseTo(0.30177600311735336, 12);
  });

  it('has learned a value that was added', () => {
    const point = Float64Array.of(0.5, 0.5);
    process.add(point, 2);
    expect(process.predict(point).mean).toBeGreaterThan(1.5);
    expect(process.predict(point).deviation).toBeLessThan(0.1);
  });
});

describe('Likelihood', () => {
  const likelihood = new Likelihood(dimensions, points, values);
  const logs = Float64Array.of(Math.log(0.4), Math.log(0.7), Math.log(0.01 - 1e-6));

  it('is the marginal likelihood by numpy, and the priors', () => {
    // Mean and variance of the logarithms: -0.5 and 1 of lengths, -8 and 4 of the noise.
    const priors =
      (Math.log(0.4) + 0.5) ** 2 / 2 + (Math.log(0.7) + 0.5) ** 2 / 2 + ((logs[2] as number) + 8) ** 2 / 8;
    expect(likelihood.slope(logs).value - priors).toBeCloseTo(1.0532259900792083, 12);
  });

  it('has the derivatives that differences have', () => {
    const { gradient } = likelihood.slope(logs);
    for (const i of logs.keys()) {
      const at = (step: number) => likelihood.slope(logs.with(i, (logs[i] as number) + step)).value;
      // The error of a central difference is about step^2, and rounding by 1e-16 / step.
      expect(gradient[i]).toBeCloseTo((at(1e-5) - at(-1e-5)) / 2e-5, 7);
    }
  });
});

describe('logExpectedImprovement', () => {
  it('has the values of mpmath with 50 digits, far out too', () => {
    const known = [
      [-200, -20011.515648259738],
      [-30, -457.724653760598],
      [-5, -16.74430116266099],
      [-0.5, -1.6205162643873199],
      [0, -0.9189385332046728],
      [1, 0.08002621884930694],
      [6, 1.7917594692541146],
    ] as const;
    for (const [z, expected] of known) {
      // Far out the fit's 1.2e-7 is divided by 1 / z^2, of which the logarithm is taken.
      const tolerance = z <= -30 ? 2e-4 : 1e-5;
      const value = logExpectedImprovement({ mean: -z, deviation: 1 }, 0);
      expect(Math.abs(value - expected)).toBeLessThan(tolerance);
    }
    expect(logExpectedImprovement({ mean: 1, deviation: 2 }, 1)).toBeCloseTo(Math.log(2) - 0.9189385332, 6);
  });
});

describe('modelledValues', () => {
  it('are standardised, keep their order, and put failed and pruned trials behind', () => {
    const raw = Float64Array.of(1, 1000, 3, Number.NaN, 0, 2);
    const modelled = modelledValues(raw, Float64Array.of(1, 1, 1, 1, 0.2, 1));
    const at = (i: number) => modelled[i] as number;
    expect(modelled.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 12);
    expect(modelled.reduce((sum, value) => sum + value * value, 0) / 6).toBeCloseTo(1, 12);
    expect(at(0)).toBeLessThan(at(5));
    expect(at(5)).toBeLessThan(at(1));
    expect(at(3)).toBe(at(1));
    // The pruned one has the least value, but counts as the median of the complete ones.
    expect(at(4)).toBe(at(2));
  });
});
