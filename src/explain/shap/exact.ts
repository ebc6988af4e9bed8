import type { Coalitions } from './coalitions.ts';
import type { ColumnShares } from './shares.ts';

/** All subsets of the columns: set s has column c where bit c of s is 1. */
export function allCoalitions(columns: number): Coalitions {
  const count = 2 ** columns;
  const members = new Uint8Array(count * columns);
  for (let set = 0; set < count; set++) {
    for (let column = 0; column < columns; column++) members[set * columns + column] = (set >> column) & 1;
  }
  return { count, members };
}

/**
 * Shapley values by their definition: the mean over all orders of what a column adds to those before it, which is a sum
 * over the sets S without it, weighted with |S|! (n - |S| - 1)! / n!.
 *
 * @param value of set s
 */
export function exactShares(columns: number, value: (set: number) => number): ColumnShares {
  const weights = orderShares(columns);
  const sizes = Uint8Array.from({ length: 2 ** columns }, (_, set) => bitCount(set));
  const values = Array.from({ length: columns }, (_, column) => {
    const bit = 1 << column;
    let sum = 0;
    for (let set = 0; set < 2 ** columns; set++) {
      if (set & bit) continue;
      sum += (weights[sizes[set] as number] as number) * (value(set | bit) - value(set));
    }
    return sum;
  });
  return { values, standardErrors: values.map(() => 0) };
}

/** s! (n - s - 1)! / n! for each size s: 1 / (n * (n - 1 choose s)). */
function orderShares(columns: number): number[] {
  let choose = 1;
  return Array.from({ length: columns }, (_, size) => {
    const share = 1 / (columns * choose);
    choose = (choose * (columns - 1 - size)) / (size + 1);
    return share;
  });
}

function bitCount(set: number): number {
  let count = 0;
  for (let rest = set; rest > 0; rest >>= 1) count += rest & 1;
  return count;
}
