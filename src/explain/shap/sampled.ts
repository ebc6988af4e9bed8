import { meanOf, varianceOf } from '../interval.ts';
import { randomOrder } from '../random-order.ts';
import type { Coalitions } from './coalitions.ts';
import type { ColumnShares } from './shares.ts';

/** Random orders of the columns, each read from both ends. */
export interface OrderPairs {
  readonly columns: number;
  readonly orders: readonly Int32Array[];
}

export function orderPairs(columns: number, pairs: number, seed: number): OrderPairs {
  const orders = Array.from({ length: pairs }, (_, i) => randomOrder(columns, seed, 'columnOrders', i));
  return { columns, orders: orders.flatMap((order) => [order, order.toReversed()]) };
}

/** The proper beginnings of each order, after the empty set and the set of all columns. */
export function prefixCoalitions({ columns, orders }: OrderPairs): Coalitions {
  const count = prefixCount(columns, orders.length);
  const members = new Uint8Array(count * columns);
  members.fill(1, columns, 2 * columns);
  orders.forEach((order, i) => {
    for (let length = 1; length < columns; length++) {
      const start = prefixPlace(columns, i, length) * columns;
      for (let place = 0; place < length; place++) members[start + (order[place] as number)] = 1;
    }
  });
  return { count, members };
}

/** How many sets the beginnings of some orders are. */
export function prefixCount(columns: number, orders: number): number {
  return 2 + orders * (columns - 1);
}

/** Where the first `length` columns of an order are among the coalitions. */
function prefixPlace(columns: number, order: number, length: number): number {
  if (length === 0) return 0;
  return length === columns ? 1 : 2 + order * (columns - 1) + length - 1;
}

/**
 * Shapley values from sampled orders: the mean of what each column adds to those before it. An order and its reverse
 * are one draw (antithetic sampling; Mitchell, Cooper, Frank and Holmes, "Sampling Permutations for Shapley Value
 * Estimation", 2022): exact where columns interact in pairs at most. What an order gives sums to the difference between
 * all and none, so the mean does too.
 *
 * @param value of a coalition, by its place among `prefixCoalitions`
 */
export function sampledShares(
  { columns, orders }: OrderPairs,
  value: (place: number) => number,
): ColumnShares {
  const draws = Array.from({ length: columns }, () => new Array<number>(orders.length / 2).fill(0));
  orders.forEach((order, i) => {
    order.forEach((column, place) => {
      const added = value(prefixPlace(columns, i, place + 1)) - value(prefixPlace(columns, i, place));
      const own = draws[column] as number[];
      own[i >> 1] = (own[i >> 1] as number) + added / 2;
    });
  });
  return {
    values: draws.map(meanOf),
    standardErrors: draws.map((own) => Math.sqrt(varianceOf(own, 1) / own.length)),
  };
}
