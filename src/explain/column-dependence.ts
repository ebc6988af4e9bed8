import { highest } from '../core/highest.ts';
import { partOf, sampleOf } from './explained-table.ts';
import type { ColumnDependence, Explanation } from './explanation.ts';
import { pairDependence, partialDependence } from './partial-dependence.ts';
import { runOptions, type Work } from './work.ts';

/** Rows that have a curve of their own. */
const mostCurves = 200;
const bins = 24;
/** Rows that a distribution is of. */
const mostCounted = 10_000;

/** Partial dependence on each of the columns, for the output that changes most (or the one that was asked for). */
export async function columnDependences(work: Work, columns: readonly number[]): Promise<ColumnDependence[]> {
  const { data, model, scale } = work;
  const places = curveRows(work);
  const part = partOf(data, places);
  const dependences: ColumnDependence[] = [];
  for (const [i, column] of columns.entries()) {
    const name = data.columns[column] as string;
    const { onProgress, ...run } = runOptions(work, 'partial dependence');
    const found = await partialDependence(model, part, name, { ...run, scale });
    onProgress?.(i + 1, columns.length);
    const output = work.chosenOutput ?? highest(found.average.map(range));
    const { isCategorical, grid, average, individual } = found;
    dependences.push({
      column: name,
      isCategorical,
      grid,
      output,
      average: average[output] ?? [],
      individual: individual[output] ?? [],
      distribution: distributionOf(work, column, found),
    });
  }
  return dependences;
}

/** Partial dependence on two columns together. */
export async function strongestPair(
  work: Work,
  [first, second]: readonly [number, number],
): Promise<NonNullable<Explanation['pair']>> {
  const { data, model, scale } = work;
  const places = curveRows(work);
  const names = [data.columns[first] as string, data.columns[second] as string] as const;
  const run = runOptions(work, 'partial dependence on two columns');
  const found = await pairDependence(model, partOf(data, places), names, { ...run, scale });
  const output = work.chosenOutput ?? highest(found.average.map((own) => range(own.flat())));
  return { ...found, output };
}

function curveRows({ data, options, seed }: Work): Int32Array {
  return sampleOf(data, Math.min(mostCurves, options.mostRows ?? mostCurves), seed, 3);
}

function range(values: readonly number[]): number {
  return Math.max(...values) - Math.min(...values);
}

function distributionOf(
  { data, seed }: Work,
  column: number,
  { isCategorical, grid }: Pick<ColumnDependence, 'isCategorical' | 'grid'>,
): ColumnDependence['distribution'] {
  const places = sampleOf(data, mostCounted, seed, 4);
  const cells = Array.from(places, (place) => data.cell(place, column));
  if (isCategorical) {
    const counts = grid.map((category) => cells.filter((cell) => cell === category).length);
    return { low: 0, high: grid.length - 1, counts };
  }
  const values = cells.map(Number);
  const low = values.reduce((a, b) => Math.min(a, b));
  const high = values.reduce((a, b) => Math.max(a, b));
  const counts = new Array<number>(bins).fill(0);
  for (const value of values) {
    const bin = high > low ? Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins)) : 0;
    counts[bin] = (counts[bin] as number) + 1;
  }
  return { low, high, counts };
}
