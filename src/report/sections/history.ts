import { median } from 'd3-array';
import type { EChartsCoreOption } from 'echarts/core';
import { numberAxis } from '../charts/axes.ts';
import { colors } from '../charts/colors.ts';
import { crowdKey, crowdSeries } from '../charts/crowd.ts';
import type { Size } from '../charts/draw.ts';
import { figure } from '../charts/figure.ts';
import { line, outlined, type Point, rings } from '../charts/marks.ts';
import { plot } from '../charts/plot.ts';
import { count, counted, duration, number, sentences } from '../numbers.ts';
import { type ObjectiveAxis, objectiveAxis } from '../objective-axis.ts';
import { costOf, type EndedTrial, objectiveOf, objectivesOf, type StudyView } from '../study-view.ts';
import type { Table } from '../table.ts';
import { isConfirmed } from './lead.ts';
import type { Section } from './section.ts';

/** From this many trials on, a running median is worth drawing. */
const leastForMedian = 100;
const medianParts = 40;
const tableRows = 30;

/** All trials in their order, and the best of those before. */
export function historySection(view: StudyView): Section | undefined {
  const trials = view.ended.filter((trial) => Number.isFinite(objectiveOf(trial)));
  const records = improvements(view);
  const last = records.at(-1);
  if (!last || trials.length < 2) return undefined;
  const [objective] = view.objectives;
  const [best] = view.ranked;
  const scale = objectiveAxis(objective, objectivesOf(trials));
  const hasTrend = trials.length >= leastForMedian;
  return {
    id: 'history',
    title: 'How the search went',
    content: figure({
      id: 'history',
      caption: sentences(
        `${objective.metric} of ${counted(trials.length, 'trial')} in their order.`,
        `The best so far ${improvementText(records.length - 1)} after the first complete trial;`,
        `it is ${number(objectiveOf(last))} since trial ${count(last.record.index)}.`,
        best !== undefined &&
          isConfirmed(best) &&
          `These are values of the search: on other folds trial ${count(best.record.index)} was the best.`,
        scale.note,
      ),
      key: [
        ...crowdKey(trials),
        { color: colors.best, label: 'best so far', mark: 'line' },
        ...(hasTrend ? [{ color: colors.ink, label: 'running median', mark: 'line' as const }] : []),
      ],
      draw: (size) => draw(trials, records, scale, hasTrend, size),
      data: dataOf(records, objective.metric),
    }),
  };
}

const improvementText = (times: number) =>
  times === 0 ? 'never got better' : `got better ${counted(times, 'time')}`;

function draw(
  trials: readonly EndedTrial[],
  records: readonly EndedTrial[],
  scale: ObjectiveAxis,
  hasTrend: boolean,
  size: Size,
): EChartsCoreOption {
  const end = trials.at(-1)?.record.index ?? 0;
  const x = numberAxis('trial', 0, end, { label: count });
  const pointsOf = (some: readonly EndedTrial[]) =>
    some.map((trial): Point => [trial.record.index, scale.place(objectiveOf(trial))]);
  const best = pointsOf(records);
  const last = best.slice(-1);
  return plot(x, scale.axis, [
    ...crowdSeries(trials, pointsOf, x, scale.axis, size),
    ...(hasTrend ? outlined(runningMedian(pointsOf(trials)), colors.ink) : []),
    line([...best, ...last.map(([, y]): Point => [end, y])], colors.best, { width: 2.5, isStep: true }),
    ...rings(last, colors.best),
  ]);
}

function dataOf(records: readonly EndedTrial[], metric: string): Table {
  return {
    label: 'Trials that were the best so far',
    columns: [{ title: 'Trial' }, { title: metric, isNumber: true }, { title: 'After', isNumber: true }],
    rows: records
      .slice(-tableRows)
      .map((trial) => [
        count(trial.record.index),
        number(objectiveOf(trial)),
        duration(trial.result.endedMs),
      ]),
  };
}

/** Complete trials that were better than all before. */
function improvements({ ranked, objectives }: StudyView): EndedTrial[] {
  const inOrder = ranked.toSorted((a, b) => a.record.index - b.record.index);
  let least = Infinity;
  return inOrder.filter((trial) => {
    const cost = costOf(trial, objectives[0]);
    if (cost >= least) return false;
    least = cost;
    return true;
  });
}

/** Medians of equally many neighbours. */
function runningMedian(points: readonly Point[]): Point[] {
  const parts = Math.min(medianParts, Math.floor(points.length / 20));
  return Array.from({ length: parts }, (_, i) => {
    const part = points.slice(
      Math.floor((i * points.length) / parts),
      Math.floor(((i + 1) * points.length) / parts),
    );
    return [median(part, ([x]) => x) ?? 0, median(part, ([, y]) => y) ?? 0] as const;
  });
}
