import { normalCdf } from '../../../core/normal.ts';
import { binOf } from '../places.ts';

/**
 * How many times as wide a dimension of few values must be sampled, so that at least a share `margin` of the points take
 * the nearest other value. Without it the distribution becomes narrower than a value's interval and never leaves it.
 * A simpler form of Hamano et al., "CMA-ES with margin: lower-bounding marginal probability for mixed-integer black-box
 * optimization", 2022, which holds both neighbours by moving the mean too.
 *
 * @param edges ends of the intervals of the values, from 0 to 1
 */
export function marginFactor(edges: Float64Array, mean: number, deviation: number, margin: number): number {
  const bin = binOf(edges, mean);
  const below = bin > 0 ? mean - (edges[bin] as number) : Infinity;
  const above = bin < edges.length - 2 ? (edges[bin + 1] as number) - mean : Infinity;
  const nearest = Math.max(0, Math.min(below, above));
  if (nearest === Infinity) return 1;
  return Math.max(1, nearest / (upperQuantile(Math.min(margin, 0.25)) * deviation));
}

/** The place that a standard normal number exceeds with a probability below a half. */
function upperQuantile(probability: number): number {
  let low = 0;
  let high = 40;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (normalCdf(-middle) > probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
