import { closest, knownOptions } from '../core/check.ts';
import { CancelledError, DataError, UsageError } from '../core/errors.ts';
import type { Preprocessing } from '../data/table/prepare-table.ts';
import { allRows, checkColumns, findColumn, type Table, tableFromColumns } from '../data/table/table.ts';
import { type Task, targetValues } from '../data/table/target.ts';
import type { Engine } from '../engine/engine.ts';
import { wasmEngine } from '../engine/wasm/engine.ts';
import type { LossName } from '../model/losses.ts';
import { type Features, rowSet, type Targets } from '../train/rows.ts';
import { predict, type TrainedModel } from '../train/trained-model.ts';
import { type EvaluationOptions, evaluatePredictions, evaluationOptions } from './evaluate-predictions.ts';
import type { Evaluation } from './evaluation.ts';
import type { Evaluable } from './evaluation-document.ts';
import { type SlicedColumn, sliceGroups } from './slice-groups.ts';

/** A trained model, or one from a file. */
export type EvaluatedModel = Omit<TrainedModel, 'notes' | 'history'>;

export interface EvaluateOptions extends EvaluationOptions {
  /** Where to compute predictions; the CPU where left out. */
  readonly engine?: Engine;
  /** Columns with a cell for each row, by which metrics are shown: categories, or numbers that are cut into bins. */
  readonly slices?: Readonly<Record<string, ArrayLike<string | number | null | undefined>>>;
}

export interface EvaluateTableOptions extends EvaluationOptions {
  readonly engine?: Engine;
  /** Names of columns by which metrics are shown; they need be no features. */
  readonly slices?: readonly string[];
  /** Which rows of the table are evaluated. Default all. */
  readonly rows?: ArrayLike<number>;
}

/**
 * Judges a model on rows whose targets are known.
 *
 * @example
 * const { metrics } = await evaluate(model, x, y);
 * console.log(metrics.roc_auc); // { value: 0.98, low: 0.96, high: 0.99 }
 * @param y class indices (0 or 1), or values
 * @throws UsageError for rows or options that do not fit, CancelledError when the signal is aborted
 */
export async function evaluate(
  model: EvaluatedModel,
  x: Features,
  y: Targets,
  options: EvaluateOptions = {},
): Promise<Evaluation> {
  const { engine, slices = {}, ...rest } = options;
  knownOptions('evaluate', options, [...evaluationOptions, 'engine', 'slices']);
  const { network, loss, preprocessing } = model;
  checkOneValue(model);
  const truth = Float64Array.from(rowSet({ x, y }, '', network, loss).y);
  const outputs = await predict(model, x, engine);
  const table = tableFromColumns(slices);
  if (table.columns.length > 0 && table.rows !== truth.length)
    throw new UsageError(`slices must have a cell for each of the ${truth.length} rows, got ${table.rows}`);
  const names = table.columns.map(({ name }) => name);
  const evaluable: Evaluable = {
    task: taskOf(loss.name),
    labels: preprocessing?.target.labels ?? classNames(model),
    truth,
    outputs,
    slices: slicesOf(table, names, truth.keys()),
  };
  return evaluatePredictions(evaluable, rest);
}

/**
 * Judges a model on the raw rows of a table, through the preprocessing that it was trained with. Columns are found by
 * their names; others may be there too.
 *
 * @throws UsageError when the model has no preprocessing, DataError for a column that is missing or a label that the
 * model does not know, CancelledError when the signal is aborted
 */
export async function evaluateTable(
  model: EvaluatedModel,
  table: Table,
  options: EvaluateTableOptions = {},
): Promise<Evaluation> {
  const { engine, slices = [], rows, ...rest } = options;
  knownOptions('evaluateTable', options, [...evaluationOptions, 'engine', 'slices', 'rows']);
  if (!model.preprocessing) {
    throw new UsageError(
      'evaluateTable must have a model with preprocessing; give it to fit, or use evaluate on features',
    );
  }
  checkOneValue(model);
  const { target } = model.preprocessing;
  checkHasColumns(table, model.preprocessing);
  for (const name of slices) findColumn(table, name);
  const wanted = rows ? Int32Array.from(rows) : allRows(table);
  const column = findColumn(table, target.name);
  const truth = targetValues(table, column, target, wanted);
  const { kept, outputs } = await predictRows(model, table, wanted, engine, options.signal);
  const dropped = wanted.length - kept.length;
  if (kept.length === 0)
    throw new DataError(
      { source: table.source },
      'no row is left to judge after dropping those with missing cells',
    );
  const evaluable: Evaluable = {
    task: target.task,
    labels: target.labels,
    target: target.name,
    truth: dropped === 0 ? truth : targetValues(table, column, target, kept),
    outputs,
    slices: slicesOf(table, slices, kept),
  };
  const evaluation = await evaluatePredictions(evaluable, rest);
  if (dropped === 0) return evaluation;
  return { ...evaluation, notes: [`${dropped} rows with missing cells were left out`, ...evaluation.notes] };
}

const rowsAtOnce = 65_536;

/** Predictions of many rows, some at a time: their features need not be in memory all at once. */
async function predictRows(
  model: EvaluatedModel,
  table: Table,
  rows: Int32Array,
  engine: Engine = wasmEngine(),
  signal?: AbortSignal,
): Promise<{ kept: Int32Array; outputs: number[][] }> {
  const kept: number[] = [];
  const outputs: number[][] = [];
  for (let start = 0; start < rows.length; start += rowsAtOnce) {
    if (signal?.aborted) throw new CancelledError('the evaluation was cancelled');
    const part = model.preprocessing?.preprocessor.transform(table, rows.subarray(start, start + rowsAtOnce));
    if (!part) break;
    for (const row of part.rows) kept.push(row);
    for (const output of await predict(model, part.x, engine)) outputs.push(output);
  }
  return { kept: Int32Array.from(kept), outputs };
}

function checkOneValue({ network, loss }: EvaluatedModel): void {
  const units = network.layers.at(-1)?.units ?? 0;
  if (loss.name === 'categorical_crossentropy' || units === 1) return;
  throw new UsageError(
    `the model must have one output for ${loss.name} to be evaluated, got ${units}; judge each output by itself with the metrics`,
  );
}

/** @throws DataError that names the features that a table lacks, or the target */
export function checkHasColumns(table: Table, { preprocessor, target }: Preprocessing): void {
  const names = table.columns.map(({ name }) => name);
  checkColumns(table.source, names, preprocessor.columnNames);
  if (names.includes(target.name)) return;
  const guess = closest(target.name, names);
  throw new DataError(
    { source: table.source },
    `the table must have the target "${target.name}", without which nothing can be judged${guess === undefined ? '' : `; did you mean "${guess}"?`}`,
  );
}

function taskOf(loss: LossName): Task {
  if (loss === 'mean_squared_error') return 'regression';
  return loss === 'binary_crossentropy' ? 'binary' : 'multiclass';
}

/** Classes without a table are called by their indices. */
function classNames({ network, loss }: EvaluatedModel): string[] {
  if (loss.name === 'mean_squared_error') return [];
  const classes = loss.name === 'binary_crossentropy' ? 2 : (network.layers.at(-1)?.units ?? 0);
  return Array.from({ length: classes }, (_, own) => String(own));
}

function slicesOf(table: Table, names: readonly string[], rows: Iterable<number>): SlicedColumn[] {
  const places = Int32Array.from(rows);
  return names.map((column) => ({ column, groups: sliceGroups(findColumn(table, column), places) }));
}
