import { finiteNumber, oneOf } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';

/** What callbacks that watch a metric share. */
export interface MonitorOptions {
  /** The metric's name in the logs. Default val_loss. */
  readonly monitor?: string;
  /** Which way is better; `auto` (default) knows it for losses, errors, accuracy and the like. */
  readonly mode?: 'auto' | 'min' | 'max';
  /** A change must be larger than this to count; the sign does not matter. */
  readonly minDelta?: number;
}

/** A metric to watch. */
export interface Monitor {
  readonly name: string;
  /** Which way is better. */
  readonly mode: 'min' | 'max';
  /** The metric's value. @throws UsageError that lists the metrics there are */
  valueIn(logs: Readonly<Record<string, number>>): number;
  /** Whether a value is better than an earlier one (or than a baseline) by more than minDelta. */
  improves(current: number, reference: number | undefined): boolean;
}

/**
 * Keras's MonitorCallback: the change is added in double precision and the results are compared in single; anything
 * is better than nothing, and nothing is better than NaN.
 *
 * @throws UsageError for a mode that does not exist, or a metric of which `auto` does not know the better way
 */
export function monitorOf({ monitor = 'val_loss', mode = 'auto', minDelta = 0 }: MonitorOptions): Monitor {
  oneOf('mode', mode, ['auto', 'min', 'max']);
  const delta = Math.abs(finiteNumber('minDelta', minDelta));
  const way = mode === 'auto' ? betterWay(monitor) : mode;
  const rises = way === 'max';
  return {
    name: monitor,
    mode: way,
    valueIn(logs) {
      const value = logs[monitor];
      if (value !== undefined) return value;
      const remedy = monitor.startsWith('val_') ? '; give validation data for val_ metrics' : '';
      throw new UsageError(`monitor must be one of ${Object.keys(logs).join(', ')}, got ${monitor}${remedy}`);
    },
    improves(current, reference) {
      if (reference === undefined) return true;
      return rises
        ? Math.fround(current - delta) > Math.fround(reference)
        : Math.fround(current + delta) < Math.fround(reference);
    },
  };
}

/** Metrics by the way that is better, with Keras's names. */
const directions = {
  min: [
    'loss',
    'mae',
    'mse',
    'rmse',
    'log_loss',
    'mean_absolute_error',
    'mean_squared_error',
    'root_mean_squared_error',
    'binary_crossentropy',
    'categorical_crossentropy',
  ],
  max: ['accuracy', 'acc', 'precision', 'recall', 'f1', 'f1_score', 'auc', 'r2_score'],
} as const;

function betterWay(monitor: string): 'min' | 'max' {
  const metric = monitor.replace(/^val_/, '');
  if ((directions.min as readonly string[]).includes(metric)) return 'min';
  if ((directions.max as readonly string[]).includes(metric)) return 'max';
  throw new UsageError(
    `mode must be min or max for monitor ${monitor}, of which auto does not know which way is better, got auto`,
  );
}
