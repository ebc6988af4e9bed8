import type { ParameterColumn } from '../parameter-columns.ts';
import { type Axis, labelAxis, numberAxis } from './axes.ts';

/** An axis for a parameter; where it is switched off has no place on it. */
export function parameterAxis(column: ParameterColumn, ticks = 5): Axis {
  const { name, kind, labels, values, isLogarithmic } = column;
  if (kind !== 'number') return labelAxis(name, labels);
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return numberAxis(name, least, most, { isLogarithmic, ticks });
}

/** Numbers from 0 to 1 of the forest and where they stand on the axis: edges of equal cells, or labels' edges. */
export function cellEdges(column: ParameterColumn, cells: number): { edges: number[]; places: number[] } {
  if (column.kind !== 'number') {
    const n = column.labels.length;
    return {
      edges: Array.from({ length: n + 1 }, (_, i) => i - 0.5),
      places: Array.from({ length: n }, (_, i) => (column.kind === 'choice' ? i : (i + 0.5) / n)),
    };
  }
  const { low, high } = { low: 0, high: 1 };
  return {
    edges: Array.from({ length: cells + 1 }, (_, i) => low + (i / cells) * (high - low)),
    places: Array.from({ length: cells }, (_, i) => (i + 0.5) / cells),
  };
}
