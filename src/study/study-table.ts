import { UsageError } from '../core/errors.ts';
import type { Task } from '../data/table/target.ts';
import type { RowSet } from '../engine/engine.ts';
import type { RowWindow } from '../engine/whole.ts';
import { trainingRows } from '../engine/whole-work.ts';
import { loss as lossOf } from '../model/losses.ts';
import { rowTable } from '../train/row-table.ts';
import { type Features, featureMatrix } from '../train/rows.ts';
import { judgingRows, type Resampling } from './resampling.ts';
import { standardTrial, type TrialContext } from './standard-trial.ts';

/** Rows that a study learns from. */
export interface StudyRows {
  readonly x: Features;
  /** A class (from 0) or a value for each row. */
  readonly y: ArrayLike<number>;
  readonly task: Task;
}

/** Rows laid out for the runs of a study. */
export interface StudyTable {
  readonly table: RowSet;
  /** The part of the table that each fold works on. */
  readonly windows: readonly RowWindow[];
  readonly context: TrialContext;
  readonly target: TargetScale;
}

/** A regression learns (y - mean) / scale, so that its learning rates suit targets of any size. */
export interface TargetScale {
  readonly mean: number;
  readonly scale: number;
}

/**
 * What rows are, with the targets of a regression standardised.
 * @throws UsageError for rows that do not fit together
 */
export function studyRows({ x, y, task }: StudyRows) {
  const { rows, columns: inputs } = featureMatrix(x, 'x');
  if (rows < 2 || y.length !== rows) {
    throw new UsageError(
      `x and y must have the same number of rows, at least 2, got ${rows} and ${y.length}`,
    );
  }
  const target = task === 'regression' ? targetScale(y) : { mean: 0, scale: 1 };
  const scaled = Float64Array.from(y, (value) => (value - target.mean) / target.scale);
  const classes = task === 'regression' ? 0 : 1 + scaled.reduce((most, label) => Math.max(most, label), 0);
  return { inputs, classes, target, y: scaled };
}

/**
 * Lays rows out for a study: folds as windows of one table.
 *
 * @param epochs the most epochs of a training
 * @throws UsageError for rows that do not fit the task
 */
export function studyTable(
  rows: StudyRows,
  resampling: Resampling,
  epochs: number,
  seed: number,
): StudyTable {
  const { inputs, classes, target, y } = studyRows(rows);
  const context = { task: rows.task, inputs, classes, epochs, rows: y.length };
  const { network, loss } = standardTrial({}, context);
  const folds = judgingRows(rows.y, rows.task, resampling, seed);
  const { table, windows } = rowTable({ x: rows.x, y, folds }, { network, loss: lossOf(loss) });
  return {
    table,
    windows,
    context: { ...context, rows: trainingRows(windows[0] as RowWindow) },
    target,
  };
}

/** Mean and standard deviation (of the whole, as scikit-learn's StandardScaler). */
function targetScale(y: ArrayLike<number>): TargetScale {
  const values = Array.from(y);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, scale: Math.sqrt(variance) || 1 };
}
