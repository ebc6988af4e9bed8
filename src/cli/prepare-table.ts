import { DataError } from '../core/errors.ts';
import { splitIndices } from '../data/split.ts';
import { type MissingPolicy, Preprocessor } from '../data/table/preprocessor.ts';
import { findColumn, type Table } from '../data/table/table.ts';
import { inspectTarget, type Target, type Task, targetValues } from '../data/table/target.ts';
import type { LabelledRows } from '../train/rows.ts';

export interface PrepareOptions {
  /** Name of the target column, or its place counted from 0. */
  readonly target: string;
  readonly task: Task | 'auto';
  readonly exclude: readonly string[];
  readonly missing: MissingPolicy;
  /** Share or number of rows for validation. */
  readonly testSize: number;
  readonly splitSeed: number;
}

/** A table made ready to train on. */
export interface PreparedTable {
  readonly target: Target;
  readonly preprocessor: Preprocessor;
  readonly training: LabelledRows & { readonly rows: number };
  readonly validation: LabelledRows & { readonly rows: number };
  /** Rows left out for missing cells. */
  readonly dropped: number;
}

/** Splits a table (classes in equal shares), learns the preprocessing from the training rows, and applies it to both. */
export function prepareTable(table: Table, options: PrepareOptions): PreparedTable {
  const column = findTarget(table, options.target);
  const target = inspectTarget(table, column, options.task);
  checkRows(table, target);
  const all = Int32Array.from({ length: table.rows }, (_, row) => row);
  const values = targetValues(table, column, target, all);
  const stratify = target.task === 'regression' ? {} : { stratify: values };
  const { testSize, splitSeed: randomState, missing, exclude } = options;
  const split = splitIndices(table.rows, { testSize, randomState, ...stratify });
  for (const name of exclude) findColumn(table, name);
  const preprocessor = Preprocessor.fit(table, split.train, { missing, exclude: [column.name, ...exclude] });
  const part = (rows: Int32Array) => {
    const { x, rows: kept } = preprocessor.transform(table, rows);
    return { x, y: Float64Array.from(kept, (row) => values[row] as number), rows: kept.length };
  };
  const [training, validation] = [part(split.train), part(split.test)];
  if (validation.rows === 0) throw new DataError({ source: table.source }, 'no row is left for validation');
  const dropped = split.train.length + split.test.length - training.rows - validation.rows;
  return { target, preprocessor, training, validation, dropped };
}

/** A name, or a place where there is no column of that name. */
function findTarget(table: Table, target: string) {
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
