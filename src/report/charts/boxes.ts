import { quantileSorted } from 'd3-array';
import type { EChartsCoreOption } from 'echarts/core';
import { brief } from '../numbers.ts';
import { type Axis, axisOption, nameOption } from './axes.ts';
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

/** Box plots of values on `y`: boxes hold the middle half, whiskers the middle 90 %, a line marks the median. */
export function boxPlot(
  x: string,
  y: Axis,
  groups: readonly BoxGroup[],
  place: (value: number) => number,
): EChartsCoreOption {
  const placed = groups.map(({ values }) => values.map(place).sort((a, b) => a - b));
  const few: Point[] = placed.flatMap((values, i) =>
    values.length < leastForBox ? values.map((value) => [i, value] as const) : [],
  );
  const base = plot({ name: x, low: 0, high: 1, place: (value) => value, ticks: [] }, y, []);
  return {
    ...base,
    xAxis: {
      ...axisOption({ name: x, low: 0, high: 1, place: (value) => value, ticks: [] }),
      ...nameOption(x),
      nameLocation: 'middle',
      nameGap: 28,
      type: 'category',
      data: groups.map(({ label }) => brief(label, 12)),
      axisLabel: { color: colors.muted, fontSize: 12, interval: 0, hideOverlap: true },
      axisTick: { show: false },
      min: null,
      max: null,
    },
    series: [
      {
        type: 'boxplot',
        silent: true,
        boxWidth: [6, 34],
        itemStyle: { color: colors.wash, borderColor: colors.trend, borderWidth: 1.5 },
        data: placed.map((values) => (values.length < leastForBox ? [] : boxOf(values))),
      },
      dots(few, colors.crowd, 5.5, 0.8),
    ],
  };
}

function boxOf(sorted: readonly number[]): number[] {
  return [0.05, 0.25, 0.5, 0.75, 0.95].map((share) => quantileSorted([...sorted], share) as number);
}
