import { UsageError } from '../core/errors.ts';
import type { Capacity } from '../engine/engine.ts';

/** The largest batch that `auto` takes where nothing else is said. */
export const defaultMaxBatchSize = 512;

/** A batch size and, in words, where it came from. */
export interface BatchSizeChoice {
  readonly batchSize: number;
  readonly explanation: string;
}

/**
 * The seed experiment's rule: batch_size = min(max_batch_size, f(resources)), where f(resources) is the largest
 * mini-batch whose activations fit the device beside the weights.
 */
export function autoBatchSize(capacity: Capacity, rows: number, maxBatchSize: number): BatchSizeChoice {
  if (capacity.batchSize < 1) {
    throw new UsageError(
      'batchSize auto must fit the device, but not even one row does; make the network smaller',
    );
  }
  const batchSize = Math.min(maxBatchSize, capacity.batchSize, rows);
  const explanation = `batch size ${batchSize} = min(maximum ${maxBatchSize}, fits the device ${capacity.batchSize}, rows ${rows})`;
  return { batchSize, explanation };
}
