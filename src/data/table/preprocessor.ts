import { DataError, UsageError } from '../../core/errors.ts';
import type { Matrix } from '../matrix.ts';
import { StandardScaler, type StandardScalerData } from '../standard-scaler.ts';
import {
  allRows,
  type Column,
  cellText,
  checkColumns,
  findColumn,
  isCategorical,
  placeOf,
  type Table,
} from './table.ts';

/** What to do with missing cells: refuse them, fill them in, or leave their rows out. */
export const missingPolicies = ['error', 'median', 'mean', 'drop'] as const;

export type MissingPolicy = (typeof missingPolicies)[number];

export interface PreprocessorOptions {
  /** Names of the feature columns. Default: all but those excluded. */
  readonly features?: readonly string[];
  /** Columns that are no features, such as the target. */
  readonly exclude?: readonly string[];
  /** Default error. Categories are filled in with the most frequent one. */
  readonly missing?: MissingPolicy;
}

/** What was learned of one column. */
export type FittedColumn =
  | { readonly kind: 'numeric'; readonly name: string; readonly fill: number | null }
  | {
      readonly kind: 'categorical';
      readonly name: string;
      readonly categories: readonly string[];
      readonly fill: string | null;
    };

/** A fitted preprocessor as plain data. */
export interface PreprocessorData {
  readonly schemaVersion: 1;
  readonly missing: MissingPolicy;
  readonly columns: readonly FittedColumn[];
  readonly scaler: StandardScalerData;
}

/**
 * Turns table rows into features: missing cells filled in, categories one-hot, numbers standardised. Everything is
 * learned from the training rows alone, and travels with the trained model.
 */
export class Preprocessor {
  private readonly data: PreprocessorData;
  private readonly scaler: StandardScaler;

  private constructor(data: PreprocessorData) {
    this.data = data;
    this.scaler = StandardScaler.fromJSON(data.scaler);
  }

  /**
   * Learns from the given rows of a table.
   * @throws DataError for a missing cell under the policy `error`, texts or infinity in a numeric column, no features
   */
  static fit(table: Table, rows: ArrayLike<number>, options: PreprocessorOptions = {}): Preprocessor {
    const { missing = 'error' } = options;
    const columns = featureColumns(table, options).map((column) => fitColumn(table, column, rows, missing));
    const base = { schemaVersion: 1 as const, missing, columns };
    const kept = keptRows(table, rows, base);
    if (kept.length === 0)
      throw new DataError({ source: table.source }, 'no row is left after dropping those with missing cells');
    const scaler = scalerFor(encode(table, kept, base), columns, table.source);
    return new Preprocessor({ ...base, scaler });
  }

  /** Names of the table's columns that it needs. */
  get columnNames(): string[] {
    return this.data.columns.map(({ name }) => name);
  }

  /** Names of the output's columns: a numeric column's own, `column=category` for categories. */
  get featureNames(): string[] {
    return this.data.columns.flatMap((column) =>
      column.kind === 'numeric'
        ? [column.name]
        : column.categories.map((category) => `${column.name}=${category}`),
    );
  }

  /**
   * Features of the given rows (default all), and which rows they are: under the policy `drop` some are left out.
   * @throws DataError as `fit`, for a column that is missing, and for a category that the training rows did not have
   */
  transform(table: Table, rows: ArrayLike<number> = allRows(table)): { x: Matrix; rows: Int32Array } {
    checkColumns(
      table.source,
      table.columns.map(({ name }) => name),
      this.columnNames,
    );
    const kept = keptRows(table, rows, this.data);
    return { x: this.scaler.transform(encode(table, kept, this.data)), rows: kept };
  }

  toJSON(): PreprocessorData {
    return this.data;
  }

  /** @throws UsageError for data of another schema */
  static fromJSON(data: PreprocessorData): Preprocessor {
    if (data.schemaVersion !== 1)
      throw new UsageError(`preprocessor schemaVersion must be 1, got ${data.schemaVersion}`);
    return new Preprocessor(data);
  }
}

/**
 * Looks at every feature's cells in the order of the file, so that the first mistake is found whatever the split.
 * @throws DataError for a missing cell under the policy `error`, texts or infinity in a numeric column, no features
 */
export function checkFeatures(table: Table, options: PreprocessorOptions): void {
  const columns = featureColumns(table, options);
  const isNumeric = columns.map((column) => !isCategorical(column));
  const mayMiss = options.missing !== undefined && options.missing !== 'error';
  for (const row of allRows(table)) {
    for (const [i, column] of columns.entries()) {
      if (isMissing(column, row)) {
        if (!mayMiss) throw new DataError(placeOf(table, column, row), missingCell);
      } else if (isNumeric[i]) {
        numericCell(table, column, row, null);
      }
    }
  }
}

function featureColumns(table: Table, { features, exclude = [] }: PreprocessorOptions): Column[] {
  const names = features ?? table.columns.map(({ name }) => name).filter((name) => !exclude.includes(name));
  if (names.length === 0) throw new DataError({ source: table.source }, 'no column is left as a feature');
  return names.map((name) => findColumn(table, name));
}

type Unscaled = Omit<PreprocessorData, 'scaler'>;

function fitColumn(
  table: Table,
  column: Column,
  rows: ArrayLike<number>,
  missing: MissingPolicy,
): FittedColumn {
  const { name } = column;
  if (isCategorical(column)) {
    const counts = new Map<string, number>();
    for (let i = 0; i < rows.length; i++) {
      const text = cellText(column, rows[i] as number);
      if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + 1);
    }
    const categories = [...counts.keys()].sort((a, b) => (a < b ? -1 : 1));
    const [frequent] = [...counts].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    return { kind: 'categorical', name, categories, fill: fills(missing) ? (frequent?.[0] ?? null) : null };
  }
  return { kind: 'numeric', name, fill: fills(missing) ? fillValue(table, column, rows, missing) : null };
}

const fills = (missing: MissingPolicy) => missing === 'median' || missing === 'mean';

function fillValue(table: Table, column: Column, rows: ArrayLike<number>, missing: MissingPolicy): number {
  const known = Array.from(rows, (row) => column.numbers[row] as number).filter(
    (value) => !Number.isNaN(value),
  );
  if (known.length === 0)
    throw new DataError(placeOf(table, column), 'the column has no value in the training rows; exclude it');
  if (missing === 'mean') return known.reduce((sum, value) => sum + value, 0) / known.length;
  known.sort((a, b) => a - b);
  const middle = known.length >> 1;
  return known.length % 2 === 1
    ? (known[middle] as number)
    : ((known[middle - 1] as number) + (known[middle] as number)) / 2;
}

function isMissing(column: Column, row: number): boolean {
  return !column.texts.has(row) && Number.isNaN(column.numbers[row]);
}

function keptRows(table: Table, rows: ArrayLike<number>, { missing, columns }: Unscaled): Int32Array {
  const all = Int32Array.from(rows);
  if (missing !== 'drop') return all;
  const used = columns.map(({ name }) => findColumn(table, name));
  return all.filter((row) => !used.some((column) => isMissing(column, row)));
}

/** The features before scaling. */
function encode(table: Table, rows: Int32Array, { columns }: Unscaled): Matrix {
  const width = columns.reduce(
    (sum, column) => sum + (column.kind === 'numeric' ? 1 : column.categories.length),
    0,
  );
  const values = new Float64Array(rows.length * width);
  let at = 0;
  for (const fitted of columns) {
    const column = findColumn(table, fitted.name);
    if (fitted.kind === 'numeric') {
      rows.forEach((row, i) => {
        values[i * width + at] = numericCell(table, column, row, fitted.fill);
      });
      at++;
    } else {
      const places = new Map(fitted.categories.map((category, index) => [category, index]));
      rows.forEach((row, i) => {
        values[i * width + at + categoryPlace(table, column, row, fitted.fill, places)] = 1;
      });
      at += fitted.categories.length;
    }
  }
  return { rows: rows.length, columns: width, values };
}

const missingCell = 'the cell is missing; fill it in, or choose --missing median, mean or drop';

function numericCell(table: Table, column: Column, row: number, fill: number | null): number {
  const text = column.texts.get(row);
  if (text !== undefined) {
    throw new DataError(
      placeOf(table, column, row),
      `the column is numeric, got "${text}"; correct the cell or exclude the column`,
    );
  }
  const value = column.numbers[row] as number;
  if (Number.isNaN(value)) {
    if (fill !== null) return fill;
    throw new DataError(placeOf(table, column, row), missingCell);
  }
  if (!Number.isFinite(value))
    throw new DataError(placeOf(table, column, row), `the number must be finite, got ${value}`);
  return value;
}

function categoryPlace(
  table: Table,
  column: Column,
  row: number,
  fill: string | null,
  places: ReadonlyMap<string, number>,
): number {
  const text = cellText(column, row) ?? fill;
  if (text === null) throw new DataError(placeOf(table, column, row), missingCell);
  const place = places.get(text);
  if (place !== undefined) return place;
  throw new DataError(
    placeOf(table, column, row),
    `the category "${text}" does not occur in the training rows; known are ${[...places.keys()].slice(0, 10).join(', ')}`,
  );
}

/** Scales numeric columns; one-hot columns stay 0 and 1. */
function scalerFor(x: Matrix, columns: readonly FittedColumn[], source: string): StandardScalerData {
  const fitted = new StandardScaler().fit(x).toJSON();
  const isNumeric = columns.flatMap((column) =>
    column.kind === 'numeric' ? [true] : column.categories.map(() => false),
  );
  const names = columns.flatMap((column) =>
    column.kind === 'numeric' ? [column.name] : column.categories.map(() => column.name),
  );
  fitted.variance.forEach((variance, i) => {
    if (!Number.isFinite(variance)) {
      throw new DataError(
        { source, column: names[i] ?? i },
        'the values are too large to standardise in double precision; rescale the column',
      );
    }
  });
  const choose = (values: readonly number[], otherwise: number) =>
    values.map((value, i) => (isNumeric[i] ? value : otherwise));
  return { ...fitted, mean: choose(fitted.mean, 0), scale: choose(fitted.scale, 1) };
}
