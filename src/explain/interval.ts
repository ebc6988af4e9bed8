/** 97.5 % quantile of the normal distribution. */
const normal = 1.959963984540054;

/**
 * 97.5 % quantile of Student's t: exact for 1 and 2 degrees of freedom, from 3 on by the expansion of Cornish and Fisher
 * (Abramowitz and Stegun 26.7.5), which errs by less than 1 %.
 */
function criticalT(degrees: number): number {
  if (degrees < 2) return 12.706204736432095;
  if (degrees < 3) return 4.302652729911275;
  const [x, x2, v] = [normal, normal * normal, degrees];
  const g1 = (x * (x2 + 1)) / 4;
  const g2 = (x * ((5 * x2 + 16) * x2 + 3)) / 96;
  const g3 = (x * (((3 * x2 + 19) * x2 + 17) * x2 - 15)) / 384;
  const g4 = (x * ((((79 * x2 + 776) * x2 + 1482) * x2 - 1920) * x2 - 945)) / 92160;
  return x + g1 / v + g2 / v ** 2 + g3 / v ** 3 + g4 / v ** 4;
}

/** One source of error of an estimate. */
export interface ErrorPart {
  readonly standardError: number;
  readonly degreesOfFreedom: number;
}

/** A 95 % confidence interval around an estimate whose errors add up (degrees of freedom after Welch and Satterthwaite). */
export function interval95(estimate: number, parts: readonly ErrorPart[]): [low: number, high: number] {
  const squares = parts.map(({ standardError }) => standardError ** 2);
  const variance = squares.reduce((sum, square) => sum + square, 0);
  if (variance === 0) return [estimate, estimate];
  const spread = parts.reduce(
    (sum, { standardError, degreesOfFreedom }) => sum + standardError ** 4 / degreesOfFreedom,
    0,
  );
  const half = criticalT(variance ** 2 / spread) * Math.sqrt(variance);
  return [estimate - half, estimate + half];
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Variance of a sample: the sum of squares by the number less `lost` degrees of freedom. */
export function varianceOf(values: readonly number[], lost: number): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - lost);
}
