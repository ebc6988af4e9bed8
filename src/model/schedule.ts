import { finiteNumber } from '../core/check.ts';

/** A schedule's factory and options as plain data, to be stored as JSON. */
export interface StoredSchedule {
  readonly name: string;
  readonly [option: string]: unknown;
}

/**
 * A learning rate as a function of time. Keras's schedules run per step; `unit: 'epoch'` changes the rate only where
 * an epoch begins.
 */
export interface Schedule {
  readonly unit: 'step' | 'epoch';
  /**
   * The rate of step (or epoch) `index`, counted from 0, in single precision.
   * @param previous the rate before; at index 0 it means nothing
   */
  at(index: number, previous: number): number;
  /** One line for people. */
  readonly description: string;
  /** What it was made from; missing where it was made from a function. */
  readonly options?: StoredSchedule;
  /** The options, so that `JSON.stringify` of an optimizer gives what `optimizerFromJson` takes back. */
  toJSON?(): StoredSchedule;
}

/** A schedule that can be stored; its rates are rounded to single precision, in which Keras keeps them. */
export function storedSchedule(
  unit: Schedule['unit'],
  description: string,
  options: StoredSchedule,
  at: (index: number) => number,
): Schedule {
  return { unit, description, options, at: (index) => Math.fround(at(index)), toJSON: () => options };
}

/** Returns a learning rate if it is one. @throws UsageError unless finite and at least 0 */
export function learningRate(name: string, value: number): number {
  return finiteNumber(name, value, { least: 0 });
}

/** Returns a number of steps, which may be a fraction as in Keras. @throws UsageError unless finite and above 0 */
export function duration(name: string, value: number): number {
  return finiteNumber(name, value, { above: 0 });
}
