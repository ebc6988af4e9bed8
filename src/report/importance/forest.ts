import { threefry, unitInterval, type WordPair } from '../../core/threefry.ts';
import { type Boxes, boxesOf } from './boxes.ts';
import type { FeatureTable } from './feature.ts';
import { growTree, sortedRows } from './regression-tree.ts';

export interface ForestOptions {
  /** How many trees; 64 by default. */
  readonly trees?: number;
  /** The fewest rows of a leaf; 1 by default. */
  readonly minimumLeaf?: number;
  readonly seed?: number;
}

/** Second word of the key of draws for the trees. */
const bootstrapStream = 0x7265;

/**
 * A random forest for regression (Breiman 2001) as boxes: each tree learns as many rows as there are, drawn with
 * replacement, and may split by any feature. The same seed makes the same forest.
 */
export function growForest(table: FeatureTable, options: ForestOptions = {}): Boxes[] {
  const { trees = 64, minimumLeaf = 1, seed = 0 } = options;
  const sorted = sortedRows(table);
  return Array.from({ length: trees }, (_, tree) => {
    const weights = bootstrapCounts([seed, bootstrapStream], tree, table.targets.length);
    return boxesOf(growTree(table, sorted, weights, minimumLeaf), table.features);
  });
}

function bootstrapCounts(key: WordPair, tree: number, rows: number): Float64Array {
  const counts = new Float64Array(rows);
  for (let draw = 0; draw < rows; draw++) {
    const row = Math.floor(unitInterval(threefry(key, [tree, draw])[0]) * rows);
    counts[row] = (counts[row] as number) + 1;
  }
  return counts;
}
