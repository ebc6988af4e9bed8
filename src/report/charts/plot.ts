import type { EChartsCoreOption } from 'echarts/core';
import { type Axis, axisOption, nameOption } from './axes.ts';

export interface PlotLook {
  /** Turns the labels below, for many long ones. */
  readonly rotate?: number;
  /** Room left of the axis for its labels, in pixels; by their length by default. */
  readonly left?: number;
  /** Which axis' ticks have lines across the chart: `y` by default. */
  readonly linesAt?: 'x' | 'y';
}

/** A chart with two axes: lines across at the ticks of one, the name above it; the name of `x` below. */
export function plot(x: Axis, y: Axis, series: readonly object[], look: PlotLook = {}): EChartsCoreOption {
  const longest = y.ticks.reduce((most, { label }) => Math.max(most, Math.min(label.length, 24)), 0);
  const left = look.left ?? 14 + 7 * longest;
  return {
    grid: {
      left,
      right: 16,
      top: y.name ? 30 : 10,
      bottom: (x.name ? 44 : 26) + (look.rotate ? 30 : 0),
      outerBoundsMode: 'none',
    },
    xAxis: {
      ...axisOption(x, {
        hasLines: look.linesAt === 'x',
        ...(look.rotate === undefined ? {} : { rotate: look.rotate }),
      }),
      ...nameOption(x.name),
      nameLocation: 'middle',
      nameGap: 28,
    },
    yAxis: {
      ...axisOption(y, { hasLines: look.linesAt !== 'x', longest: 24 }),
      ...nameOption(y.name),
      nameLocation: 'end',
      nameGap: 14,
      nameTextStyle: { ...nameOption(y.name).nameTextStyle, align: 'left', padding: [0, 0, 0, -left] },
    },
    series,
  };
}
