import { Option } from 'commander';
import { UsageError } from '../core/errors.ts';
import type { Target } from '../data/table/target.ts';
import { numberBetween } from './options.ts';

export const thresholdOption = () =>
  new Option(
    '--threshold <probability>',
    'two classes: a row is of the second one where its probability is above this (default: 0.5)',
  ).argParser(numberBetween(0, 1));

/** @throws UsageError where an option that is for two classes comes with another model */
export function checkTwoClasses(option: string, given: unknown, { task }: Target): void {
  if (given === undefined || task === 'binary') return;
  throw new UsageError(`${option} must come with a model of two classes, got a ${task} model`);
}
