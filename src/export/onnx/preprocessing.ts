import type { FittedColumn, PreprocessorData } from '../../data/table/preprocessor.ts';
import type { GraphBuilder } from './graph.ts';
import { elementTypes } from './messages.ts';

type NumericColumn = Extract<FittedColumn, { kind: 'numeric' }>;
type CategoricalColumn = Extract<FittedColumn, { kind: 'categorical' }>;

/** The input that holds all columns. */
const allColumns = 'features';
/** The dimension that differs from call to call. */
export const rowsDimension = 'rows';

/** Adds the input of a model that was trained without preprocessing; returns its name. */
export function addFeatureInput(graph: GraphBuilder, features: number): string {
  return graph.input({
    name: allColumns,
    type: 'float',
    dimensions: [rowsDimension, features],
    doc: `The ${features} features of each row, as the network was trained on.`,
  });
}

/**
 * Adds the inputs of raw cells and the nodes that turn them into features: in double precision, rounded to single at
 * last, as Shoal does. Where all columns are numeric one input holds them all; otherwise each column is an input.
 * Returns the features' name.
 */
export function addPreprocessing(graph: GraphBuilder, { columns, scaler }: PreprocessorData): string {
  const numeric = columns.filter((column) => column.kind === 'numeric');
  const cells = numeric.length === columns.length ? addMatrix(graph, numeric) : addColumns(graph, columns);
  const shifted = graph.apply('Sub', [cells, graph.constant('mean', Float64Array.from(scaler.mean))]);
  const scaled = graph.apply('Div', [shifted, graph.constant('scale', Float64Array.from(scaler.scale))]);
  return graph.apply('Cast', [scaled], { to: { int: elementTypes.float } });
}

/** All columns as one input. */
function addMatrix(graph: GraphBuilder, columns: readonly NumericColumn[]): string {
  const names = columns.map(({ name }) => name).join(', ');
  const input = graph.input({
    name: allColumns,
    type: 'double',
    dimensions: [rowsDimension, columns.length],
    doc: `The columns ${names}, in this order; NaN where a cell is missing.`,
  });
  return addFill(graph, input, columns);
}

/** Each column as an input, in the end side by side. */
function addColumns(graph: GraphBuilder, columns: readonly FittedColumn[]): string {
  const dimensions = [rowsDimension, 1];
  // All inputs come first, so that their names are the columns'.
  const inputs = columns.map((column) => {
    const { name } = column;
    if (column.kind === 'numeric') {
      const doc = `The column ${name}: a number; NaN where the cell is missing.`;
      return graph.input({ name, type: 'double', dimensions, doc });
    }
    const doc = `The column ${name}: one of ${column.categories.join(', ')}; empty where the cell is missing.`;
    return graph.input({ name, type: 'string', dimensions, doc });
  });
  const parts = columns.map((column, place) => {
    const input = inputs[place] as string;
    return column.kind === 'numeric' ? addFill(graph, input, [column]) : addOneHot(graph, input, column);
  });
  return parts.length === 1 ? (parts[0] as string) : graph.apply('Concat', parts, { axis: { int: 1 } });
}

/** Puts the fitted values where cells are missing; a column without one keeps its NaN. */
function addFill(graph: GraphBuilder, cells: string, columns: readonly NumericColumn[]): string {
  if (columns.every(({ fill }) => fill === null)) return cells;
  const fill = Float64Array.from(columns, (column) => column.fill ?? Number.NaN);
  return graph.apply('Where', [graph.apply('IsNaN', [cells]), graph.constant('fill', fill), cells]);
}

/** 0 or 1 for each category. As Shoal does, OneHotEncoder with `zeros` 0 refuses what is none of them. */
function addOneHot(
  graph: GraphBuilder,
  input: string,
  { name, categories, fill }: CategoricalColumn,
): string {
  const places = categories.map((_, place) => place);
  const isFilled = fill !== null;
  const place = graph.apply('LabelEncoder', [input], {
    keys_strings: { strings: isFilled ? [...categories, ''] : categories },
    values_int64s: { ints: isFilled ? [...places, categories.indexOf(fill)] : places },
    default_int64: { int: -1 },
  });
  // Its name is what the runtime's error tells of the column.
  const oneHot = graph.apply(
    'OneHotEncoder',
    [place],
    { cats_int64s: { ints: places }, zeros: { int: 0 } },
    graph.unique(`OneHotEncoder of column ${name}`),
  );
  const flat = graph.apply('Flatten', [oneHot], { axis: { int: 1 } });
  return graph.apply('Cast', [flat], { to: { int: elementTypes.double } });
}
