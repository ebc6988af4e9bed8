import { type ParameterColumn, scaleOf } from '../parameter-columns.ts';
import { type Axis, labelAxis, numberAxis } from './axes.ts';

/** An axis for a parameter; where it is switched off has no place on it. */
export function parameterAxis(column: ParameterColumn, ticks = 5): Axis {
  const { title, kind, labels, values, isLogarithmic } = column;
  if (kind !== 'number') return labelAxis(title, labels);
  let least = Infinity;
  let most = -Infinity;
  for (const value of values) {
    if (value < least) least = value;
    if (value > most) most = value;
  }
  return numberAxis(title, least, most, { isLogarithmic, ticks });
}

/** Middles of equal cells as the forest knows places: `cells` of a number, else one a level or choice. */
export function cellPlaces({ kind, labels }: ParameterColumn, cells: number): number[] {
  if (kind === 'choice') return labels.map((_, choice) => choice);
  const n = kind === 'number' ? cells : labels.length;
  return Array.from({ length: n }, (_, i) => (i + 0.5) / n);
}

/** Edges of the same cells on the parameter's axis. */
export function cellEdges(column: ParameterColumn, cells: number): number[] {
  const { kind, labels } = column;
  if (kind !== 'number') return Array.from({ length: labels.length + 1 }, (_, i) => i - 0.5);
  const { least, most } = scaleOf(column);
  return Array.from({ length: cells + 1 }, (_, i) => least + (i / cells) * (most - least));
}
