import { UsageError } from '../core/errors.ts';
import { cellText, findColumn, type Table } from '../data/table/table.ts';
import { type Target, targetValues } from '../data/table/target.ts';
import type { TrainedModel } from '../train/trained-model.ts';
import { explainedColumns, type RawValue, rawValue } from './columns.ts';

/** Rows of a table as a model takes them, with what people call them. */
export interface ExplainedTable {
  readonly target: Target;
  readonly columns: readonly string[];
  /** Places in the table of the rows that can be used. */
  readonly rows: Int32Array;
  /** Row-major features. */
  readonly values: Float32Array;
  readonly inputs: number;
  /** Class indices or values; absent where the table does not have the target. */
  readonly truth?: Float64Array;
  /** Raw cells of a usable row. */
  cells(place: number): RawValue[];
  /** The target's cell of a usable row. */
  truthCell(place: number): RawValue | undefined;
}

/** Some usable rows, by their places among them. */
export function partOf({ values, inputs }: ExplainedTable, places: ArrayLike<number>) {
  const part = new Float32Array(places.length * inputs);
  for (let i = 0; i < places.length; i++) {
    const start = (places[i] as number) * inputs;
    part.set(values.subarray(start, start + inputs), i * inputs);
  }
  return { rows: places.length, columns: inputs, values: part };
}

/**
 * Reads a table through a model's preprocessing.
 *
 * @param among the rows to read; all where left out
 * @throws UsageError for a model without one, DataError for a table that does not fit it
 */
export function explainedTable(
  model: Pick<TrainedModel, 'network' | 'preprocessing'>,
  table: Table,
  among?: ArrayLike<number>,
): ExplainedTable {
  if (!model.preprocessing) {
    throw new UsageError(
      'explain must have a model with preprocessing; use permutationImportance, shapValues and the others on features',
    );
  }
  const { preprocessor, target } = model.preprocessing;
  const { x, rows } = preprocessor.transform(table, among);
  if (rows.length === 0)
    throw new UsageError(`${table.source} must have at least one row to explain, got none`);
  const values = Float32Array.from(x.values);
  const columns = explainedColumns(model);
  const column = table.columns.find(({ name }) => name === target.name);
  const truth = column && targetValues(table, findColumn(table, target.name), target, rows);
  const truthCell = (place: number) => {
    if (!column) return undefined;
    const row = rows[place] as number;
    return target.task === 'regression' ? (column.numbers[row] as number) : cellText(column, row);
  };
  return {
    target,
    columns: columns.map(({ name }) => name),
    rows,
    values,
    inputs: x.columns,
    ...(truth && { truth }),
    cells: (place) => columns.map((own) => rawValue(own, values, place * x.columns)),
    truthCell,
  };
}
