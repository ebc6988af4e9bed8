import { ticks as evenTicks } from 'd3-array';
import { brief, number } from '../numbers.ts';
import { colors } from './colors.ts';

/** How values of one kind are placed on a chart's axis. */
export interface Axis {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  /** Where a value lies between `low` and `high`. */
  readonly place: (value: number) => number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

export interface NumberAxisOptions {
  readonly isLogarithmic?: boolean;
  /** About how many ticks; 5 by default. */
  readonly ticks?: number;
  /** Room at both ends as a share of the length; 0.03 by default. */
  readonly room?: number;
  readonly label?: (value: number) => string;
}

/** An axis for numbers from `least` to `most`. */
export function numberAxis(name: string, least: number, most: number, options: NumberAxisOptions = {}): Axis {
  const { isLogarithmic = false, ticks = 5, room = 0.03, label = (value) => number(value, 3) } = options;
  const place = isLogarithmic ? Math.log10 : (value: number) => value;
  const [from, to] = apart(place(least), place(most));
  const margin = room * (to - from);
  const [low, high] = [from - margin, to + margin];
  const inside = (at: number) => at >= low && at <= high;
  const values = isLogarithmic ? logarithmicTicks(low, high, ticks) : evenTicks(low, high, ticks);
  return {
    name,
    low,
    high,
    place,
    ticks: values.map((value) => ({ at: place(value), label: label(value) })).filter(({ at }) => inside(at)),
  };
}

/** Ends that differ. */
function apart(least: number, most: number): [number, number] {
  if (most > least) return [least, most];
  const half = Math.abs(least) / 10 || 0.5;
  return [least - half, least + half];
}

/** Powers of ten, with 2 and 5 (or 3) times them where there is room; even ticks where less than a decade is shown. */
function logarithmicTicks(low: number, high: number, wanted: number): number[] {
  const decades = high - low;
  if (decades < 0.7) return evenTicks(10 ** low, 10 ** high, wanted).filter((value) => value > 0);
  const step = Math.max(1, Math.ceil(decades / (wanted + 1)));
  const factors = decades <= wanted / 3 ? [1, 2, 5] : decades <= wanted / 2 ? [1, 3] : [1];
  const first = Math.floor(low / step) * step;
  const powers = Array.from({ length: Math.ceil((high - first) / step) + 1 }, (_, i) => first + i * step);
  // Through text, so that 3e-4 does not become 0.00029999999999999997.
  return powers.flatMap((power) => factors.map((factor) => Number(`${factor}e${power}`)));
}

/** An axis of labels, in their order. */
export function labelAxis(name: string, labels: readonly string[]): Axis {
  return {
    name,
    low: -0.5,
    high: labels.length - 0.5,
    place: (value) => value,
    ticks: labels.map((label, at) => ({ at, label })),
  };
}

export interface AxisLook {
  /** Lines across the chart at the ticks. */
  readonly hasLines?: boolean;
  /** Letters of a label that are shown; 14 by default. */
  readonly longest?: number;
}

/** The axis in ECharts' words, without its name. */
export function axisOption({ low, high, ticks }: Axis, look: AxisLook = {}) {
  const labels = new Map(ticks.map(({ at, label }) => [at, brief(label, look.longest ?? 14)]));
  const customValues = ticks.map(({ at }) => at);
  return {
    type: 'value',
    min: low,
    max: high,
    axisLine: { show: !look.hasLines, onZero: false, lineStyle: { color: colors.muted } },
    axisTick: { show: !look.hasLines, customValues, lineStyle: { color: colors.muted } },
    axisLabel: {
      customValues,
      formatter: (at: number) => labels.get(at) ?? '',
      color: colors.muted,
      fontSize: 12,
      hideOverlap: true,
    },
    splitLine: { show: look.hasLines ?? false, lineStyle: { color: colors.grid } },
  };
}

/** Labels below a chart as a category axis in ECharts' words, with its name. */
export function categoryOption(name: string, labels: readonly string[]) {
  return {
    type: 'category',
    data: labels,
    ...nameBelow(name),
    axisLine: { lineStyle: { color: colors.muted } },
    axisTick: { show: false },
    axisLabel: { color: colors.muted, fontSize: 12, interval: 0, hideOverlap: true },
  };
}

/** The name of an axis in the middle below it. */
export function nameBelow(name: string) {
  return { ...nameOption(name), nameLocation: 'middle', nameGap: 28 };
}

/** An axis' name in ECharts' words. */
export function nameOption(name: string) {
  return { name: brief(name), nameTextStyle: { color: colors.ink, fontSize: 12 } };
}
