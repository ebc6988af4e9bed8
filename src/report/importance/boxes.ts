import type { Feature } from './feature.ts';
import type { RegressionTree } from './regression-tree.ts';

/**
 * A tree as the piecewise constant function that it is: disjoint boxes, one a leaf, that fill the space.
 */
export interface Boxes {
  /** The function's value in each box. */
  readonly values: Float64Array;
  /** The probability of each box. */
  readonly volumes: Float64Array;
  readonly sides: readonly Sides[];
}

/**
 * The boxes' sides along one feature: the feature is cut into segments where any box begins or ends, and each box
 * covers some runs of them (several where its choices are not neighbours).
 */
export interface Sides {
  /** Where segments begin, ascending: numbers, or indices of choices. */
  readonly starts: Float64Array;
  /** The probability of each segment. */
  readonly widths: Float64Array;
  /** For each box: first segment and end of each run. */
  readonly runs: readonly (readonly number[])[];
  /** The probability of what each box covers. */
  readonly shares: Float64Array;
}

/** Ends of a leaf's box: [low, high) of a number, or a bit for each choice in `low`. */
interface Corner {
  readonly low: number[];
  readonly high: number[];
}

/** The boxes of a tree's leaves. */
export function boxesOf(tree: RegressionTree, features: readonly Feature[]): Boxes {
  const corners: Corner[] = [];
  const values: number[] = [];
  const visit = (node: number, corner: Corner) => {
    const f = tree.feature[node] as number;
    if (f < 0) {
      corners.push(corner);
      values.push(tree.value[node] as number);
      return;
    }
    const [left, right] = halves(corner, f, tree.split[node] as number, features[f] as Feature);
    visit(tree.left[node] as number, left);
    visit(tree.right[node] as number, right);
  };
  visit(0, {
    low: features.map((feature) =>
      feature.kind === 'number' ? feature.low : 2 ** feature.weights.length - 1,
    ),
    high: features.map(() => 1),
  });
  const sides = features.map((feature, f) =>
    feature.kind === 'number'
      ? numberSides(feature.low, corners, f)
      : choiceSides(feature.weights, corners, f),
  );
  const volumes = Float64Array.from(corners, (_, box) =>
    sides.reduce((volume, { shares }) => volume * (shares[box] as number), 1),
  );
  return { values: Float64Array.from(values), volumes, sides };
}

function halves(corner: Corner, f: number, split: number, { kind }: Feature): [Corner, Corner] {
  const { low, high } = corner;
  if (kind === 'number')
    return [
      { low, high: high.with(f, split) },
      { low: low.with(f, split), high },
    ];
  const choices = low[f] as number;
  const one = 1 << split;
  return [
    { low: low.with(f, one), high },
    { low: low.with(f, choices & ~one), high },
  ];
}

function numberSides(low: number, corners: readonly Corner[], f: number): Sides {
  const ends = new Set([low, 1]);
  for (const corner of corners) ends.add(corner.low[f] as number).add(corner.high[f] as number);
  const cuts = [...ends].sort((a, b) => a - b);
  const place = new Map(cuts.map((cut, i) => [cut, i]));
  const length = 1 - low;
  return {
    starts: Float64Array.from(cuts.slice(0, -1)),
    widths: Float64Array.from(cuts.slice(1), (cut, i) => (cut - (cuts[i] as number)) / length),
    runs: corners.map((corner) =>
      [corner.low[f], corner.high[f]].map((end) => place.get(end as number) as number),
    ),
    shares: Float64Array.from(
      corners,
      (corner) => ((corner.high[f] as number) - (corner.low[f] as number)) / length,
    ),
  };
}

function choiceSides(weights: readonly number[], corners: readonly Corner[], f: number): Sides {
  const has = (corner: Corner, choice: number) => (((corner.low[f] as number) >> choice) & 1) === 1;
  const runsOf = (corner: Corner) =>
    weights.flatMap((_, choice) => {
      const ends: number[] = [];
      if (has(corner, choice) && (choice === 0 || !has(corner, choice - 1))) ends.push(choice);
      if (has(corner, choice) && (choice + 1 === weights.length || !has(corner, choice + 1)))
        ends.push(choice + 1);
      return ends;
    });
  return {
    starts: Float64Array.from(weights.keys()),
    widths: Float64Array.from(weights),
    runs: corners.map(runsOf),
    shares: Float64Array.from(corners, (corner) =>
      weights.reduce((sum, weight, choice) => sum + (has(corner, choice) ? weight : 0), 0),
    ),
  };
}
