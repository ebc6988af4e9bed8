import { DataError } from '../../core/errors.ts';
import type { Matrix } from '../matrix.ts';
import { type SplitIndices, splitIndices } from '../split.ts';
import { checkFeatures, type MissingPolicy, Preprocessor } from './preprocessor.ts';
import { allRows, type Column, findColumn, placeOf, type Table } from './table.ts';
import { inspectTarget, type Target, type Task, targetValues } from './target.ts';

export interface PrepareOptions {
  /** Name of the target column, or its place counted from 0. */
  readonly target: string | number;
  /** Default: what the target's values suggest. */
  readonly task?: Task | 'auto';
  /** Columns that are no features. */
  readonly exclude?: readonly string[];
  /** Default error. */
  readonly missing?: MissingPolicy;
  /** Share or number of rows for validation. Default 0.2. */
  readonly testSize?: number;
  /** Seed of the split. Default 42. */
  readonly splitSeed?: number;
}

/** How raw rows become features, and outputs become labels: what a trained model needs beside its weights. */
export interface Preprocessing {
  readonly preprocessor: Preprocessor;
  readonly target: Target;
}

/** Features and targets of some rows of a table. */
export interface PreparedRows {
  readonly x: Matrix;
  readonly y: Float64Array;
  readonly rows: number;
}

/** A table made ready to train on. */
export interface PreparedTable extends Preprocessing {
  readonly training: PreparedRows;
  readonly validation: PreparedRows;
  /** Rows left out for missing cells. */
  readonly dropped: number;
}

/**
 * Splits a table (classes in equal shares), learns the preprocessing from the training rows, and applies it to both.
 * @throws DataError naming file, line and column of what cannot be used
 */
export function prepareTable(table: Table, options: PrepareOptions): PreparedTable {
  const column = findTarget(table, options.target);
  const { testSize = 0.2, missing = 'error', exclude = [] } = options;
  for (const name of exclude) findColumn(table, name);
  const features = { missing, exclude: [column.name, ...exclude] };
  checkFeatures(table, features);
  const target = inspectTarget(table, column, options.task);
  checkRows(table, target);
  const values = targetValues(table, column, target, allRows(table));
  checkClasses(table, column, target, values);
  checkShare(table, target, testSize);
  const split = splitRows(values, target, options);
  const preprocessor = Preprocessor.fit(table, split.train, features);
  const part = (rows: Int32Array) => {
    const { x, rows: kept } = preprocessor.transform(table, rows);
    return { x, y: Float64Array.from(kept, (row) => values[row] as number), rows: kept.length };
  };
  const [training, validation] = [part(split.train), part(split.test)];
  if (validation.rows === 0) throw new DataError({ source: table.source }, 'no row is left for validation');
  const dropped = split.train.length + split.test.length - training.rows - validation.rows;
  return { target, preprocessor, training, validation, dropped };
}

/**
 * Which rows of a table are learned from and which are held out; classes in equal shares.
 *
 * @param values of the target, of all rows
 */
export function splitRows(
  values: Float64Array,
  { task }: Target,
  { testSize = 0.2, splitSeed: randomState = 42 }: Pick<PrepareOptions, 'testSize' | 'splitSeed'>,
): SplitIndices {
  const stratify = task === 'regression' ? {} : { stratify: values };
  return splitIndices(values.length, { testSize, randomState, ...stratify });
}

/** A name, or a place where there is no column of that name. */
function findTarget(table: Table, target: string | number) {
  if (typeof target === 'number') return findColumn(table, target);
  const isPlace = /^-?\d+$/.test(target) && !table.columns.some(({ name }) => name === target);
  return findColumn(table, isPlace ? Number(target) : target);
}

function checkRows(table: Table, { task, labels }: Target): void {
  const least = task === 'regression' ? 2 : 2 * labels.length;
  if (table.rows < least) {
    throw new DataError(
      { source: table.source },
      `the table must have at least ${least} rows to split (two of each class), got ${table.rows}`,
    );
  }
}

/** A class of one row cannot be in both parts. */
function checkClasses(table: Table, column: Column, { labels }: Target, values: Float64Array): void {
  const counts = labels.map(() => 0);
  if (labels.length > 0) for (const label of values) counts[label] = (counts[label] ?? 0) + 1;
  const rare = counts.indexOf(1);
  if (rare < 0) return;
  throw new DataError(
    placeOf(table, column, values.indexOf(rare)),
    `every class must have at least two rows, got one of "${labels[rare]}"; leave it out or merge it with another`,
  );
}

/** A share of few rows may be too small for a row of every class. */
function checkShare({ source, rows }: Table, { labels }: Target, testSize: number): void {
  if (!(testSize > 0 && testSize < 1) || Math.ceil(rows * testSize) >= labels.length) return;
  const least = Math.floor((labels.length - 1) / testSize) + 1;
  throw new DataError(
    { source },
    `the table must have at least ${least} rows for each of the ${labels.length} classes to be in a share of ${testSize}, got ${rows}; or choose a larger share`,
  );
}
