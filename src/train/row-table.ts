import { wholeNumber } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import type { RowSet, TrialSettings } from '../engine/engine.ts';
import type { RowWindow } from '../engine/whole.ts';
import { type LabelledRows, rowSet } from './rows.ts';

/** Which rows judge: rows of their own, or one fold of the training rows for each trial. */
export interface Judging {
  readonly validation?: LabelledRows;
  /**
   * Folds of the training rows, as `kFold` gives them; each trial says which of them judges it. The rows are put in
   * the order of the folds first, so that a trial trains on the other folds in their order.
   */
  readonly folds?: readonly { readonly test: ArrayLike<number> }[];
}

/** All rows of a fit in one table, and the part of it that each fold works on. */
export interface RowTable {
  readonly table: RowSet;
  /** The window of each fold; a single one where there are no folds. */
  readonly windows: readonly RowWindow[];
}

/** @throws UsageError for rows that do not fit the network and its loss, or folds that overlap */
export function rowTable(
  shared: LabelledRows & Judging,
  { network, loss }: Pick<TrialSettings, 'network' | 'loss'>,
): RowTable {
  const training = rowSet(shared, '', network, loss);
  if (shared.folds) {
    if (shared.validation)
      throw new UsageError('validation must be left out where folds are given, got both');
    return foldedTable(training, shared.folds);
  }
  const { rows } = training;
  if (!shared.validation) return { table: training, windows: [window(rows, rows, rows)] };
  const validation = rowSet(shared.validation, 'validation.', network, loss);
  const all = rows + validation.rows;
  return { table: joined(training, validation), windows: [window(all, rows, all)] };
}

/** The window of a trial. @throws UsageError for a fold that there is not */
export function windowOf({ windows }: RowTable, fold: number | undefined): RowWindow {
  return windows[wholeNumber('fold', fold ?? 0, 0, windows.length - 1)] as RowWindow;
}

function window(end: number, firstValidation: number, endValidation: number): RowWindow {
  return { first: 0, end, firstValidation, endValidation };
}

function foldedTable(training: RowSet, folds: readonly { readonly test: ArrayLike<number> }[]): RowTable {
  const order: number[] = [];
  const windows: RowWindow[] = [];
  for (const { test } of folds) {
    const start = order.length;
    for (let i = 0; i < test.length; i++) order.push(test[i] as number);
    windows.push(window(training.rows, start, order.length));
  }
  const seen = new Set(order);
  if (windows.length === 0 || seen.size < order.length) {
    throw new UsageError('folds must have test rows that do not overlap, at least one fold');
  }
  for (const row of order) wholeNumber('test row of folds', row, 0, training.rows - 1);
  // Rows that no fold tests train all trials.
  for (let row = 0; row < training.rows; row++) if (!seen.has(row)) order.push(row);
  return { table: picked(training, order), windows };
}

/** The rows of one window as the sets that layer-by-layer training takes. */
export function windowSets(table: RowSet, range: RowWindow): { training: RowSet; validation?: RowSet } {
  const { first, end, firstValidation, endValidation } = range;
  const [before, behind] = [between(table, first, firstValidation), between(table, endValidation, end)];
  const training = behind.rows === 0 ? before : before.rows === 0 ? behind : joined(before, behind);
  if (firstValidation === endValidation) return { training };
  return { training, validation: between(table, firstValidation, endValidation) };
}

/** A view of some rows. */
function between({ rows, x, y, sampleWeights }: RowSet, from: number, to: number): RowSet {
  const part = (values: Float32Array) =>
    values.subarray((from * values.length) / rows, (to * values.length) / rows);
  return {
    rows: to - from,
    x: part(x),
    y: part(y),
    ...(sampleWeights && { sampleWeights: part(sampleWeights) }),
  };
}

function picked({ rows, x, y, sampleWeights }: RowSet, order: readonly number[]): RowSet {
  const [inputs, targets] = [x.length / rows, y.length / rows];
  const result = {
    rows: order.length,
    x: new Float32Array(order.length * inputs),
    y: new Float32Array(order.length * targets),
  };
  order.forEach((row, i) => {
    result.x.set(x.subarray(row * inputs, (row + 1) * inputs), i * inputs);
    result.y.set(y.subarray(row * targets, (row + 1) * targets), i * targets);
  });
  if (!sampleWeights) return result;
  return { ...result, sampleWeights: Float32Array.from(order, (row) => sampleWeights[row] as number) };
}

function joined(a: RowSet, b: RowSet): RowSet {
  const both = (first: Float32Array, second: Float32Array) => {
    const result = new Float32Array(first.length + second.length);
    result.set(first);
    result.set(second, first.length);
    return result;
  };
  const rows = { rows: a.rows + b.rows, x: both(a.x, b.x), y: both(a.y, b.y) };
  if (!a.sampleWeights && !b.sampleWeights) return rows;
  const ones = ({ rows: count }: RowSet) => new Float32Array(count).fill(1);
  return { ...rows, sampleWeights: both(a.sampleWeights ?? ones(a), b.sampleWeights ?? ones(b)) };
}
