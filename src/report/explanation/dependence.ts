import { max, min } from 'd3-array';
import type { EChartsCoreOption } from 'echarts/core';
import { type ColumnDependence, type Explanation, outputName } from '../../explain/explanation.ts';
import { type Axis, numberAxis } from '../charts/axes.ts';
import { boxPlot } from '../charts/boxes.ts';
import { colors } from '../charts/colors.ts';
import { keyList, smallFigure } from '../charts/figure.ts';
import { type Cell, cells, lines, outlined, type Point, rings } from '../charts/marks.ts';
import { plot } from '../charts/plot.ts';
import { type Html, html } from '../html.ts';
import { brief, number, sentences } from '../numbers.ts';
import { sample } from '../sample.ts';
import type { Section } from '../sections/section.ts';

/** Curves of single rows that are drawn. */
const mostCurves = 60;
/** The distribution takes this share of the height. */
const distributionShare = 0.14;

/** How predictions change with the most important columns. */
export function dependenceSection(explanation: Explanation): Section | undefined {
  const { dependence } = explanation;
  if (dependence.length === 0) return undefined;
  return {
    id: 'dependence',
    title: 'How predictions change with a column',
    content: [
      html`<p>${sentences(
        'Each thin line is a row whose cell is set to other values while the rest stays (individual conditional expectation);',
        'the thick line is their mean (partial dependence). Lines that cross tell of columns that act together.',
        dependence.some(({ isCategorical }) => isCategorical) &&
          'Of categories boxes hold the middle half of the rows, whiskers the middle 90\u00a0%, rings the mean.',
        'Bars below show where the column’s values are: where there are few, the curves are guesses.',
      )}</p>`,
      keyList([
        { color: colors.ink, label: 'mean', mark: 'line' },
        { color: colors.crowd, label: 'single rows', mark: 'line' },
        { color: colors.pruned, label: 'distribution of the column', mark: 'area' },
      ]),
      html`<div class="slices">${dependence.map((own, i) => curveFigure(explanation, own, `dependence${i}`))}</div>`,
    ],
  };
}

function curveFigure(explanation: Explanation, own: ColumnDependence, id: string): Html {
  const { column, average, output, grid } = own;
  const [low, high] = [Math.min(...average), Math.max(...average)];
  const at = (value: number) => grid[average.indexOf(value)];
  const text = (value: number | string | undefined) =>
    typeof value === 'number' ? number(value, 3) : brief(value ?? '', 16);
  return smallFigure({
    id,
    caption: sentences(
      `${brief(column)}: mean ${brief(outputName(explanation, output), 50)}`,
      `from ${number(low, 3)} (at ${text(at(low))}) to ${number(high, 3)} (at ${text(at(high))}).`,
    ),
    draw: () => (own.isCategorical ? drawCategories(own) : drawCurves(own)),
  });
}

function outputAxis({ individual, average }: ColumnDependence, room: number): Axis {
  const all = [...individual.flat(), ...average];
  const [least, most] = [min(all) ?? 0, max(all) ?? 1];
  const axis = numberAxis('', least, most, { ticks: 4 });
  return { ...axis, low: axis.low - room * (axis.high - axis.low) };
}

function drawCurves(own: ColumnDependence): EChartsCoreOption {
  const grid = own.grid.map(Number);
  const { low, high, counts } = own.distribution;
  const x = numberAxis(own.column, Math.min(low, ...grid), Math.max(high, ...grid), { ticks: 4 });
  const y = outputAxis(own, distributionShare);
  const curve = (values: readonly number[]) => values.map((value, i): Point => [grid[i] ?? 0, value]);
  const floor = y.low;
  const unit = (distributionShare * (y.high - y.low)) / (1 + distributionShare) / Math.max(...counts);
  const width = (high - low) / counts.length;
  const bars = counts.map(
    (count, i): Cell => ({ x: [low + i * width, low + (i + 1) * width], y: [floor, floor + count * unit] }),
  );
  return plot(x, y, [
    cells(
      bars.filter((_, i) => counts[i] !== 0),
      colors.pruned,
    ),
    lines(sample(own.individual, mostCurves).map(curve), colors.crowd, 0.8, 0.35),
    ...outlined(curve(own.average), colors.ink),
  ]);
}

/** Box plots of the rows, with rings at their means. */
function drawCategories(own: ColumnDependence): EChartsCoreOption {
  const axis = outputAxis(own, 0);
  const groups = own.grid.map((category, i) => ({
    label: `${category} (${own.distribution.counts[i] ?? 0})`,
    values: own.individual.map((curve) => curve[i] as number),
  }));
  const means = own.average.map((value, i): Point => [i, value]);
  return boxPlot(own.column, { axis, place: (value) => value }, groups, rings(means, colors.ink, 9));
}
