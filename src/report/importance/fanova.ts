import type { Boxes, Sides } from './boxes.ts';

/*
 * Functional analysis of variance of a tree (Hutter, Hoos, Leyton-Brown, "An Efficient Approach for Assessing
 * Hyperparameter Importance", ICML 2014): a tree is constant on boxes, so that its means over all but some features,
 * and the variances of these, are sums over the boxes without any sampling.
 */

/** The mean of the function over all features but `f`, on each segment of `f`. */
export function marginal({ values, volumes, sides }: Boxes, f: number): Float64Array {
  const { widths, runs, shares } = sides[f] as Sides;
  // Each box adds its part where a run begins and takes it away where the run ends; then all is summed from the left.
  const means = new Float64Array(widths.length + 1);
  runs.forEach((ends, box) => {
    const part = partOf(values, volumes, box, shares[box] as number);
    for (let i = 0; i < ends.length; i += 2) {
      means[ends[i] as number] = (means[ends[i] as number] as number) + part;
      means[ends[i + 1] as number] = (means[ends[i + 1] as number] as number) - part;
    }
  });
  for (let i = 1; i < means.length; i++) means[i] = (means[i] as number) + (means[i - 1] as number);
  return means.subarray(0, widths.length);
}

/** The mean of the function over all features but `f` and `g`: segments of `f` x segments of `g`, row-major. */
export function pairMarginal({ values, volumes, sides }: Boxes, f: number, g: number): Float64Array {
  const rows = sides[f] as Sides;
  const columns = sides[g] as Sides;
  const width = columns.widths.length + 1;
  const sums = new Float64Array((rows.widths.length + 1) * width);
  const add = (row: number, column: number, part: number) => {
    sums[row * width + column] = (sums[row * width + column] as number) + part;
  };
  values.forEach((_, box) => {
    const share = (rows.shares[box] as number) * (columns.shares[box] as number);
    const part = partOf(values, volumes, box, share);
    // Runs are pairs of ends: those at odd places take away again.
    (rows.runs[box] as readonly number[]).forEach((row, i) => {
      (columns.runs[box] as readonly number[]).forEach((column, j) => {
        add(row, column, (i + j) % 2 === 0 ? part : -part);
      });
    });
  });
  return cumulated(sums, width);
}

/** What a box adds to the mean where it is: its value times the probability of its other sides. */
function partOf(values: Float64Array, volumes: Float64Array, box: number, share: number): number {
  return share > 0 ? ((values[box] as number) * (volumes[box] as number)) / share : 0;
}

/** Sums of differences in both directions, without the last row and column. */
function cumulated(sums: Float64Array, width: number): Float64Array {
  const height = sums.length / width;
  const result = new Float64Array((height - 1) * (width - 1));
  const above = new Float64Array(width);
  for (let row = 0; row + 1 < height; row++) {
    let left = 0;
    for (let column = 0; column + 1 < width; column++) {
      left += sums[row * width + column] as number;
      above[column] = (above[column] as number) + left;
      result[row * (width - 1) + column] = above[column] as number;
    }
  }
  return result;
}

/** Mean and variance of values of some probabilities. */
export function moments(
  values: ArrayLike<number>,
  weights: ArrayLike<number>,
): { mean: number; variance: number } {
  let mean = 0;
  for (let i = 0; i < weights.length; i++) mean += (weights[i] as number) * (values[i] as number);
  let variance = 0;
  for (let i = 0; i < weights.length; i++) {
    const deviation = (values[i] as number) - mean;
    variance += (weights[i] as number) * deviation * deviation;
  }
  return { mean, variance };
}

/** The variance of the function. */
export function totalVariance({ values, volumes }: Boxes): number {
  return moments(values, volumes).variance;
}

/** The variance that one feature explains alone. */
export function mainVariance(boxes: Boxes, f: number): number {
  return moments(marginal(boxes, f), (boxes.sides[f] as Sides).widths).variance;
}

/** The variance that two features explain together and neither explains alone. */
export function interactionVariance(boxes: Boxes, f: number, g: number): number {
  const { widths: rows } = boxes.sides[f] as Sides;
  const { widths: columns } = boxes.sides[g] as Sides;
  const weights = Float64Array.from(
    { length: rows.length * columns.length },
    (_, i) => (rows[Math.floor(i / columns.length)] as number) * (columns[i % columns.length] as number),
  );
  const both = moments(pairMarginal(boxes, f, g), weights).variance;
  // Not negative but for rounding.
  return Math.max(0, both - mainVariance(boxes, f) - mainVariance(boxes, g));
}
