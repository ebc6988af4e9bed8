import { describe, expect, it } from 'vitest';
import { erfc, logNormalCdf, logNormalMass, normalCdf } from '../../src/core/normal.ts';

/** Of the fit in Numerical Recipes: 1.2e-7, and a little for a difference of two. */
const relative = 3e-7;

function expectNear(value: number, expected: number): void {
  expect(Math.abs(value - expected)).toBeLessThan(relative * Math.max(1, Math.abs(expected)));
}

describe('the normal distribution', () => {
  it('has the values of scipy.special.erfc', () => {
    const known = [
      [-2, 1.9953222650189528],
      [-0.3, 1.3286267594591274],
      [0.5, 0.4795001221869535],
      [2, 0.004677734981047266],
      [6, 2.1519736712498913e-17],
    ] as const;
    for (const [x, expected] of known) expect(Math.abs(erfc(x) / expected - 1)).toBeLessThan(relative);
    expect(normalCdf(0)).toBeCloseTo(0.5, 6);
  });

  it('has the values of scipy.special.log_ndtr, far out too', () => {
    const known = [
      [-30, -454.32124395634327],
      [-5, -15.064998393988727],
      [-1, -1.8410216450092634],
      [2, -0.023012909328963476],
    ] as const;
    for (const [z, expected] of known) expectNear(logNormalCdf(z), expected);
  });

  it('has masses of intervals as mpmath with 50 digits', () => {
    const known = [
      [-1, 1, -0.38171514630212605],
      [-3, 0.5, -0.37090055956203255],
      [4, 5, -10.369193541521652],
      [-20, -19, -184.36612867239018],
      [8, 30, -35.01343715991455],
    ] as const;
    for (const [low, high, expected] of known) expectNear(logNormalMass(low, high), expected);
    // A narrow interval is a difference of nearly equal numbers: 1e-7 / 4e-5 is what is left of the accuracy.
    expect(logNormalMass(0.1, 0.1001)).toBeCloseTo(-10.13428390684346, 2);
  });
});
