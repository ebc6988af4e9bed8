import type { EChartsCoreOption } from 'echarts/core';
import { type Explanation, outputName, type RowExplanation } from '../../explain/explanation.ts';
import { labelAxis, numberAxis } from '../charts/axes.ts';
import { colors } from '../charts/colors.ts';
import type { Size } from '../charts/draw.ts';
import { figure, keyList } from '../charts/figure.ts';
import { type Cell, cells, lines, type Point } from '../charts/marks.ts';
import { labelRoom, plot } from '../charts/plot.ts';
import { html } from '../html.ts';
import { brief, count, counted, number, sentences, withSpread } from '../numbers.ts';
import type { Section } from '../sections/section.ts';
import type { Table } from '../table.ts';

const mostRows = 12;
const mostSteps = 10;

/** Single rows: from the baseline to the prediction, column by column. */
export function rowsSection(explanation: Explanation): Section | undefined {
  const rows = explanation.rows.filter(({ shap, gradients }) => shap ?? gradients).slice(0, mostRows);
  if (rows.length === 0) return undefined;
  const more = explanation.rows.length - rows.length;
  return {
    id: 'rows',
    title: 'Single rows',
    content: [
      html`<p>${sentences(
        'Each bar starts where the one below it ends: from the mean over the background, at the bottom, up to the prediction.',
        more > 0 && `${counted(more, 'row')} more are not shown.`,
      )}</p>`,
      keyList([
        { color: colors.best, label: 'adds', mark: 'area' },
        { color: colors.trend, label: 'takes away', mark: 'area' },
      ]),
      ...rows.map((row, i) => rowFigure(explanation, row, `row${i}`)),
    ],
  };
}

function rowFigure(explanation: Explanation, row: RowExplanation, id: string) {
  const found = row.shap ?? row.gradients ?? { base: 0, values: [] };
  const steps = stepsOf(explanation, row, found);
  const height = 58 + 26 * steps.length;
  const { truth } = row;
  return html`<h3>Row ${count(row.row)}</h3>${figure({
    id,
    caption: sentences(
      `${brief(outputName(explanation, row.output), 60)} is ${number(row.prediction)}, from ${number(found.base)}`,
      truth === undefined
        ? false
        : `(the table says ${typeof truth === 'number' ? number(truth) : brief(truth)})`,
      `by ${row.shap ? 'SHAP values' : 'integrated gradients'}.`,
      steps[0] && `The largest step is ${number(steps[0].to - steps[0].from, 3)}, by ${steps[0].label}.`,
    ),
    wide: { height },
    narrow: { height },
    draw: (size) => draw(steps, size),
    data: dataOf(explanation, row),
  })}`;
}

/** One column's part of the way from the baseline to the prediction. */
interface Step {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly error: number;
}

/** The largest first; they follow each other from the last to the first, so that the largest ends at the prediction. */
function stepsOf(
  { columns }: Explanation,
  { cells: row }: RowExplanation,
  found: {
    readonly base: number;
    readonly values: readonly number[];
    readonly standardErrors?: readonly number[];
  },
): Step[] {
  const order = largestFirst(found.values);
  const parts = order.slice(0, mostSteps).map((place) => ({
    label: `${brief(columns[place] ?? '', 18)} = ${cellText(row[place])}`,
    value: found.values[place] as number,
    error: found.standardErrors?.[place] ?? 0,
  }));
  const others = order.slice(mostSteps);
  if (others.length > 0) {
    const value = others.reduce((sum, place) => sum + (found.values[place] as number), 0);
    parts.push({ label: counted(others.length, 'other column'), value, error: 0 });
  }
  let from = found.base;
  const steps = parts.toReversed().map(({ label, value, error }) => {
    const step = { label, from, to: from + value, error };
    from = step.to;
    return step;
  });
  return steps.reverse();
}

function largestFirst(values: readonly number[]): number[] {
  return values.map((_, i) => i).sort((a, b) => Math.abs(values[b] ?? 0) - Math.abs(values[a] ?? 0));
}

function cellText(cell: number | string | undefined): string {
  return typeof cell === 'number' ? number(cell) : brief(cell ?? '', 12);
}

function draw(steps: readonly Step[], size: Size): EChartsCoreOption {
  const upwards = steps.toReversed();
  const ends = steps.flatMap(({ from, to, error }) => [from, to - error, to + error]);
  const x = numberAxis('', Math.min(...ends), Math.max(...ends), { ticks: size.width < 500 ? 3 : 6 });
  const y = labelAxis(
    '',
    upwards.map(({ label }) => label),
  );
  const bar = (adds: boolean) =>
    upwards.flatMap(({ from, to }, i): Cell[] =>
      to >= from === adds ? [{ x: [Math.min(from, to), Math.max(from, to)], y: [i - 0.32, i + 0.32] }] : [],
    );
  const links = upwards.slice(1).map(({ from }, i): Point[] => [
    [from, i + 0.32],
    [from, i + 0.68],
  ]);
  const whiskers = upwards.map(({ to, error }, i): Point[] => [
    [to - error, i],
    [to + error, i],
  ]);
  const series = [
    cells(bar(true), colors.best),
    cells(bar(false), colors.trend),
    lines(links, colors.muted, 1, 1),
    lines(whiskers, colors.ink, 1.2, 0.9),
  ];
  return plot(x, y, series, { linesAt: 'x', longestLabel: labelRoom(size) + 6 });
}

function dataOf({ columns }: Explanation, { cells: row, shap, gradients }: RowExplanation): Table {
  const order = largestFirst((shap ?? gradients)?.values ?? []);
  return {
    label: 'What each column adds',
    columns: [
      { title: 'Column' },
      { title: 'Cell', isNumber: true },
      ...(shap ? [{ title: 'SHAP', isNumber: true }] : []),
      ...(gradients ? [{ title: 'Integrated gradients', isNumber: true }] : []),
    ],
    rows: order.map((place) => [
      brief(columns[place] ?? ''),
      cellText(row[place]),
      ...(shap ? [withSpread(shap.values[place] ?? 0, shap.standardErrors[place] ?? 0)] : []),
      ...(gradients ? [number(gradients.values[place] ?? 0, 3)] : []),
    ]),
  };
}
