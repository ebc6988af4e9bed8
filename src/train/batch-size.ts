import { UsageError } from '../core/errors.ts';
import type { Capacity, Engine, RowSet, TrialSettings } from '../engine/engine.ts';
import type { RowWindow } from '../engine/whole.ts';
import { windowSets } from './row-table.ts';
import { shapeKey } from './same-shape.ts';

/** Rows of a mini-batch where nothing is said, as in Keras. */
export const defaultBatchSize = 32;
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

/** The largest mini-batch that the rows and the device allow; the same networks are asked for once. */
export class BatchLimits {
  private readonly engine: Engine;
  private readonly table: RowSet;
  private readonly known = new Map<string, number>();

  constructor(engine: Engine, table: RowSet) {
    this.engine = engine;
    this.table = table;
  }

  of(trial: TrialSettings, window: RowWindow): number {
    const key = JSON.stringify([shapeKey(trial), window]);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const sets = windowSets(this.table, window);
    const fits = this.engine.capacity({ trials: [trial], ...sets, batchSize: 1, shuffle: true });
    const batchSize = Math.max(1, Math.min(fits.batchSize, sets.training.rows));
    this.known.set(key, batchSize);
    return batchSize;
  }
}
