/** @param {number} z */
export function gelu(z) {
  return Math.fround(z * Math.fround(0.5 * (1 + erf(Math.fround(z * Math.SQRT1_2)))));
}

/**
 * The error function by Abramowitz and Stegun 7.1.26.
 * @param {number} x
 */
function erf(x) {
  const round = Math.fround;
  const t = round(1 / round(1 + round(0.3275911 * Math.abs(x))));
  const coefficients = [1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592];
  const polynomial = coefficients.reduce((sum, coefficient) => round(t * round(sum + coefficient)), 0);
  const value = round(1 - round(polynomial * round(Math.exp(-x * x))));
  return x >= 0 ? value : -value;
}
