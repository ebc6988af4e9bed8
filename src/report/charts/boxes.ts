import { quantileSorted } from 'd3-array';
import type { EChartsCoreOption } from 'echarts/core';
import { brief } from '../numbers.ts';
import { type Axis, categoryOption, labelAxis } from './axes.ts';
import { colors } from './colors.ts';
import { dots, type Point } from './marks.ts';
import { plot } from './plot.ts';

/** Values of one choice. */
export interface BoxGroup {
  readonly label: string;
  readonly values: readonly number[];
}

/** Groups this small are drawn as dots: quantiles of a few values say nothing. */
const leastForBox = 5;

/** Where values of a box plot are drawn. */
export interface BoxScale {
  readonly axis: Axis;
  readonly place: (value: number) => number;
}

/**
 * Box plots: boxes hold the middle half, whiskers the middle 90 %, a line marks the median.
 *
 * @param x what the groups are of
 * @param marks series to draw over the boxes, with places of groups as their x
 */
export function boxPlot(
  x: string,
  { axis, place }: BoxScale,
  groups: readonly BoxGroup[],
  marks: readonly object[] = [],
): EChartsCoreOption {
  const placed = groups.map(({ values }) => values.map(place).sort((a, b) => a - b));
  const few = placed.flatMap((values, i): Point[] =>
    values.length < leastForBox ? values.map((value) => [i, value]) : [],
  );
  const boxes = {
    type: 'boxplot',
    silent: true,
    // Below the marks, which ECharts draws first otherwise.
    z: 1,
    boxWidth: [6, 34],
    itemStyle: { color: colors.wash, borderColor: colors.trend, borderWidth: 1.5 },
    data: placed.map((values) => (values.length < leastForBox ? [] : boxOf(values))),
  };
  const names = groups.map(({ label }) => brief(label, 12));
  return {
    ...plot(labelAxis(x, []), axis, [boxes, dots(few, colors.crowd, 5.5, 0.8), ...marks]),
    // ECharts draws boxes over its own kind of labels only.
    xAxis: categoryOption(x, names),
  };
}

function boxOf(sorted: readonly number[]): number[] {
  return [0.05, 0.25, 0.5, 0.75, 0.95].map((share) => quantileSorted([...sorted], share) as number);
}
