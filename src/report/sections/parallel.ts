import type { EChartsCoreOption } from 'echarts/core';
import { colors } from '../charts/colors.ts';
import type { Size } from '../charts/draw.ts';
import { figure } from '../charts/figure.ts';
import type { ParameterImportance } from '../importance/parameter-importance.ts';
import { count, counted, number } from '../numbers.ts';
import { objectiveAxis } from '../objective-axis.ts';
import { type ParameterColumn, parameterColumns, placesOf, scaleOf } from '../parameter-columns.ts';
import { sample } from '../sample.ts';
import { objectiveOf, type StudyView } from '../study-view.ts';
import type { Section } from './section.ts';

const mostCrowd = 400;
const mostBest = 100;
const mostAxes = 9;
/** Where switched-off parameters stand below the others. */
const offPlace = -0.15;

interface ParallelAxis {
  readonly name: string;
  readonly low: number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
  /** By trial. */
  readonly places: readonly number[];
}

/** All parameters at once: a line a trial. */
export function parallelSection(
  view: StudyView,
  importance: ParameterImportance | undefined,
): Section | undefined {
  const { ranked, objectives } = view;
  const top = ranked.slice(0, Math.max(1, Math.min(mostBest, Math.ceil(ranked.length / 10))));
  const crowd = sample(ranked.slice(top.length), mostCrowd);
  const trials = [...crowd, ...top.toReversed()];
  const all = parameterColumns(trials);
  if (trials.length < 3 || all.length < 2) return undefined;
  const names = importance?.mains.map(({ parameters }) => importance.columns[parameters[0] ?? 0]?.name) ?? [];
  const important = new Set(names.slice(0, mostAxes));
  const columns = (names.length > 0 ? all.filter(({ name }) => important.has(name)) : all).slice(0, mostAxes);
  const scale = objectiveAxis(
    objectives[0],
    ranked.map((trial) => objectiveOf(trial)),
  );
  const { axis } = scale;
  const span = axis.high - axis.low;
  const axes = [
    ...columns.map(parameterAxisOf),
    {
      name: objectives[0].metric,
      low: 0,
      ticks: axis.ticks.map(({ at, label }) => ({ at: (at - axis.low) / span, label })),
      places: trials.map((trial) => (scale.place(objectiveOf(trial)) - axis.low) / span),
    },
  ];
  const left = all.length - columns.length;
  return {
    id: 'parallel',
    title: 'All parameters together',
    content: figure({
      id: 'parallel',
      caption: `Each line is a trial: the best ${count(top.length)} of ${counted(ranked.length, 'complete trial')} over ${count(crowd.length)} ${crowd.length + top.length < ranked.length ? 'sampled ' : ''}others. Where the bright lines meet, the best agree; the best trial has ${objectives[0].metric} ${number(objectiveOf(ranked[0] ?? (trials[0] as never)))}.${left > 0 ? ` ${counted(left, 'less important parameter')} left out.` : ''}${scale.note}`,
      key: [
        { color: colors.best, label: 'the best trial', mark: 'line' },
        { color: colors.trend, label: `the best ${count(top.length)}`, mark: 'line' },
        { color: colors.pruned, label: 'others', mark: 'line' },
      ],
      wide: { height: 400 },
      narrow: { height: 84 + 64 * axes.length },
      draw: (size) => parallelPlot(axes, crowd.length, size),
    }),
  };
}

function parameterAxisOf(column: ParameterColumn): ParallelAxis {
  const { name, kind, labels } = column;
  const places = placesOf(column);
  const isOff = places.some(Number.isNaN);
  const n = labels.length;
  const own =
    kind === 'number' ? numberTicks(column) : labels.map((label, i) => ({ at: (i + 0.5) / n, label }));
  return {
    name,
    low: isOff ? offPlace : 0,
    ticks: isOff ? [{ at: offPlace, label: 'off' }, ...own] : own,
    places: Array.from(places, (place) => {
      if (Number.isNaN(place)) return offPlace;
      return kind === 'choice' ? (place + 0.5) / n : place;
    }),
  };
}

function numberTicks(column: ParameterColumn) {
  const { least, most } = scaleOf(column);
  return [0, 0.5, 1].map((at) => {
    const value = least + at * (most - least);
    return { at, label: number(column.isLogarithmic ? 10 ** value : value, 2) };
  });
}

function parallelPlot(axes: readonly ParallelAxis[], crowd: number, { width }: Size): EChartsCoreOption {
  const isNarrow = width < 500;
  const lines = (axes[0]?.places ?? []).map((_, trial) => axes.map(({ places }) => places[trial] as number));
  const look = (color: string, lineWidth: number, opacity: number) => ({
    type: 'parallel',
    silent: true,
    smooth: 0,
    lineStyle: { color, width: lineWidth, opacity },
  });
  return {
    parallel: {
      layout: isNarrow ? 'vertical' : 'horizontal',
      left: isNarrow ? 22 : 48,
      right: isNarrow ? 24 : 64,
      top: 44,
      bottom: isNarrow ? 34 : 24,
      parallelAxisDefault: { silent: true },
    },
    parallelAxis: axes.map(({ name, low, ticks }, dim) => {
      const labels = new Map(
        ticks.map(({ at, label }) => [at, label.length > 9 ? `${label.slice(0, 8)}…` : label]),
      );
      const customValues = ticks.map(({ at }) => at);
      return {
        dim,
        type: 'value',
        min: low,
        max: 1,
        name: name.length > 14 ? `${name.slice(0, 13)}…` : name,
        nameLocation: 'end',
        nameGap: isNarrow ? 0 : 18,
        nameTextStyle: {
          color: colors.ink,
          fontSize: 12,
          ...(isNarrow ? { align: 'right', verticalAlign: 'bottom', padding: [0, 0, 5, 0] } : {}),
          textBorderColor: colors.paper,
          textBorderWidth: 3,
        },
        axisLine: { lineStyle: { color: colors.muted } },
        axisTick: { customValues, lineStyle: { color: colors.muted } },
        axisLabel: {
          customValues,
          formatter: (at: number) => labels.get(at) ?? '',
          color: colors.ink,
          fontSize: 11,
          textBorderColor: colors.paper,
          textBorderWidth: 3,
        },
      };
    }),
    series: [
      { ...look(colors.pruned, 1, 0.28), data: lines.slice(0, crowd) },
      { ...look(colors.trend, 1.2, 0.45), data: lines.slice(crowd, -1) },
      { ...look(colors.best, 2.5, 1), data: lines.slice(-1) },
    ],
  };
}
