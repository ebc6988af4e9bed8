import type { RegressionEvaluation } from '../../evaluate/evaluation.ts';
import type { Grid } from '../../evaluate/residuals.ts';
import { type Axis, numberAxis } from '../charts/axes.ts';
import { colors, densityColor, levels } from '../charts/colors.ts';
import { figure, keyList, smallFigure } from '../charts/figure.ts';
import { type Cell, cells, dots, line, type Point } from '../charts/marks.ts';
import { plot } from '../charts/plot.ts';
import { html } from '../html.ts';
import { brief, count, number, sentences } from '../numbers.ts';
import type { Section } from '../sections/section.ts';
import { table } from '../table.ts';

/** Predictions beside true values, and what is left between them. */
export function residualSection(evaluation: RegressionEvaluation): Section {
  const { residuals, target = 'the target', rows } = evaluation;
  const { quantiles, mean } = residuals;
  const [q05, q25, median, q75, q95] = quantiles.map((value) => number(value, 3));
  return {
    id: 'residuals',
    title: 'Predicted and true values',
    content: [
      keyList([
        ...(mostInCell(residuals.against) <= mostForDots
          ? [{ color: colors.crowd, label: 'a row or a few' }]
          : [
              { color: densityColor(1), label: 'few rows', mark: 'area' as const },
              { color: densityColor(levels - 1), label: 'many rows', mark: 'area' as const },
            ]),
        { color: colors.best, label: 'as it should be', mark: 'dashes' },
      ]),
      html`<div class="pair">${against(residuals.against, target, rows)}${byPrediction(residuals.byPrediction, rows)}</div>`,
      figure({
        id: 'residual-histogram',
        caption: sentences(
          `True less predicted ${brief(target)}: ${number(mean, 3)} on average, the median is ${median}.`,
          `The middle half is between ${q25} and ${q75}, and 90\u00a0% are between ${q05} and ${q95}.`,
          'What lies further out is counted at the edges.',
        ),
        draw: () => histogram(evaluation),
      }),
      table({
        label: 'Quantiles of the residuals',
        columns: [
          { title: 'Residual' },
          ...['5 %', '25 %', '50 %', '75 %', '95 %'].map((title) => ({ title, isNumber: true })),
        ],
        rows: [['true less predicted', ...quantiles.map((value) => number(value, 4))]],
      }),
    ],
  };
}

function against(grid: Grid, target: string, rows: number) {
  const [x, y] = [axisOf('predicted', grid.x), axisOf(`true ${brief(target, 30)}`, grid.y)];
  return smallFigure({
    id: 'against',
    narrow: { height: 330 },
    caption: `Predicted against true values of ${count(rows)} rows; on the dashes both are equal.`,
    draw: () =>
      plot(x, y, [
        ...gridCells(grid),
        line(
          [
            [grid.x[0], grid.x[0]],
            [grid.x[1], grid.x[1]],
          ],
          colors.best,
          { width: 1.5, isDashed: true },
        ),
      ]),
  });
}

function byPrediction(grid: Grid, rows: number) {
  const [x, y] = [axisOf('predicted', grid.x), axisOf('true less predicted', grid.y)];
  return smallFigure({
    id: 'by-prediction',
    narrow: { height: 330 },
    caption: `What is left of ${count(rows)} rows by the predicted value: a slope or a funnel would be left to learn.`,
    draw: () =>
      plot(x, y, [
        ...gridCells(grid),
        line(
          [
            [grid.x[0], 0],
            [grid.x[1], 0],
          ],
          colors.best,
          { width: 1.5, isDashed: true },
        ),
      ]),
  });
}

const axisOf = (name: string, [from, to]: readonly [number, number]): Axis =>
  numberAxis(name, from, to, { ticks: 4 });

const mostInCell = ({ cells: counted }: Grid) => counted.reduce((a, [, , n]) => Math.max(a, n), 1);

/** Where no more rows than this share a cell, dots are drawn. */
const mostForDots = 4;

/** Cells coloured by the logarithm of their rows. */
function gridCells(grid: Grid) {
  const { x, y, columns, rows, cells: counted } = grid;
  const most = mostInCell(grid);
  const middle = ([from, to]: readonly [number, number], i: number, n: number) =>
    from + ((to - from) * (i + 0.5)) / n;
  if (most <= mostForDots) {
    const points = counted.map(([i, j]): Point => [middle(x, i, columns), middle(y, j, rows)]);
    return [dots(points, colors.crowd, 6, 0.8)];
  }
  const byLevel = Array.from({ length: levels }, (): Cell[] => []);
  const part = ([from, to]: readonly [number, number], i: number, n: number) =>
    [from + ((to - from) * i) / n, from + ((to - from) * (i + 1)) / n] as const;
  for (const [column, row, n] of counted) {
    const level = Math.floor((Math.log(n) / Math.log(most + 1)) * levels);
    byLevel[level]?.push({ x: part(x, column, columns), y: part(y, row, rows) });
  }
  return byLevel.flatMap((some, level) => (some.length > 0 ? [cells(some, densityColor(level))] : []));
}

function histogram({ residuals }: RegressionEvaluation) {
  const { from, to, counts } = residuals.histogram;
  const width = (to - from) / counts.length;
  const most = Math.max(...counts);
  const bars = counts.map(
    (n, i) => ({ x: [from + (i + 0.06) * width, from + (i + 0.94) * width], y: [0, n] }) as const,
  );
  return plot(
    numberAxis('true less predicted', from, to),
    numberAxis('rows', 0, most, { room: 0, label: count }),
    [
      cells(
        bars.filter((_, i) => (counts[i] ?? 0) > 0),
        colors.crowd,
      ),
      line(
        [
          [0, 0],
          [0, most],
        ],
        colors.best,
        { width: 1.5, isDashed: true },
      ),
    ],
  );
}
