import { scaledErfc } from '../../../core/normal.ts';
import type { Prediction } from './gaussian-process.ts';

/**
 * The logarithm of the expected improvement on the least value so far; it tells points apart also where the improvement
 * itself is too small for a double.
 *
 * Source: Ament et al., "Unexpected improvements to expected improvement for Bayesian optimization", 2023.
 */
export function logExpectedImprovement({ mean, deviation }: Prediction, least: number): number {
  return Math.log(deviation) + logUnitImprovement((least - mean) / deviation);
}

/** log(density(z) + z * probability(z)) of the standard normal distribution. */
function logUnitImprovement(z: number): number {
  const logDensity = -0.5 * (z * z + Math.log(2 * Math.PI));
  // Far out the two terms cancel each other to the second order.
  if (z < -100) return logDensity - 2 * Math.log(-z);
  const tail = Math.sqrt(Math.PI / 2) * scaledErfc(Math.abs(z) * Math.SQRT1_2);
  if (z < 0) return logDensity + Math.log(Math.max(1 + z * tail, Number.EPSILON));
  const density = Math.exp(logDensity);
  return Math.log(density + z * (1 - density * tail));
}
