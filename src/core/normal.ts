/**
 * The complementary error function, with a relative error below 1.2e-7 everywhere, also far out.
 *
 * Source: the Chebyshev fit of Press et al., "Numerical Recipes in C", 2nd edition, section 6.2 (`erfcc`).
 */
export function erfc(x: number): number {
  const tail = Math.exp(-x * x) * scaledErfc(Math.abs(x));
  return x >= 0 ? tail : 2 - tail;
}

/** erfc(x) * exp(x^2) for x of at least 0, which does not become too small. */
export function scaledErfc(x: number): number {
  const t = 1 / (1 + 0.5 * x);
  return t * Math.exp(chebyshev(t));
}

const coefficients = [
  -1.26551223, 1.00002368, 0.37409196, 0.09678418, -0.18628806, 0.27886807, -1.13520398, 1.48851587,
  -0.82215223, 0.17087277,
];

function chebyshev(t: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * t + coefficient, 0);
}

/** The logarithm of erfc, finite where erfc itself is too small for a double. */
function logErfc(x: number): number {
  if (x < 0) return Math.log(erfc(x));
  return Math.log(scaledErfc(x)) - x * x;
}

/** The probability that a standard normal number is at most `z`. */
export function normalCdf(z: number): number {
  return 0.5 * erfc(-z * Math.SQRT1_2);
}

/** The logarithm of `normalCdf`. */
export function logNormalCdf(z: number): number {
  return logErfc(-z * Math.SQRT1_2) - Math.LN2;
}

/** The logarithm of the probability that a standard normal number lies between `low` and `high`. */
export function logNormalMass(low: number, high: number): number {
  // On the right side the small tails are subtracted, not numbers near 1.
  if (low > 0) return logNormalMass(-high, -low);
  if (high > 0) return Math.log(Math.max(1 - normalCdf(low) - normalCdf(-high), Number.MIN_VALUE));
  const upper = logNormalCdf(high);
  return upper + Math.log1p(-Math.min(Math.exp(logNormalCdf(low) - upper), 1 - Number.EPSILON));
}

/** Where `normalCdf` is `share`, to about seven digits: 1.96 for 0.975. Infinite for 0 and 1. */
export function normalQuantile(share: number): number {
  if (share <= 0 || share >= 1) return share <= 0 ? -Infinity : Infinity;
  // Doubles hold no share that lies further out on the left; on the right side they end at 8.3.
  let [low, high] = [-39, 39];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (normalCdf(middle) < share) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
