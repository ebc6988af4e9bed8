import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { ModelFileError, UsageError } from '../core/errors.ts';
import { version } from '../core/version.ts';
import type { Preprocessing } from '../data/table/prepare-table.ts';
import { readModel, writeModel } from '../export/model-file.ts';
import type { DataOrigin, ModelOrigin, SavedModel } from '../export/saved-model.ts';
import type { FitOptions } from '../train/fit.ts';
import { sha256Of } from './study-files.ts';
import type { PrepareSettings } from './table-options.ts';
import { type WriteOptions, writeWhole } from './write-whole.ts';

/** A model that reads the rows of a table. */
export interface TableModel extends SavedModel {
  readonly model: SavedModel['model'] & { readonly preprocessing: Preprocessing };
}

/** Reads the file of a model that works on tables. @throws ModelFileError as `readModelFile`, and for another model */
export async function readTableModel(path: string): Promise<TableModel> {
  const { model, origin } = await readModelFile(path);
  const { preprocessing } = model;
  if (preprocessing) return { model: { ...model, preprocessing }, origin };
  throw new ModelFileError(
    path,
    'the model did not learn from a table, so that it has no names for its inputs',
  );
}

/** Reads a model file. @throws ModelFileError that names the file and what is wrong with it */
export async function readModelFile(path: string): Promise<SavedModel> {
  const bytes = await bytesOf(path, '; shoal train --model, shoal tune and shoal import make one');
  try {
    return readModel(bytes);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new ModelFileError(path, `this is no model file that can be read: ${error.message}`);
  }
}

/**
 * The bytes of a file that holds a model, of whatever kind.
 *
 * @param remedy what the message says where there is no such file
 * @throws ModelFileError for a file that cannot be read
 */
export async function bytesOf(path: string, remedy = ''): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reasons: Readonly<Record<string, string>> = {
      ENOENT: `there is no such file${remedy}`,
      EACCES: 'the file may not be read',
      EISDIR: 'this is a folder; name a file in it',
    };
    throw new ModelFileError(path, reasons[code ?? ''] ?? `the file cannot be read (${code})`);
  }
}

/** Writes a model file. @throws UsageError where it cannot be written, or is there and may not be replaced */
export async function writeModelFile(path: string, saved: SavedModel, options?: WriteOptions): Promise<void> {
  await writeWhole(path, writeModel(saved), options);
}

/** Where a model that this command trained came from. */
export function originOf(origin: Omit<ModelOrigin, 'createdBy'>): ModelOrigin {
  return { createdBy: `shoal ${version}`, ...origin };
}

/** The table that a model learned from; the standard input cannot be hashed again. */
export async function dataOrigin(
  path: string,
  rows: { readonly training: { rows: number }; readonly validation: { rows: number } },
  prepare: PrepareSettings,
): Promise<DataOrigin | undefined> {
  if (path === '-') return undefined;
  return {
    file: basename(path),
    sha256: await sha256Of(path),
    trainingRows: rows.training.rows,
    heldOutRows: rows.validation.rows,
    prepare: { ...prepare },
  };
}

/** How a network was trained, as plain data. */
export function trainingFacts(options: Omit<FitOptions, 'engine' | 'x' | 'y'>): Record<string, unknown> {
  const { optimizer, epochs, batchSize, maxBatchSize, shuffle, seed, classWeight, callbacks = [] } = options;
  const rules = callbacks.map(({ name, rule }) => rule ?? name);
  return { optimizer, epochs, batchSize, maxBatchSize, shuffle, seed, classWeight, callbacks: rules };
}
