import type { EChartsCoreOption } from 'echarts/core';
import { type Axis, axisOption, nameBelow, nameOption } from './axes.ts';
import type { Size } from './draw.ts';

export interface PlotLook {
  /** The most letters of the labels at the left; 26 by default. */
  readonly longestLabel?: number;
  /** Which axis' ticks have lines across the chart: `y` by default. */
  readonly linesAt?: 'x' | 'y';
}

/** Letters of the labels at the left that a chart of some width has room for. */
export function labelRoom({ width }: Size): number {
  return width < 500 ? 22 : 26;
}

/** A chart with two axes: lines across at the ticks of one, the name of `y` above it, that of `x` below it. */
export function plot(x: Axis, y: Axis, series: readonly object[], look: PlotLook = {}): EChartsCoreOption {
  const { longestLabel = 26 } = look;
  const longest = y.ticks.reduce(
    (most, { label }) => Math.max(most, Math.min(label.length, longestLabel)),
    0,
  );
  // Letters are up to 7.9 pixels wide on average.
  const left = 14 + 7.9 * longest;
  return {
    grid: {
      left,
      right: 16,
      top: y.name ? 30 : 10,
      bottom: x.name ? 44 : 26,
      outerBoundsMode: 'none',
    },
    xAxis: {
      ...axisOption(x, { hasLines: look.linesAt === 'x' }),
      ...nameBelow(x.name),
    },
    yAxis: {
      ...axisOption(y, { hasLines: look.linesAt !== 'x', longest: longestLabel }),
      ...nameOption(y.name),
      nameLocation: 'end',
      nameGap: 14,
      nameTextStyle: { ...nameOption(y.name).nameTextStyle, align: 'left', padding: [0, 0, 0, -left] },
    },
    series,
  };
}
