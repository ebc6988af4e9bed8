/** A function's value and its slope there. */
export interface Slope {
  readonly value: number;
  readonly gradient: Float64Array;
}

/** Steps along a direction that are tried, each half as long as the one before. */
const mostHalvings = 20;

/**
 * Finds a local minimum of a smooth function of few numbers.
 *
 * Source: Nocedal and Wright, "Numerical Optimization", algorithm 6.1 (BFGS), with Armijo's rule for the steps.
 */
export function minimizeSmooth(
  slopeAt: (x: Float64Array) => Slope,
  start: Float64Array,
  iterations: number,
): { readonly x: Float64Array; readonly value: number } {
  let x = start;
  let here = slopeAt(x);
  let inverse = identity(x.length);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const direction = x.map((_, i) => -rowDot(inverse, i, here.gradient));
    const next = lineSearch(slopeAt, x, here, direction);
    if (!next) break;
    const change = next.x.map((value, i) => value - (x[i] as number));
    const turn = next.slope.gradient.map((value, i) => value - (here.gradient[i] as number));
    if (dot(change, turn) > 1e-12) inverse = updated(inverse, change, turn);
    const gain = here.value - next.slope.value;
    x = next.x;
    here = next.slope;
    if (gain < 1e-6) break;
  }
  return { x, value: here.value };
}

function lineSearch(
  slopeAt: (x: Float64Array) => Slope,
  x: Float64Array,
  here: Slope,
  direction: Float64Array,
) {
  const descent = dot(direction, here.gradient);
  if (!(descent < 0)) return undefined;
  // No number changes by more than 2 in a step: these are logarithms.
  let step = Math.min(1, 2 / Math.max(...direction.map(Math.abs)));
  for (let halving = 0; halving < mostHalvings; halving++) {
    const candidate = x.map((value, i) => value + step * (direction[i] as number));
    const slope = slopeAt(candidate);
    if (slope.value <= here.value + 1e-4 * step * descent) return { x: candidate, slope };
    step /= 2;
  }
  return undefined;
}

/** The inverse of the matrix of second derivatives after a step, from how the gradient turned along it. */
function updated(inverse: Float64Array, change: Float64Array, turn: Float64Array): Float64Array {
  const size = change.length;
  const scale = 1 / dot(change, turn);
  const turned = change.map((_, i) => rowDot(inverse, i, turn));
  const factor = scale * (1 + scale * dot(turn, turned));
  return inverse.map((value, place) => {
    const i = Math.floor(place / size);
    const j = place % size;
    const [si, sj] = [change[i] as number, change[j] as number];
    return value + factor * si * sj - scale * ((turned[i] as number) * sj + si * (turned[j] as number));
  });
}

function identity(size: number): Float64Array {
  return Float64Array.from({ length: size * size }, (_, place) => (place % (size + 1) === 0 ? 1 : 0));
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] as number), 0);
}

function rowDot(matrix: Float64Array, row: number, vector: Float64Array): number {
  return vector.reduce((sum, value, j) => sum + value * (matrix[row * vector.length + j] as number), 0);
}
