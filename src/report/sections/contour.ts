import { max, min, quantileSorted } from 'd3-array';
import type { CustomSeriesOption } from 'echarts/charts';
import type { EChartsCoreOption } from 'echarts/core';
import type { Objective } from '../../study/records.ts';
import { colors, levels, valueColor } from '../charts/colors.ts';
import { figure } from '../charts/figure.ts';
import { type Cell, cells, dots, type Point, rings } from '../charts/marks.ts';
import { cellEdges, cellPlaces, parameterAxis } from '../charts/parameter-axis.ts';
import { plot } from '../charts/plot.ts';
import { expectedAt } from '../importance/importance.ts';
import type { ParameterImportance } from '../importance/parameter-importance.ts';
import { brief, count, counted, number, sentences, valueText } from '../numbers.ts';
import { type ParameterColumn, scaleOf } from '../parameter-columns.ts';
import { sample } from '../sample.ts';
import type { EndedTrial, StudyView } from '../study-view.ts';
import type { Section } from './section.ts';

const columnsOfCells = 32;
const rowsOfCells = 20;
const mostDots = 700;

/** Two parameters and what the forest expects over them: columns x rows of cells. */
interface Plane {
  readonly across: ParameterColumn;
  readonly up: ParameterColumn;
  readonly expected: Float64Array;
}

/** What the forest expects over the two most important parameters, and where trials were. */
export function contourSection(
  view: StudyView,
  importance: ParameterImportance | undefined,
): Section | undefined {
  const plane = importance && planeOf(importance);
  const [best] = view.ranked;
  if (!plane || !best) return undefined;
  const { across, up, expected } = plane;
  const [objective] = view.objectives;
  const isSmallGood = objective.direction === 'minimize';
  const ends = isSmallGood ? [min(expected), max(expected)] : [max(expected), min(expected)];
  const [good = '', bad = ''] = ends.map((value) => number(value ?? Number.NaN, 3));
  const trials = sample(view.ranked, mostDots);
  return {
    id: 'contour',
    title: `${across.title} and ${up.title} together`,
    content: figure({
      id: 'contour',
      caption: sentences(
        `${objective.metric} that the forest expects for the two most important parameters,`,
        `averaged over all others: from ${good} (bright) to ${bad} (dark).`,
        trials.length < view.ranked.length
          ? `Dots are ${count(trials.length)} sampled ones of ${counted(view.ranked.length, 'complete trial')};`
          : `Dots are ${counted(trials.length, 'complete trial')};`,
        `the ring is the best, at ${placeText(best, across)}, ${placeText(best, up)}.`,
      ),
      scale: {
        colors: Array.from({ length: levels }, (_, level) => valueColor(level)),
        from: `good: ${good}`,
        to: `${bad}: bad`,
      },
      wide: { height: 420 },
      narrow: { height: 340 },
      draw: () => draw(plane, objective, trials, best),
    }),
  };
}

function planeOf({ mains, columns, forest }: ParameterImportance): Plane | undefined {
  const [first, second] = mains;
  const [f, g] = [first?.parameters[0], second?.parameters[0]];
  if (f === undefined || g === undefined) return undefined;
  const [across, up] = [columns[f], columns[g]];
  if (!across || !up) return undefined;
  const places = [cellPlaces(across, columnsOfCells), cellPlaces(up, rowsOfCells)] as const;
  return { across, up, expected: expectedAt(forest, [f, g], places) };
}

function placeText({ record }: EndedTrial, { name, title }: ParameterColumn): string {
  return `${title} ${brief(valueText(record.parameters[name]))}`;
}

function draw(
  { across, up, expected }: Plane,
  objective: Objective,
  trials: readonly EndedTrial[],
  best: EndedTrial,
): EChartsCoreOption {
  const points = trials.flatMap((trial) => {
    const point = pointOf(trial, across, up);
    return point ? [jittered(point, across, up, trial.record.index)] : [];
  });
  const bestPoint = pointOf(best, across, up);
  const [xs, ys] = [cellEdges(across, columnsOfCells), cellEdges(up, rowsOfCells)];
  return plot(parameterAxis(across), parameterAxis(up), [
    ...heat(expected, objective, xs, ys),
    dots(points, colors.dotsEdge, 4.6, 0.4),
    dots(points, colors.dots, 3, 0.9),
    ...(bestPoint ? rings([bestPoint], colors.best, 12) : []),
  ]);
}

/** Where levels of equally many cells end, the best first. */
function levelLimits(expected: Float64Array, { direction }: Objective): number[] {
  const sorted = Array.from(expected).sort((a, b) => (direction === 'minimize' ? a - b : b - a));
  return Array.from(
    { length: levels },
    (_, level) => quantileSorted(sorted, (level + 1) / levels) ?? Number.NaN,
  );
}

/** A rectangle for each cell, coloured by its level. */
function heat(
  expected: Float64Array,
  objective: Objective,
  xs: readonly number[],
  ys: readonly number[],
): CustomSeriesOption[] {
  const limits = levelLimits(expected, objective);
  const byLevel = Array.from({ length: levels }, (): Cell[] => []);
  const rows = ys.length - 1;
  const sign = objective.direction === 'minimize' ? 1 : -1;
  expected.forEach((value, i) => {
    const column = Math.floor(i / rows);
    const row = i % rows;
    const within = limits.findIndex((limit) => sign * value <= sign * limit);
    byLevel[within < 0 ? levels - 1 : within]?.push({
      x: [xs[column] as number, xs[column + 1] as number],
      y: [ys[row] as number, ys[row + 1] as number],
    });
  });
  return byLevel.map((some, level) => cells(some, valueColor(level)));
}

/** Where a trial is on the axes; undefined where one of the two is switched off. */
function pointOf({ record }: EndedTrial, across: ParameterColumn, up: ParameterColumn): Point | undefined {
  const places = [across, up].map((column) => {
    const value = record.parameters[column.name];
    if (value === undefined) return undefined;
    if (column.kind === 'number') return scaleOf(column).scaled(Number(value));
    const label = column.labels.indexOf(brief(valueText(value)));
    return label < 0 ? undefined : label;
  });
  const [x, y] = places;
  return x === undefined || y === undefined ? undefined : [x, y];
}

/** Trials of the same choice side by side rather than on top of each other. */
function jittered([x, y]: Point, across: ParameterColumn, up: ParameterColumn, index: number): Point {
  // Multiples of the golden ratio and of the square root of two spread evenly.
  const spread = (column: ParameterColumn, ratio: number) =>
    column.kind === 'number' ? 0 : 0.7 * (((index * ratio) % 1) - 0.5);
  return [x + spread(across, 0.618034), y + spread(up, 0.414214)];
}
