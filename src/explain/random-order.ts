import { threefry } from '../core/threefry.ts';

/**
 * What explanations draw random numbers for: the second word of the key. They begin where those of training and of
 * studies do not reach.
 * `Resampler` has 201 too, which does no harm: an explanation draws no resamples, an evaluation shuffles no rows.
 */
const purposes = { shuffledRows: 201, groupedRows: 202, sampledRows: 203, columnOrders: 204 } as const;
export type OrderPurpose = keyof typeof purposes;

/** A random order of 0 to size - 1 that follows from seed, purpose and index alone (Fisher and Yates's shuffle). */
export function randomOrder(size: number, seed: number, purpose: OrderPurpose, index = 0): Int32Array {
  const order = Int32Array.from({ length: size }, (_, i) => i);
  for (let last = size - 1; last > 0; last--) {
    const [word] = threefry([seed, purposes[purpose]], [index, last]);
    const other = Math.floor((word / 2 ** 32) * (last + 1));
    const moved = order[last] as number;
    order[last] = order[other] as number;
    order[other] = moved;
  }
  return order;
}

/** At most `most` of 0 to size - 1, drawn without replacement, in ascending order. */
export function sampledPlaces(size: number, most: number, seed: number, index = 0): Int32Array {
  const order = randomOrder(size, seed, 'sampledRows', index);
  return order.subarray(0, Math.min(size, most)).sort();
}
