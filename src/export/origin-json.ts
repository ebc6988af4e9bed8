import { plainObject, shown, wholeNumber } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import type { History } from '../train/history.ts';
import type { DataOrigin, ModelOrigin } from './saved-model.ts';

/** A history from parsed JSON, in which numbers that JSON cannot hold are null. @throws UsageError for anything else */
export function historyFromJson(value: unknown): History {
  const { metrics, ...history } = plainObject<History>('history', value);
  wholeNumber('history.epochs', history.epochs, 0);
  const entries = Object.entries(plainObject<Record<string, unknown>>('history.metrics', metrics));
  return {
    ...history,
    metrics: Object.fromEntries(entries.map(([name, values]) => [name, epochNumbers(name, values)])),
  };
}

function epochNumbers(metric: string, values: unknown): number[] {
  if (!Array.isArray(values)) {
    throw new UsageError(`history.metrics.${metric} must be a list, got ${shown(values)}`);
  }
  return values.map((value) => numberOf(`history.metrics.${metric}`, value));
}

function numberOf(name: string, value: unknown): number {
  if (typeof value === 'number') return value;
  if (value === null) return Number.NaN;
  throw new UsageError(`${name} must hold numbers, got ${shown(value)}`);
}

/** Where a model came from, from parsed JSON. @throws UsageError that names what is missing or of another kind */
export function originFromJson(value: unknown): ModelOrigin {
  const { data, training, scores, ...origin } = plainObject<ModelOrigin>('origin', value);
  return {
    createdBy: text('origin.createdBy', origin.createdBy),
    ...(data !== undefined && { data: dataOrigin(data) }),
    ...(training !== undefined && { training: plainObject('origin.training', training) }),
    ...(scores !== undefined && { scores: scoresFromJson(scores) }),
  };
}

function dataOrigin(value: unknown): DataOrigin {
  const data = plainObject<DataOrigin>('origin.data', value, [
    'file',
    'sha256',
    'trainingRows',
    'heldOutRows',
    'prepare',
  ]);
  return {
    file: text('origin.data.file', data.file),
    sha256: text('origin.data.sha256', data.sha256),
    trainingRows: wholeNumber('origin.data.trainingRows', data.trainingRows, 0),
    heldOutRows: wholeNumber('origin.data.heldOutRows', data.heldOutRows, 0),
    prepare: plainObject('origin.data.prepare', data.prepare),
  };
}

function scoresFromJson(value: unknown): Record<string, number> {
  const entries = Object.entries(plainObject<Record<string, unknown>>('origin.scores', value));
  return Object.fromEntries(entries.map(([name, score]) => [name, numberOf(`origin.scores.${name}`, score)]));
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new UsageError(`${name} must be a text, got ${shown(value)}`);
}
