import type { EChartsCoreOption } from 'echarts/core';
import type { RawValue } from '../../explain/columns.ts';
import { type Explanation, outputName } from '../../explain/explanation.ts';
import { type Axis, labelAxis, numberAxis } from '../charts/axes.ts';
import { levels, valueColor } from '../charts/colors.ts';
import { figure } from '../charts/figure.ts';
import { type Cell, cells } from '../charts/marks.ts';
import { plot } from '../charts/plot.ts';
import { brief, number, sentences } from '../numbers.ts';
import type { Section } from '../sections/section.ts';

/** How predictions change with the two most important columns together. */
export function pairSection(explanation: Explanation): Section | undefined {
  const { pair } = explanation;
  if (!pair) return undefined;
  const average = pair.average[pair.output] ?? [];
  const all = average.flat();
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const [first, second] = pair.columns;
  return {
    id: 'pair',
    title: 'Two columns together',
    content: figure({
      id: 'pair',
      caption: sentences(
        `Mean ${brief(outputName(explanation, pair.output), 60)} when ${brief(first)} and ${brief(second)} are set in every row:`,
        `from ${number(low, 3)} to ${number(high, 3)}.`,
        'Combinations that no row comes near are guesses.',
      ),
      scale: {
        colors: Array.from({ length: levels }, (_, level) => valueColor(levels - 1 - level)),
        from: number(low, 3),
        to: number(high, 3),
      },
      draw: () => draw(pair.columns, pair.grids, average, [low, high]),
    }),
  };
}

function draw(
  [first, second]: readonly [string, string],
  [across, up]: readonly [readonly RawValue[], readonly RawValue[]],
  average: readonly (readonly number[])[],
  [low, high]: readonly [number, number],
): EChartsCoreOption {
  const [x, y] = [gridAxis(first, across), gridAxis(second, up)];
  const byLevel = Array.from({ length: levels }, (): Cell[] => []);
  average.forEach((column, i) => {
    column.forEach((value, j) => {
      const level = Math.min(levels - 1, Math.floor(((value - low) / (high - low || 1)) * levels));
      byLevel[level]?.push({ x: x.cell(i), y: y.cell(j) });
    });
  });
  return plot(
    x.axis,
    y.axis,
    byLevel.map((some, level) => cells(some, valueColor(levels - 1 - level))),
  );
}

interface GridAxis {
  readonly axis: Axis;
  /** Where a value of the grid reaches. */
  readonly cell: (index: number) => [from: number, to: number];
}

/** Cells end half way to their neighbours. */
function gridAxis(name: string, grid: readonly RawValue[]): GridAxis {
  if (!grid.every((value) => typeof value === 'number')) {
    return { axis: labelAxis(name, grid.map(String)), cell: (index) => [index - 0.5, index + 0.5] };
  }
  const middles = grid.slice(1).map((value, i) => (value + (grid[i] as number)) / 2);
  const edges = [grid[0] ?? 0, ...middles, grid.at(-1) ?? 0];
  return {
    axis: numberAxis(name, edges[0] ?? 0, edges.at(-1) ?? 0, { room: 0 }),
    cell: (index) => [edges[index] ?? 0, edges[index + 1] ?? 0],
  };
}
