import type { EChartsCoreOption } from 'echarts/core';
import { colors } from '../charts/colors.ts';
import type { Size } from '../charts/draw.ts';
import { figure } from '../charts/figure.ts';
import type { ParameterImportance } from '../importance/parameter-importance.ts';
import { brief, count, counted, number, sentences } from '../numbers.ts';
import { type ObjectiveAxis, objectiveAxis } from '../objective-axis.ts';
import { type ParameterColumn, parameterColumns, placesOf, scaleOf } from '../parameter-columns.ts';
import { sample } from '../sample.ts';
import { type EndedTrial, objectiveOf, objectivesOf, type StudyView } from '../study-view.ts';
import { isConfirmed } from './lead.ts';
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
  const [best] = ranked;
  const top = ranked.slice(0, Math.min(mostBest, Math.ceil(ranked.length / 10)));
  const crowd = sample(ranked.slice(top.length), mostCrowd);
  // Lines are drawn in this order, the best one last.
  const trials = [...crowd, ...top.toReversed()];
  const all = parameterColumns(trials, view.settings.space);
  if (!best || trials.length < 3 || all.length < 2) return undefined;
  const columns = mostImportant(all, importance);
  const scale = objectiveAxis(objectives[0], objectivesOf(ranked));
  const axes = [...columns.map(parameterAxisOf), objectiveAxisOf(trials, scale)];
  const left = all.length - columns.length;
  const others = trials.length < ranked.length ? 'sampled others' : 'others';
  return {
    id: 'parallel',
    title: 'All parameters together',
    content: figure({
      id: 'parallel',
      caption: sentences(
        `Each line is a trial: the best ${count(top.length)} of ${counted(ranked.length, 'complete trial')}`,
        `over ${count(crowd.length)} ${others}. Where coloured lines meet, the best agree;`,
        `the best trial has ${objectives[0].metric} ${number(objectiveOf(best))}${isConfirmed(best) ? ' in the search' : ''}.`,
        left > 0 && `${counted(left, 'less important parameter')} left out.`,
        scale.note,
      ),
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

/** As many parameters as there is room for, in their own order. */
function mostImportant(all: readonly ParameterColumn[], importance: ParameterImportance | undefined) {
  if (!importance) return all.slice(0, mostAxes);
  const names = importance.mains.map(({ parameters: [f] }) => importance.columns[f ?? 0]?.name);
  const kept = new Set(names.slice(0, mostAxes));
  return all.filter(({ name }) => kept.has(name));
}

function objectiveAxisOf(trials: readonly EndedTrial[], { axis, place }: ObjectiveAxis): ParallelAxis {
  const share = (at: number) => (at - axis.low) / (axis.high - axis.low);
  return {
    name: axis.name,
    low: 0,
    ticks: axis.ticks.map(({ at, label }) => ({ at: share(at), label })),
    places: trials.map((trial) => share(place(objectiveOf(trial)))),
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
    parallelAxis: axes.map((axis, dim) => ({ dim, ...axisOption(axis, isNarrow) })),
    series: [
      { ...look(colors.pruned, 1, 0.28), data: lines.slice(0, crowd) },
      { ...look(colors.trend, 1.2, 0.45), data: lines.slice(crowd, -1) },
      { ...look(colors.best, 2.5, 1), data: lines.slice(-1) },
    ],
  };
}

/** An axis in ECharts' words. Its letters have an edge, as lines run behind them. */
function axisOption({ name, low, ticks }: ParallelAxis, isNarrow: boolean) {
  const labels = new Map(ticks.map(({ at, label }) => [at, brief(label, 9)]));
  const customValues = ticks.map(({ at }) => at);
  const letters = { color: colors.ink, textBorderColor: colors.paper, textBorderWidth: 3 };
  const aboveLine = { align: 'right', verticalAlign: 'bottom', padding: [0, 0, 5, 0] };
  return {
    type: 'value',
    min: low,
    max: 1,
    name: brief(name, 13),
    nameLocation: 'end',
    nameGap: isNarrow ? 0 : 18,
    nameTextStyle: { ...letters, fontSize: 12, ...(isNarrow ? aboveLine : {}) },
    axisLine: { lineStyle: { color: colors.muted } },
    axisTick: { customValues, lineStyle: { color: colors.muted } },
    axisLabel: {
      ...letters,
      customValues,
      hideOverlap: true,
      formatter: (at: number) => labels.get(at) ?? '',
      fontSize: 11,
    },
  };
}
