import { closest } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import type { Task } from '../data/table/target.ts';
import type { Objective } from './records.ts';

/** Metrics of a trial that are better when they are larger; all others are better when smaller. */
const maximized = ['accuracy', 'precision', 'recall', 'f1', 'balanced_accuracy', 'roc_auc', 'r2'];
/** What a training costs, whatever the task. */
const costs = ['weights', 'gflop', 'epochs', 'loss', 'val_loss'];

/** The metrics that a study of a task can make small or large. */
export function metricNames(task: Task): string[] {
  if (task === 'regression') return ['mse', 'rmse', 'mae', 'r2', ...costs];
  const shared = ['log_loss', 'accuracy', 'precision', 'recall', 'f1'];
  return task === 'binary' ? [...shared, 'balanced_accuracy', 'roc_auc', ...costs] : [...shared, ...costs];
}

/** What a study makes small where nothing is said: the log loss, or the mean squared error. */
export function usualObjective(task: Task): string {
  return task === 'regression' ? 'mse' : 'log_loss';
}

/**
 * Objectives by the names of their metrics, each in the direction that is better.
 *
 * `log_loss` and `mse` are free of penalties, unlike `val_loss`; `weights` is the model's size, and `gflop` what its
 * training costs in floating-point operations: the same on all machines, unlike seconds.
 *
 * @throws UsageError for a metric that there is not, or the same twice
 */
export function objectivesOf(names: readonly string[], task: Task): Objective[] {
  const known = metricNames(task);
  if (names.length === 0 || new Set(names).size < names.length) {
    throw new UsageError(
      `objectives must be one metric or more, each once, got ${names.join(', ') || 'none'}`,
    );
  }
  return names.map((metric) => {
    if (known.includes(metric))
      return { metric, direction: maximized.includes(metric) ? 'maximize' : 'minimize' };
    const guess = closest(metric, known);
    throw new UsageError(
      `objective must be one of ${known.join(', ')} for a ${task} target, got ${metric}${guess ? `; did you mean ${guess}?` : ''}`,
    );
  });
}
