import { oneOf, wholeNumber } from '../../core/check.ts';
import { UsageError } from '../../core/errors.ts';
import type { Coalitions } from './coalitions.ts';
import { allCoalitions, exactShares } from './exact.ts';
import { orderPairs, prefixCoalitions, prefixCount, sampledShares } from './sampled.ts';
import type { ColumnShares } from './shares.ts';

const shapMethods = ['auto', 'exact', 'sampling'] as const;
export type ShapMethod = (typeof shapMethods)[number];

interface GameOptions {
  readonly method?: ShapMethod;
  readonly pairs?: number;
}

const mostExactColumns = 10;
/** Beyond this many, the coalitions do not fit into memory. */
const mostColumnsAtAll = 20;

/** Which coalitions are computed, and what follows from their values. */
export interface Game {
  readonly coalitions: Coalitions;
  /** Place of the coalition of all columns; that of none is the first. */
  readonly all: number;
  readonly shares: (value: (place: number) => number) => ColumnShares;
}

/** Whether the default method takes all coalitions of so many columns. */
export function isExactByDefault(columns: number): boolean {
  return columns <= mostExactColumns;
}

/** How many coalitions the default method takes. */
export function coalitionCount(columns: number, pairs: number): number {
  return isExactByDefault(columns) ? 2 ** columns : prefixCount(columns, 2 * pairs);
}

/** @throws UsageError for an unknown method, or more columns than all coalitions can be computed of */
export function gameOf(columns: number, seed: number, { method = 'auto', pairs = 10 }: GameOptions): Game {
  oneOf('method', method, shapMethods);
  wholeNumber('pairs', pairs, 2);
  if (method === 'exact' || (method === 'auto' && isExactByDefault(columns))) {
    if (columns > mostColumnsAtAll) {
      throw new UsageError(
        `method must be sampling for ${columns} columns (exact takes up to ${mostColumnsAtAll}), got exact`,
      );
    }
    const coalitions = allCoalitions(columns);
    return { coalitions, all: coalitions.count - 1, shares: (value) => exactShares(columns, value) };
  }
  const orders = orderPairs(columns, pairs, seed);
  return { coalitions: prefixCoalitions(orders), all: 1, shares: (value) => sampledShares(orders, value) };
}
