import type { FeatureTable } from './feature.ts';

/**
 * A regression tree (CART: each split takes away as much of the squared error as one can). A row goes left where its
 * number is below `split`, or where its choice is `split`.
 */
export interface RegressionTree {
  /** The feature that a node asks for, -1 for a leaf. Node 0 is the root. */
  readonly feature: number[];
  readonly split: number[];
  readonly left: number[];
  readonly right: number[];
  /** Weighted mean of the targets in the node. */
  readonly value: number[];
}

interface Split {
  readonly feature: number;
  readonly split: number;
  /** What the sum of squares of means grows by. */
  readonly gain: number;
}

/** Rows in the order of each number feature (and in any order, first): nodes own stretches of all of them. */
type Orders = readonly Int32Array[];

/** Rows sorted by each number feature; sorted once for all trees. */
export function sortedRows({ features, columns, targets }: FeatureTable): Orders {
  const rows = Int32Array.from(targets.keys());
  return [
    rows,
    ...features.map(({ kind }, f) => {
      const column = columns[f] as Float64Array;
      if (kind === 'choice') return new Int32Array(0);
      return rows.slice().sort((a, b) => (column[a] as number) - (column[b] as number) || a - b);
    }),
  ];
}

/**
 * @param weights how often each row counts; rows of weight 0 do not
 * @param minimumLeaf the least weight of a leaf
 */
export function growTree(
  table: FeatureTable,
  sorted: Orders,
  weights: Float64Array,
  minimumLeaf: number,
): RegressionTree {
  const tree: RegressionTree = { feature: [], split: [], left: [], right: [], value: [] };
  const orders = sorted.map((rows) => rows.filter((row) => (weights[row] as number) > 0));
  const spare = new Int32Array(orders[0]?.length ?? 0);
  const grow = (from: number, to: number): number => {
    const node = tree.value.length;
    const rows = (orders[0] as Int32Array).subarray(from, to);
    const { weight, sum } = totals(table, weights, rows);
    tree.value.push(sum / weight);
    tree.feature.push(-1);
    tree.split.push(0);
    tree.left.push(-1);
    tree.right.push(-1);
    const best = bestSplit(table, orders, weights, from, to, minimumLeaf);
    if (!best) return node;
    const middle = partition(table, orders, spare, best, from, to);
    tree.feature[node] = best.feature;
    tree.split[node] = best.split;
    tree.left[node] = grow(from, middle);
    tree.right[node] = grow(middle, to);
    return node;
  };
  if (spare.length > 0) grow(0, spare.length);
  return tree;
}

function totals({ targets }: FeatureTable, weights: Float64Array, rows: Int32Array) {
  let weight = 0;
  let sum = 0;
  let squares = 0;
  for (const row of rows) {
    const w = weights[row] as number;
    const y = targets[row] as number;
    weight += w;
    sum += w * y;
    squares += w * y * y;
  }
  return { weight, sum, squares };
}

/** The best split of a node, the first of equals, so that a parent parameter goes before those it switches on. */
function bestSplit(
  table: FeatureTable,
  orders: Orders,
  weights: Float64Array,
  from: number,
  to: number,
  minimumLeaf: number,
): Split | undefined {
  const rows = (orders[0] as Int32Array).subarray(from, to);
  const { weight, sum, squares } = totals(table, weights, rows);
  // What rounding leaves of the squared error of equal targets.
  const negligible = 1e-12 * squares;
  if (weight < 2 * minimumLeaf || squares - (sum * sum) / weight <= negligible) return undefined;
  const node = { table, weights, weight, sum, minimumLeaf };
  let best: Split | undefined;
  table.features.forEach(({ kind }, feature) => {
    const order = orders[feature + 1] as Int32Array;
    const found =
      kind === 'number'
        ? numberSplit(node, feature, order.subarray(from, to))
        : choiceSplit(node, feature, rows);
    if (found && found.gain > negligible && found.gain > (best?.gain ?? 0) * (1 + 1e-12)) best = found;
  });
  return best;
}

interface Node {
  readonly table: FeatureTable;
  readonly weights: Float64Array;
  readonly weight: number;
  readonly sum: number;
  readonly minimumLeaf: number;
}

/** How much less squared error there is with two means than with one; -1 where a side is too small. */
function gainOf({ weight, sum, minimumLeaf }: Node, leftWeight: number, leftSum: number): number {
  const rightWeight = weight - leftWeight;
  if (leftWeight < minimumLeaf || rightWeight < minimumLeaf) return -1;
  const difference = leftSum / leftWeight - (sum - leftSum) / rightWeight;
  return ((leftWeight * rightWeight) / weight) * difference * difference;
}

function numberSplit(node: Node, feature: number, rows: Int32Array): Split | undefined {
  const column = node.table.columns[feature] as Float64Array;
  let leftWeight = 0;
  let leftSum = 0;
  let gain = 0;
  let at = -1;
  for (let i = 0; i + 1 < rows.length; i++) {
    const row = rows[i] as number;
    const weight = node.weights[row] as number;
    leftWeight += weight;
    leftSum += weight * (node.table.targets[row] as number);
    if (column[row] === column[rows[i + 1] as number]) continue;
    const found = gainOf(node, leftWeight, leftSum);
    if (found > gain) {
      gain = found;
      at = i;
    }
  }
  if (at < 0) return undefined;
  const below = column[rows[at] as number] as number;
  const above = column[rows[at + 1] as number] as number;
  // Switched off is all that lies below 0 (see Feature).
  return { feature, gain, split: below < 0 && above >= 0 ? 0 : between(below, above) };
}

/** The middle of two numbers; the upper one where there is none between them. */
function between(below: number, above: number): number {
  const middle = (below + above) / 2;
  return middle > below ? middle : above;
}

function choiceSplit(node: Node, feature: number, rows: Int32Array): Split | undefined {
  const column = node.table.columns[feature] as Float64Array;
  const weights: number[] = [];
  const sums: number[] = [];
  for (const row of rows) {
    const choice = column[row] as number;
    const weight = node.weights[row] as number;
    weights[choice] = (weights[choice] ?? 0) + weight;
    sums[choice] = (sums[choice] ?? 0) + weight * (node.table.targets[row] as number);
  }
  let best: Split | undefined;
  weights.forEach((weight, split) => {
    const gain = gainOf(node, weight, sums[split] as number);
    if (gain > (best?.gain ?? 0)) best = { feature, split, gain };
  });
  return best;
}

/** Puts the rows that go left first, in all orders; returns where those that go right begin. */
function partition(
  table: FeatureTable,
  orders: Orders,
  spare: Int32Array,
  { feature, split }: Split,
  from: number,
  to: number,
): number {
  const column = table.columns[feature] as Float64Array;
  const isNumber = table.features[feature]?.kind === 'number';
  let middle = from;
  for (const order of orders) {
    if (order.length === 0) continue;
    middle = from;
    let right = 0;
    for (let i = from; i < to; i++) {
      const row = order[i] as number;
      const value = column[row] as number;
      if (isNumber ? value < split : value === split) order[middle++] = row;
      else spare[right++] = row;
    }
    order.set(spare.subarray(0, right), middle);
  }
  return middle;
}
