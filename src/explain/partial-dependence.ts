import { knownOptions, trueOrFalse, wholeNumber } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import { quantileOf } from '../evaluate/metrics/quantile.ts';
import type { Features } from '../train/rows.ts';
import { type ExplainedColumn, explainedColumn, type RawValue, rawValue, writeRawValue } from './columns.ts';
import { meanOf } from './interval.ts';
import {
  type ExplainedModel,
  type ExplainRunOptions,
  type FeatureRows,
  featureRows,
  type OutputScale,
  predictMany,
  runOptionNames,
  type Subject,
  subjectOf,
} from './subject.ts';

interface GridOptions extends ExplainRunOptions {
  /** The most values of a numeric column: quantiles from 5 to 95 %, or all where there are few. Default 20. */
  readonly gridSize?: number;
  /** Default probability. */
  readonly scale?: OutputScale;
}

export interface PartialDependenceOptions extends GridOptions {
  /** Raw values of the column to try, instead of those from the rows. */
  readonly grid?: readonly RawValue[];
  /** Whether each curve starts at 0, so that only its changes show. Default false. */
  readonly centred?: boolean;
}

/** How outputs change with one column, all others as they are. */
export interface PartialDependence {
  readonly column: string;
  readonly isCategorical: boolean;
  readonly grid: readonly RawValue[];
  readonly isCentred: boolean;
  /** Partial dependence: mean over the rows, of each output at each value of the grid. */
  readonly average: readonly (readonly number[])[];
  /** Individual conditional expectation: of each output, a curve for each row. */
  readonly individual: readonly (readonly (readonly number[])[])[];
}

export interface PairDependenceOptions extends GridOptions {
  readonly grids?: readonly [first: readonly RawValue[], second: readonly RawValue[]];
}

/** How outputs change with two columns together. */
export interface PairDependence {
  readonly columns: readonly [first: string, second: string];
  readonly grids: readonly [first: readonly RawValue[], second: readonly RawValue[]];
  /** Of each output, a row for each value of the first column. */
  readonly average: readonly (readonly (readonly number[])[])[];
}

const gridOptionNames = ['gridSize', 'scale', ...runOptionNames];

/**
 * Partial dependence (Friedman, "Greedy Function Approximation", 2001) with its individual curves (Goldstein, Kapelner,
 * Bleich and Pitkin, "Peeking Inside the Black Box", 2015): what the model says when one column is set to each value of
 * a grid in every row.
 *
 * @param x features as the network takes them
 * @param column the raw column's name
 * @throws UsageError for options or rows that do not fit, CancelledError when the signal is aborted
 */
export async function partialDependence(
  model: ExplainedModel,
  x: Features,
  column: string,
  options: PartialDependenceOptions = {},
): Promise<PartialDependence> {
  knownOptions('partialDependence', options, ['grid', 'centred', ...gridOptionNames]);
  const isCentred = trueOrFalse('centred', options.centred ?? false);
  const subject = subjectOf(model, options, options.scale);
  const rows = featureRows(x, 'x', subject.network);
  const own = explainedColumn(subject.columns, column);
  const grid = options.grid ?? gridOf(own, rows, subject.network.inputs, options.gridSize);
  const outputs = await onGrid(
    subject,
    rows,
    [own],
    grid.map((value) => [value]),
  );
  const curves = curvesOf(outputs, { rows: rows.rows, points: grid.length, units: subject.units });
  const individual = isCentred ? curves.map((all) => all.map(centredCurve)) : curves;
  const average = individual.map((all) => grid.map((_, i) => meanOf(all.map((curve) => curve[i] as number))));
  return { column, isCategorical: own.categories !== undefined, grid, isCentred, average, individual };
}

/** Of each output, a curve for each row. */
function curvesOf(
  outputs: Float32Array,
  { rows, points, units }: { readonly rows: number; readonly points: number; readonly units: number },
): number[][][] {
  const curve = (row: number, unit: number) =>
    Array.from({ length: points }, (_, i) => outputs[(i * rows + row) * units + unit] as number);
  return Array.from({ length: units }, (_, unit) =>
    Array.from({ length: rows }, (_, row) => curve(row, unit)),
  );
}

function centredCurve(curve: readonly number[]): number[] {
  return curve.map((value) => value - (curve[0] as number));
}

/** Partial dependence on two columns. @throws UsageError as `partialDependence` */
export async function pairDependence(
  model: ExplainedModel,
  x: Features,
  columns: readonly [first: string, second: string],
  options: PairDependenceOptions = {},
): Promise<PairDependence> {
  knownOptions('pairDependence', options, ['grids', ...gridOptionNames]);
  const subject = subjectOf(model, options, options.scale);
  const rows = featureRows(x, 'x', subject.network);
  const [first, second] = columns.map((name) => explainedColumn(subject.columns, name)) as [
    ExplainedColumn,
    ExplainedColumn,
  ];
  if (first === second) throw new UsageError(`columns must be two different ones, got ${first.name} twice`);
  const gridOfOne = (column: ExplainedColumn) =>
    gridOf(column, rows, subject.network.inputs, options.gridSize ?? 10);
  const grids = options.grids ?? ([gridOfOne(first), gridOfOne(second)] as const);
  const points = grids[0].flatMap((a) => grids[1].map((b) => [a, b]));
  const outputs = await onGrid(subject, rows, [first, second], points);
  const average = curvesOf(outputs, { rows: rows.rows, points: points.length, units: subject.units }).map(
    (curves) => {
      const meanAt = (point: number) => meanOf(curves.map((curve) => curve[point] as number));
      return grids[0].map((_, i) => grids[1].map((_, j) => meanAt(i * grids[1].length + j)));
    },
  );
  return { columns, grids, average };
}

/** Outputs with columns set to each point of a grid: points x rows x outputs. */
async function onGrid(
  subject: Subject,
  x: FeatureRows,
  columns: readonly ExplainedColumn[],
  points: readonly (readonly RawValue[])[],
): Promise<Float32Array> {
  const { units } = subject;
  const { inputs } = subject.network;
  const outputs = new Float32Array(points.length * x.rows * units);
  const write = (place: number, into: Float32Array, at: number) => {
    const point = points[Math.floor(place / x.rows)] as readonly RawValue[];
    const row = (place % x.rows) * inputs;
    for (let i = 0; i < inputs; i++) into[at + i] = x.values[row + i] as number;
    columns.forEach((column, i) => {
      writeRawValue(column, point[i] as RawValue, into, at);
    });
  };
  await predictMany(subject, points.length * x.rows, write, (place, values, at) => {
    for (let unit = 0; unit < units; unit++) outputs[place * units + unit] = values[at + unit] as number;
  });
  return outputs;
}

/** Categories as they are; of numbers all values where they are few, else quantiles without the outer 5 %. */
function gridOf(column: ExplainedColumn, x: FeatureRows, inputs: number, size = 20): RawValue[] {
  wholeNumber('gridSize', size, 2);
  if (column.categories) return [...column.categories];
  const values = Float64Array.from({ length: x.rows }, (_, row) =>
    Number(rawValue(column, x.values, row * inputs)),
  ).sort();
  const distinct = [...new Set(values)];
  if (distinct.length <= size) return distinct;
  const quantiles = Array.from({ length: size }, (_, i) => quantileOf(values, 0.05 + (0.9 * i) / (size - 1)));
  return [...new Set(quantiles)];
}
