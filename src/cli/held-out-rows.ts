import { UsageError } from '../core/errors.ts';
import { splitIndices } from '../data/split.ts';
import { findColumn, type Table } from '../data/table/table.ts';
import { targetValues } from '../data/table/target.ts';
import type { DataOrigin, SavedModel } from '../export/saved-model.ts';
import { sha256Of } from './study-files.ts';
import type { PrepareSettings } from './table-options.ts';

/** What a model file says of a table, if it is the one that the model learned from, byte for byte. */
export async function learnedFrom({ origin }: SavedModel, path: string): Promise<DataOrigin | undefined> {
  const { data } = origin;
  return data && path !== '-' && data.sha256 === (await sha256Of(path)) ? data : undefined;
}

/**
 * The rows of a model's own table that it did not learn from: the split is made again.
 * @throws UsageError for another table, or a model without a target
 */
export function heldOutRows(
  { model }: SavedModel,
  table: Table,
  learned: DataOrigin | undefined,
): Int32Array {
  if (!learned || !model.preprocessing) {
    throw new UsageError(
      '--held-out must come with the file that the model learned from; leave it out for new rows',
    );
  }
  const { target } = model.preprocessing;
  const { testSize = 0.2, splitSeed = 42 } = learned.prepare as Partial<PrepareSettings>;
  const all = Int32Array.from({ length: table.rows }, (_, row) => row);
  const stratify =
    target.task === 'regression'
      ? {}
      : { stratify: targetValues(table, findColumn(table, target.name), target, all) };
  return splitIndices(table.rows, { testSize, randomState: splitSeed, ...stratify }).test.toSorted();
}
