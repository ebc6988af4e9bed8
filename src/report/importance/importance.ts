import { deviation, mean } from 'd3-array';
import type { Boxes, Sides } from './boxes.ts';
import { interactionVariance, mainVariance, pairMarginal, totalVariance } from './fanova.ts';

/** A share of the forest's variance, from 0 to 1. */
export interface Share {
  /** Mean over the trees. */
  readonly mean: number;
  /** Standard deviation over the trees. */
  readonly spread: number;
}

/** What a feature explains alone, in the features' order; trees without any variance are left out. */
export function mainShares(forest: readonly Boxes[], features: number): Share[] {
  return Array.from({ length: features }, (_, f) => shareOf(forest, (boxes) => mainVariance(boxes, f)));
}

/** What two features explain together beyond what each explains alone. */
export function interactionShare(forest: readonly Boxes[], f: number, g: number): Share {
  return shareOf(forest, (boxes) => interactionVariance(boxes, f, g));
}

function shareOf(forest: readonly Boxes[], varianceOf: (boxes: Boxes) => number): Share {
  const shares = forest.flatMap((boxes) => {
    // A tree of one leaf has the variance of rounding errors.
    return boxes.values.length > 1 ? [varianceOf(boxes) / totalVariance(boxes)] : [];
  });
  return { mean: mean(shares) ?? 0, spread: deviation(shares) ?? 0 };
}

/**
 * What the forest expects at places of two features, over all values of the others: places of `f` x places of `g`,
 * row-major.
 */
export function expectedAt(
  forest: readonly Boxes[],
  [f, g]: readonly [number, number],
  [rows, columns]: readonly [readonly number[], readonly number[]],
): Float64Array {
  const expected = new Float64Array(rows.length * columns.length);
  for (const boxes of forest) {
    const means = pairMarginal(boxes, f, g);
    const width = (boxes.sides[g] as Sides).widths.length;
    const rowSegments = rows.map((place) => segmentAt(boxes.sides[f] as Sides, place));
    const columnSegments = columns.map((place) => segmentAt(boxes.sides[g] as Sides, place));
    rowSegments.forEach((row, i) => {
      columnSegments.forEach((column, j) => {
        const at = i * columns.length + j;
        expected[at] = (expected[at] as number) + (means[row * width + column] as number) / forest.length;
      });
    });
  }
  return expected;
}

function segmentAt({ starts }: Sides, place: number): number {
  let segment = starts.length - 1;
  while (segment > 0 && (starts[segment] as number) > place) segment--;
  return segment;
}
