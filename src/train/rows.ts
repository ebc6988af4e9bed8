import { UsageError } from '../core/errors.ts';
import type { RowSet } from '../engine/engine.ts';
import type { Loss } from '../model/losses.ts';
import type { Network } from '../model/network.ts';

/** Features as people have them: rows of numbers, or a row-major matrix. */
export type Features =
  | readonly (readonly number[])[]
  | { readonly rows: number; readonly columns: number; readonly values: ArrayLike<number> };
/** One target a row (class index, 0 or 1, or a value), or several. */
export type Targets = ArrayLike<number> | readonly (readonly number[])[];

/** Rows with their targets and, where wanted, a weight for each row. */
export interface LabelledRows {
  readonly x: Features;
  readonly y: Targets;
  readonly sampleWeight?: ArrayLike<number>;
}

/** Row-major single precision values of features. */
export function featureMatrix(
  x: Features,
  name: string,
): { rows: number; columns: number; values: Float32Array } {
  if (!isRows(x)) {
    const { rows, columns, values } = x;
    if (values.length !== rows * columns) {
      throw new UsageError(
        `${name} must have ${rows} x ${columns} = ${rows * columns} values as its rows and columns say, got ${values.length}`,
      );
    }
    return { rows, columns, values: finite(values, name, columns) };
  }
  const columns = x[0]?.length ?? 0;
  const ragged = x.findIndex((row) => row.length !== columns);
  if (ragged >= 0) {
    throw new UsageError(
      `${name} must have ${columns} values in every row as in the first, got ${x[ragged]?.length} in row ${ragged}`,
    );
  }
  return { rows: x.length, columns, values: finite(x.flat(), name, columns) };
}

function isRows(x: Features): x is readonly (readonly number[])[] {
  return Array.isArray(x);
}

function finite(values: ArrayLike<number>, name: string, columns: number): Float32Array {
  const result = Float32Array.from(values);
  const bad = result.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    const place = `row ${Math.floor(bad / columns)}, column ${bad % columns}`;
    throw new UsageError(
      `${name} must be finite in single precision, got ${values[bad]} in ${place} (counted from 0); scale or impute it`,
    );
  }
  return result;
}

/** @throws UsageError unless features have as many columns as the network has inputs */
export function checkColumns(columns: number, name: string, { inputs }: Network): void {
  if (columns === inputs) return;
  throw new UsageError(`${name} must have ${inputs} columns as the network has inputs, got ${columns}`);
}

/**
 * Checks rows against a network and its loss and turns them into what engines take.
 * @throws UsageError naming the argument and what is wrong with it
 */
export function rowSet(rows: LabelledRows, name: string, network: Network, loss: Loss): RowSet {
  const x = featureMatrix(rows.x, `${name}x`);
  if (x.rows === 0) throw new UsageError(`${name}x must have at least one row, got none`);
  checkColumns(x.columns, `${name}x`, network);
  const outputs = network.layers.at(-1)?.units ?? 0;
  const targets = loss.name === 'categorical_crossentropy' ? 1 : outputs;
  const flat =
    Array.isArray(rows.y) && Array.isArray(rows.y[0]) ? rows.y.flat() : (rows.y as ArrayLike<number>);
  const y = finite(flat as ArrayLike<number>, `${name}y`, targets);
  if (y.length !== x.rows * targets) {
    throw new UsageError(
      `${name}y must have ${targets} target(s) for each of the ${x.rows} rows of x, got ${y.length} values`,
    );
  }
  checkLabels(y, `${name}y`, loss, outputs);
  const set = { rows: x.rows, x: x.values, y };
  return rows.sampleWeight ? { ...set, sampleWeights: sampleWeights(rows.sampleWeight, x.rows, name) } : set;
}

function checkLabels(y: Float32Array, name: string, loss: Loss, outputs: number): void {
  if (loss.name === 'mean_squared_error') return;
  const classes = loss.name === 'binary_crossentropy' ? 2 : outputs;
  const bad = y.findIndex((label) => !(Number.isInteger(label) && label >= 0 && label < classes));
  if (bad >= 0) {
    throw new UsageError(
      `${name} must hold class indices from 0 to ${classes - 1} for ${loss.name}, got ${y[bad]} at ${bad}`,
    );
  }
}

function sampleWeights(weights: ArrayLike<number>, rows: number, name: string): Float32Array {
  if (weights.length !== rows) {
    throw new UsageError(
      `${name}sampleWeight must have one weight for each of the ${rows} rows, got ${weights.length}`,
    );
  }
  const values = finite(weights, `${name}sampleWeight`, 1);
  const bad = values.findIndex((weight) => weight < 0);
  if (bad >= 0)
    throw new UsageError(`${name}sampleWeight must not be negative, got ${values[bad]} at ${bad}`);
  return values;
}
