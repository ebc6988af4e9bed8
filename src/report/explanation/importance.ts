import type { EChartsCoreOption } from 'echarts/core';
import type { Explanation } from '../../explain/explanation.ts';
import type { ColumnImportance, PermutationImportance } from '../../explain/permutation-importance.ts';
import { labelAxis, numberAxis } from '../charts/axes.ts';
import { colors } from '../charts/colors.ts';
import type { Size } from '../charts/draw.ts';
import { figure } from '../charts/figure.ts';
import { type Cell, cells, lines, type Point } from '../charts/marks.ts';
import { labelRoom, plot } from '../charts/plot.ts';
import { html } from '../html.ts';
import { brief, counted, number, sentences } from '../numbers.ts';
import type { Section } from '../sections/section.ts';
import type { Table } from '../table.ts';
import { orderedColumns } from './ordered-columns.ts';

const mostBars = 20;

/** How much the metric suffers when each column is shuffled. */
export function columnsSection(explanation: Explanation): Section | undefined {
  const { importance } = explanation;
  if (!importance) return undefined;
  const all = orderedColumns(explanation).map(({ place }) => importance.columns[place] as ColumnImportance);
  const bars = all.slice(0, mostBars);
  const height = 64 + 26 * bars.length;
  return {
    id: 'importance',
    title: 'Which columns matter',
    content: [
      figure({
        id: 'importance',
        caption: captionOf(importance, all),
        key: [
          { color: colors.trend, label: 'clearly more than noise', mark: 'area' },
          { color: colors.pruned, label: 'cannot be told from noise', mark: 'area' },
          { color: colors.ink, label: '95\u00a0% interval', mark: 'line' },
        ],
        wide: { height },
        narrow: { height },
        draw: (size) => draw(importance, bars, size),
        data: dataOf(all),
      }),
      html`<p class="aside">${method(importance)}</p>`,
    ],
  };
}

function captionOf(
  { metric, isLoss, baseline, rows, repeats }: PermutationImportance,
  all: readonly ColumnImportance[],
): string {
  const [first] = all;
  const more = all.length - mostBars;
  return sentences(
    `How much ${metric} (${number(baseline, 3)}) ${isLoss ? 'rises' : 'falls'} when a column is shuffled,`,
    `${counted(repeats, 'time')} on ${counted(rows, 'row')}:`,
    first && `by ${number(first.mean, 3)} for ${brief(first.column)}.`,
    more > 0 && `${counted(more, 'column')} that matter less are in the table only.`,
  );
}

function method({ rows }: PermutationImportance): string {
  return sentences(
    'Permutation importance: a column that is shuffled says nothing about its row any more.',
    'The interval holds the error from the few shuffles and',
    `the one from having just these ${counted(rows, 'row')} (a jackknife over groups of them).`,
    'Columns that say the same stand in for each other: shuffling one of them looks harmless.',
  );
}

function draw(
  { metric }: PermutationImportance,
  bars: readonly ColumnImportance[],
  size: Size,
): EChartsCoreOption {
  // Labels stand from the bottom up.
  const upwards = bars.toReversed();
  const least = Math.min(0, ...bars.map(({ interval }) => interval[0]));
  const most = Math.max(0, ...bars.map(({ interval }) => interval[1]));
  const x = numberAxis(`change of ${metric}`, least, most, { ticks: size.width < 500 ? 3 : 6 });
  const y = labelAxis(
    '',
    upwards.map(({ column }) => column),
  );
  const bar = (clear: boolean) =>
    upwards.flatMap(({ mean, isClear }, i): Cell[] =>
      isClear === clear ? [{ x: [Math.min(0, mean), Math.max(0, mean)], y: [i - 0.3, i + 0.3] }] : [],
    );
  const whiskers = upwards.map(({ interval: [low, high] }, i): Point[] => [
    [low, i],
    [high, i],
  ]);
  const zero: Point[] = [
    [0, -0.5],
    [0, upwards.length - 0.5],
  ];
  const series = [
    cells(bar(true), colors.trend),
    cells(bar(false), colors.pruned),
    lines([zero], colors.muted, 1, 1),
    lines(whiskers, colors.ink, 1.2, 0.9),
  ];
  return plot(x, y, series, { linesAt: 'x', longestLabel: labelRoom(size) });
}

function dataOf(all: readonly ColumnImportance[]): Table {
  return {
    label: 'Permutation importance of the columns',
    columns: [
      { title: 'Column' },
      { title: 'Mean', isNumber: true },
      { title: 'Standard deviation', isNumber: true },
      { title: '95\u00a0% interval', isNumber: true },
      { title: 'More than noise' },
    ],
    rows: all.map(({ column, mean, standardDeviation, interval, isClear }) => [
      brief(column),
      number(mean, 3),
      number(standardDeviation, 2),
      `${number(interval[0], 3)} to ${number(interval[1], 3)}`,
      isClear ? 'yes' : 'no',
    ]),
  };
}
