import { UsageError } from '../core/errors.ts';
import { highest } from '../core/highest.ts';
import type { TrainedModel } from '../train/trained-model.ts';

/** A column of the raw table, and the features that it became: all of a category's ones belong together. */
export interface ExplainedColumn {
  readonly name: string;
  /** Place of its first feature. */
  readonly first: number;
  /** How many features it has. */
  readonly width: number;
  /** What each feature of a column of categories stands for; absent for numbers. */
  readonly categories?: readonly string[];
  /** A number's raw value is feature * scale + mean. */
  readonly mean: number;
  readonly scale: number;
}

/** What a cell holds: a number, or a category. */
export type RawValue = number | string;

/** The raw columns of a model's features; without preprocessing each feature is one, named x0, x1, ... */
export function explainedColumns({
  network,
  preprocessing,
}: Pick<TrainedModel, 'network' | 'preprocessing'>): ExplainedColumn[] {
  if (!preprocessing) {
    return Array.from({ length: network.inputs }, (_, i) => ({
      name: `x${i}`,
      first: i,
      width: 1,
      mean: 0,
      scale: 1,
    }));
  }
  const { columns, scaler } = preprocessing.preprocessor.toJSON();
  let first = 0;
  return columns.map((column) => {
    const width = column.kind === 'numeric' ? 1 : column.categories.length;
    const explained = {
      name: column.name,
      first,
      width,
      ...(column.kind === 'categorical' && { categories: column.categories }),
      mean: scaler.mean[first] as number,
      scale: scaler.scale[first] as number,
    };
    first += width;
    return explained;
  });
}

/** The raw value from which the features at `start` of `x` came. */
export function rawValue(column: ExplainedColumn, x: ArrayLike<number>, start: number): RawValue {
  const { first, width, categories, mean, scale } = column;
  if (!categories)
    return withoutRounding((x[start + first] as number) * scale + mean, Math.abs(mean) + scale);
  const own = Array.from({ length: width }, (_, i) => x[start + first + i] as number);
  return categories[highest(own)] as string;
}

/** Features are kept in single precision: a number comes back to about seven digits of the column's size. */
function withoutRounding(value: number, size: number): number {
  const digits = 6 - Math.floor(Math.log10(Math.max(Math.abs(value), size)));
  // Adding 0 turns -0 into 0.
  return Number(digits < 0 ? value.toPrecision(7) : value.toFixed(Math.min(digits, 100))) + 0;
}

/** Writes the features of a raw value into the row at `start` of `x`. @throws UsageError for an unknown category */
export function writeRawValue(
  column: ExplainedColumn,
  value: RawValue,
  x: { [place: number]: number },
  start: number,
): void {
  const { name, first, width, categories, mean, scale } = column;
  if (!categories) {
    x[start + first] = (Number(value) - mean) / scale;
    return;
  }
  const place = categories.indexOf(String(value));
  if (place < 0) {
    throw new UsageError(
      `a value of ${name} must be one of ${categories.slice(0, 10).join(', ')}, got ${value}`,
    );
  }
  for (let i = 0; i < width; i++) x[start + first + i] = i === place ? 1 : 0;
}

/** Finds a column by its name. @throws UsageError that lists them */
export function explainedColumn(columns: readonly ExplainedColumn[], name: string): ExplainedColumn {
  const found = columns.find((column) => column.name === name);
  if (found) return found;
  const names = columns.map((column) => column.name);
  throw new UsageError(`column must be one of ${names.slice(0, 20).join(', ')}, got ${name}`);
}
