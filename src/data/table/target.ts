import { DataError } from '../../core/errors.ts';
import { type Column, cellText, isCategorical, placeOf, type Table } from './table.ts';

export const tasks = ['binary', 'multiclass', 'regression'] as const;

export type Task = (typeof tasks)[number];

/** What is to be predicted: a kind of task, and the labels of its classes in the order of their indices. */
export interface Target {
  readonly name: string;
  readonly task: Task;
  /** Empty for a regression. Numbers ascending, or texts by code unit, as numpy's `unique`. */
  readonly labels: readonly string[];
}

/** A numeric target with more different whole numbers than this is a regression. */
const mostNumericClasses = 20;

/**
 * Looks at the rows of a target: texts and up to 20 different whole numbers are classes, other numbers a regression.
 *
 * @param task overrides what the values suggest
 * @throws DataError for missing, infinite or huge values, fewer than two classes, or classes where a task has none
 */
export function inspectTarget(table: Table, column: Column, task: Task | 'auto' = 'auto'): Target {
  checkCells(table, column);
  const { name } = column;
  const labels = distinctLabels(column);
  const found = task === 'auto' ? suggestedTask(column, labels) : task;
  if (found === 'regression') {
    if (isCategorical(column))
      throw new DataError(placeOf(table, column), 'a regression must have a numeric target, got texts');
    checkSize(table, column);
    return { name, task: found, labels: [] };
  }
  if (labels.length < 2) {
    throw new DataError(
      placeOf(table, column),
      `the target must have at least two classes, got only "${labels[0]}"`,
    );
  }
  if (found === 'binary' && labels.length !== 2) {
    throw new DataError(
      placeOf(table, column),
      `a binary target must have two classes, got ${labels.length}; use multiclass`,
    );
  }
  return { name, task: found, labels };
}

function suggestedTask(column: Column, labels: readonly string[]): Task {
  const isWhole = isCategorical(column) || column.numbers.every(Number.isInteger);
  if (!isWhole || (!isCategorical(column) && labels.length > mostNumericClasses)) return 'regression';
  return labels.length > 2 ? 'multiclass' : 'binary';
}

function checkCells(table: Table, column: Column): void {
  for (let row = 0; row < table.rows; row++) {
    const number = column.numbers[row] as number;
    if (column.texts.has(row)) {
      if (isCategorical(column)) continue;
      throw new DataError(
        placeOf(table, column, row),
        `the target is numeric, got "${column.texts.get(row)}"`,
      );
    }
    if (Number.isNaN(number))
      throw new DataError(
        placeOf(table, column, row),
        'the target is missing; fill it in or leave the row out',
      );
    if (!Number.isFinite(number))
      throw new DataError(placeOf(table, column, row), `the target must be finite, got ${number}`);
  }
}

/** Training computes in single precision. */
function checkSize(table: Table, column: Column): void {
  const row = column.numbers.findIndex((number) => !Number.isFinite(Math.fround(number)));
  if (row < 0) return;
  throw new DataError(
    placeOf(table, column, row),
    `the target is too large for single precision, got ${column.numbers[row]}; rescale the column`,
  );
}

function distinctLabels(column: Column): string[] {
  if (!isCategorical(column)) {
    return [...new Set(column.numbers)].sort((a, b) => a - b).map(String);
  }
  const labels = new Set<string>();
  for (let row = 0; row < column.numbers.length; row++) labels.add(cellText(column, row) ?? '');
  return [...labels].sort((a, b) => (a < b ? -1 : 1));
}

/** Class indices (or values) of the given rows. @throws DataError for a label that the target did not have */
export function targetValues(
  table: Table,
  column: Column,
  target: Target,
  rows: ArrayLike<number>,
): Float64Array {
  if (target.task === 'regression') {
    checkCells(table, column);
    checkSize(table, column);
    return Float64Array.from({ length: rows.length }, (_, i) => column.numbers[rows[i] as number] as number);
  }
  const indices = new Map(target.labels.map((label, index) => [label, index]));
  return Float64Array.from({ length: rows.length }, (_, i) => {
    const row = rows[i] as number;
    const label = cellText(column, row);
    const index = label === undefined ? undefined : indices.get(label);
    if (index !== undefined) return index;
    throw new DataError(
      placeOf(table, column, row),
      `the class must be one of ${target.labels.join(', ')}, got ${label ?? 'nothing'}`,
    );
  });
}
