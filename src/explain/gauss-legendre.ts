/** Places and weights of a rule for integrals from 0 to 1. */
export interface Quadrature {
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/**
 * The rule of Gauss and Legendre, exact for polynomials of up to degree 2n - 1: the nodes are the roots of the Legendre
 * polynomial of degree n, found by Newton's method, moved from [-1, 1] to [0, 1].
 */
export function gaussLegendre(n: number): Quadrature {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < Math.ceil(n / 2); i++) {
    const x = rootNear(n, Math.cos((Math.PI * (i + 0.75)) / (n + 0.5)));
    const { slope } = legendre(n, x);
    // The other half mirrors this one.
    nodes[i] = (1 - x) / 2;
    nodes[n - 1 - i] = (1 + x) / 2;
    weights[i] = 1 / ((1 - x * x) * slope * slope);
    weights[n - 1 - i] = weights[i] as number;
  }
  return { nodes, weights };
}

const mostIterations = 10;

function rootNear(n: number, guess: number): number {
  let x = guess;
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    const { value, slope } = legendre(n, x);
    x -= value / slope;
    if (Math.abs(value / slope) < 1e-15) break;
  }
  return x;
}

/** Value and slope of the Legendre polynomial of degree n, by Bonnet's recursion. */
function legendre(n: number, x: number): { value: number; slope: number } {
  let [before, value] = [1, x];
  for (let degree = 2; degree <= n; degree++) {
    [before, value] = [value, ((2 * degree - 1) * x * value - (degree - 1) * before) / degree];
  }
  return { value, slope: (n * (x * value - before)) / (x * x - 1) };
}
