import { UsageError } from '../core/errors.ts';
import { cellText, findColumn, type Table } from '../data/table/table.ts';
import { type Target, targetValues } from '../data/table/target.ts';
import type { TrainedModel } from '../train/trained-model.ts';
import { type ExplainedColumn, explainedColumns, type RawValue, rawValue } from './columns.ts';
import { sampledPlaces } from './random-order.ts';
import { takenRows } from './taken-rows.ts';

/** Rows of a table as a model takes them, with what people call them. */
export interface ExplainedTable {
  readonly target: Target;
  readonly columns: readonly string[];
  /** Places in the table of the rows that can be used. */
  readonly rows: Int32Array;
  /** Which of these are looked at as a whole: places among `rows`. */
  readonly among: Int32Array;
  /** Row-major features. */
  readonly values: Float32Array;
  readonly inputs: number;
  /**
   * Class indices or values of the usable rows; undefined where the table does not have the target.
   * @throws DataError for a cell of the target that is neither
   */
  truth(): Float64Array | undefined;
  /** Raw cells of a usable row. */
  cells(place: number): RawValue[];
  /** Raw cell of a usable row in one column. */
  cell(place: number, column: number): RawValue;
  /** The target's cell of a usable row; undefined where it is missing. */
  truthCell(place: number): RawValue | undefined;
}

/** Places of the given rows of the table among the usable ones. @throws UsageError where none of them is usable */
function placesAmong(usable: Int32Array, among: ArrayLike<number> | undefined): Int32Array {
  const all = Int32Array.from(usable, (_, place) => place);
  if (!among) return all;
  const wanted = new Set(Array.from(among));
  const places = all.filter((place) => wanted.has(usable[place] as number));
  if (places.length > 0) return places;
  throw new UsageError('among must have at least one row of the table, got none that can be used');
}

/** At most `most` of the rows that are looked at, drawn at random: places among the usable rows. */
export function sampleOf({ among }: ExplainedTable, most: number, seed: number, index: number): Int32Array {
  return sampledPlaces(among.length, most, seed, index).map((place) => among[place] as number);
}

/** Some usable rows, by their places among them. */
export function partOf({ values, inputs }: ExplainedTable, places: ArrayLike<number>) {
  return { rows: places.length, columns: inputs, values: takenRows(values, places, inputs) };
}

/**
 * Reads a table through a model's preprocessing.
 *
 * @param among rows of the table to look at as a whole; all where left out
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
  const { x, rows } = preprocessor.transform(table);
  if (rows.length === 0)
    throw new UsageError(`${table.source} must have at least one row to explain, got none`);
  const values = Float32Array.from(x.values);
  const columns = explainedColumns(model);
  const column = table.columns.find(({ name }) => name === target.name);
  const truthCell = (place: number) => {
    if (!column) return undefined;
    const row = rows[place] as number;
    if (target.task !== 'regression') return cellText(column, row);
    const value = column.numbers[row] as number;
    return Number.isNaN(value) ? undefined : value;
  };
  return {
    target,
    columns: columns.map(({ name }) => name),
    rows,
    among: placesAmong(rows, among),
    values,
    inputs: x.columns,
    truth: () => column && targetValues(table, findColumn(table, target.name), target, rows),
    cells: (place) => columns.map((own) => rawValue(own, values, place * x.columns)),
    cell: (place, column) => rawValue(columns[column] as ExplainedColumn, values, place * x.columns),
    truthCell,
  };
}
