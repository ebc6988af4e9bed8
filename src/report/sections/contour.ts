import { max, min, quantileSorted } from 'd3-array';
import type { Objective } from '../../study/records.ts';
import { colors, levels, valueColor } from '../charts/colors.ts';
import { figure } from '../charts/figure.ts';
import { type Cell, cells, dots, type Point, rings } from '../charts/marks.ts';
import { cellEdges, parameterAxis } from '../charts/parameter-axis.ts';
import { plot } from '../charts/plot.ts';
import { expectedAt } from '../importance/importance.ts';
import type { ParameterImportance } from '../importance/parameter-importance.ts';
import { counted, number, valueText } from '../numbers.ts';
import { type ParameterColumn, scaleOf } from '../parameter-columns.ts';
import { sample } from '../sample.ts';
import type { EndedTrial, StudyView } from '../study-view.ts';
import type { Section } from './section.ts';

const columnsOfCells = 32;
const rowsOfCells = 20;
const mostDots = 700;

/** What the forest expects over the two most important parameters, and where trials were. */
export function contourSection(
  view: StudyView,
  importance: ParameterImportance | undefined,
): Section | undefined {
  const [first, second] = importance?.mains ?? [];
  const [f, g] = [first?.parameters[0], second?.parameters[0]];
  if (!importance || f === undefined || g === undefined) return undefined;
  const [across, up] = [importance.columns[f], importance.columns[g]];
  const [best] = view.ranked;
  if (!across || !up || !best) return undefined;
  const [objective] = view.objectives;
  const [xCells, yCells] = [cellEdges(across, columnsOfCells), cellEdges(up, rowsOfCells)];
  const expected = expectedAt(importance.forest, [f, g], [xCells.places, yCells.places]);
  const limits = levelLimits(expected, objective);
  const shownTrials = sample(view.ranked, mostDots);
  const [x, y] = [parameterAxis(across), parameterAxis(up)];
  const at = (trial: EndedTrial) => pointOf(trial, across, up);
  const points = shownTrials.flatMap((trial) => {
    const point = at(trial);
    return point ? [jittered(point, across, up, trial.record.index)] : [];
  });
  const bestPoint = at(best);
  const [bestText, worstText] = (
    objective.direction === 'minimize' ? [min(expected), max(expected)] : [max(expected), min(expected)]
  ).map((value) => number(value ?? Number.NaN, 3));
  return {
    id: 'contour',
    title: `${across.name} and ${up.name} together`,
    content: figure({
      id: 'contour',
      caption: `${objective.metric} that the forest expects for the two most important parameters, averaged over all others: from ${bestText} (bright) to ${worstText} (dark). Dots are ${counted(points.length, 'trial')}${points.length < view.ranked.length ? `, sampled from ${counted(view.ranked.length, 'complete one')}` : ''}; the ring is the best, at ${across.name} ${valueText(best.record.parameters[across.name])}, ${up.name} ${valueText(best.record.parameters[up.name])}.`,
      scale: {
        colors: limits.map((_, level) => valueColor(level)),
        from: `good: ${bestText}`,
        to: `${worstText}: bad`,
      },
      wide: { height: 420 },
      narrow: { height: 340 },
      draw: () =>
        plot(x, y, [
          ...heat(expected, limits, objective, edges(across, xCells.edges), edges(up, yCells.edges)),
          dots(points, colors.dotsEdge, 4.6, 0.4),
          dots(points, colors.dots, 3, 0.9),
          ...(bestPoint ? rings([bestPoint], colors.best, 12) : []),
        ]),
    }),
  };
}

/** Where levels of equally many cells end, the best first. */
function levelLimits(expected: Float64Array, { direction }: Objective): number[] {
  const sorted = Array.from(expected).sort((a, b) => (direction === 'minimize' ? a - b : b - a));
  return Array.from(
    { length: levels },
    (_, level) => quantileSorted(sorted, (level + 1) / levels) ?? Number.NaN,
  );
}

/** Edges from 0 to 1 on a number's own scale; edges of labels as they are. */
function edges(column: ParameterColumn, places: readonly number[]): number[] {
  if (column.kind !== 'number') return [...places];
  const { least, most } = scaleOf(column);
  return places.map((place) => least + place * (most - least));
}

function heat(
  expected: Float64Array,
  limits: readonly number[],
  { direction }: Objective,
  xs: readonly number[],
  ys: readonly number[],
) {
  const byLevel = Array.from({ length: levels }, (): Cell[] => []);
  const rows = ys.length - 1;
  const sign = direction === 'minimize' ? 1 : -1;
  expected.forEach((value, i) => {
    const column = Math.floor(i / rows);
    const row = i % rows;
    const above = limits.findIndex((limit) => sign * value <= sign * limit);
    const level = above < 0 ? levels - 1 : above;
    byLevel[level]?.push({
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
    const label = column.labels.indexOf(valueText(value));
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
