import { finiteNumber, oneOf, plainObject, shown, wholeNumber } from '../../core/check.ts';
import { UsageError } from '../../core/errors.ts';
import type { StandardScalerData } from '../standard-scaler.ts';
import type { Preprocessing } from './prepare-table.ts';
import { type FittedColumn, missingPolicies, Preprocessor, type PreprocessorData } from './preprocessor.ts';
import { type Target, tasks } from './target.ts';

/** A model's preprocessing as plain data. */
export interface PreprocessingData {
  readonly preprocessor: PreprocessorData;
  readonly target: Target;
}

/** Preprocessing from parsed JSON. @throws UsageError that names what is missing, unknown or does not fit together */
export function preprocessingFromJson(value: unknown): Preprocessing {
  const fields = plainObject<PreprocessingData>('preprocessing', value, ['preprocessor', 'target']);
  return {
    preprocessor: Preprocessor.fromJSON(preprocessorData(fields.preprocessor)),
    target: targetFromJson(fields.target),
  };
}

function preprocessorData(value: unknown): PreprocessorData {
  const data = plainObject<PreprocessorData>('preprocessor', value, [
    'schemaVersion',
    'missing',
    'columns',
    'scaler',
  ]);
  oneOf('preprocessor.missing', data.missing, missingPolicies);
  const columns = list('preprocessor.columns', data.columns).map((column, place) =>
    fittedColumn(`preprocessor.columns[${place}]`, column),
  );
  const twice = columns.find(
    ({ name }, place) => columns.findIndex((other) => other.name === name) !== place,
  );
  if (twice)
    throw new UsageError(`preprocessor.columns must have names of their own, got ${shown(twice.name)} twice`);
  const features = columns.reduce(
    (sum, column) => sum + (column.kind === 'numeric' ? 1 : column.categories.length),
    0,
  );
  return { ...data, columns, scaler: scalerData(data.scaler, features) };
}

function fittedColumn(name: string, value: unknown): FittedColumn {
  const { kind } = plainObject<FittedColumn>(name, value);
  if (oneOf(`${name}.kind`, kind, ['numeric', 'categorical']) === 'numeric') {
    const column = plainObject<NumericColumn>(name, value, ['kind', 'name'], ['fill']);
    return {
      kind: 'numeric',
      name: text(`${name}.name`, column.name),
      fill: numberOrNone(name, column.fill),
    };
  }
  const column = plainObject<CategoricalColumn>(name, value, ['kind', 'name', 'categories'], ['fill']);
  const categories = texts(`${name}.categories`, column.categories);
  const { fill } = column;
  if (fill !== null && !categories.includes(text(`${name}.fill`, fill))) {
    throw new UsageError(`${name}.fill must be one of the column's categories, got ${shown(fill)}`);
  }
  return { kind: 'categorical', name: text(`${name}.name`, column.name), categories, fill };
}

type NumericColumn = Extract<FittedColumn, { kind: 'numeric' }>;
type CategoricalColumn = Extract<FittedColumn, { kind: 'categorical' }>;

const numberOrNone = (name: string, value: number | null) =>
  value === null ? null : finiteNumber(`${name}.fill`, value);

function scalerData(value: unknown, features: number): StandardScalerData {
  const data = plainObject<StandardScalerData>('scaler', value, ['mean', 'variance', 'scale', 'samplesSeen']);
  const numbers = (field: 'mean' | 'variance' | 'scale') => {
    const values = list(`scaler.${field}`, data[field]);
    if (values.length !== features) {
      throw new UsageError(
        `scaler.${field} must have a number for each of the ${features} features, got ${values.length}`,
      );
    }
    return values.map((number, place) => finiteNumber(`scaler.${field}[${place}]`, number as number));
  };
  const scale = numbers('scale');
  scale.forEach((number, place) => {
    finiteNumber(`scaler.scale[${place}]`, number, { above: 0 });
  });
  const samplesSeen = wholeNumber('scaler.samplesSeen', data.samplesSeen, 1);
  return { mean: numbers('mean'), variance: numbers('variance'), scale, samplesSeen };
}

function targetFromJson(value: unknown): Target {
  const target = plainObject<Target>('target', value, ['name', 'task', 'labels']);
  const task = oneOf('target.task', target.task, tasks);
  const labels = texts('target.labels', target.labels);
  const fits = {
    binary: labels.length === 2,
    multiclass: labels.length >= 2,
    regression: labels.length === 0,
  };
  if (!fits[task])
    throw new UsageError(`target.labels must fit a ${task} target, got ${labels.length} labels`);
  return { name: text('target.name', target.name), task, labels };
}

function list(name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new UsageError(`${name} must be a list, got ${shown(value)}`);
}

function text(name: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new UsageError(`${name} must be a text, got ${shown(value)}`);
}

function texts(name: string, value: unknown): string[] {
  const values = list(name, value).map((item, place) => text(`${name}[${place}]`, item));
  const twice = values.find((item, place) => values.indexOf(item) !== place);
  if (twice === undefined) return values;
  throw new UsageError(`${name} must differ from each other, got ${shown(twice)} twice`);
}
