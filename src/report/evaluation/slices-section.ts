import type { Evaluation, Slices } from '../../evaluate/evaluation.ts';
import { labelAxis, numberAxis } from '../charts/axes.ts';
import { colors } from '../charts/colors.ts';
import { figure } from '../charts/figure.ts';
import { dots, line, lines, type Point } from '../charts/marks.ts';
import { labelRoom, plot } from '../charts/plot.ts';
import { type Html, html } from '../html.ts';
import { brief, count, counted, sentences } from '../numbers.ts';
import type { Section } from '../sections/section.ts';
import type { Table } from '../table.ts';
import { estimateText, metricTitle, valueText } from './estimate-text.ts';

/** What is drawn, and what stands in the table. */
const metricsOf = {
  binary: ['balanced_accuracy', 'accuracy', 'f1', 'roc_auc', 'log_loss'],
  multiclass: ['accuracy', 'f1_macro', 'roc_auc_ovr', 'log_loss'],
  regression: ['mae', 'rmse', 'r2'],
} as const;

/** Metrics of parts of the rows. */
export function sliceSection(evaluation: Evaluation): Section | undefined {
  if (evaluation.slices.length === 0) return undefined;
  return {
    id: 'slices',
    title: 'Parts of the rows',
    content: [
      html`<p>Intervals that do not reach the line are clearly above or below all rows together. Of many parts some look so by chance.</p>`,
      evaluation.slices.map((slices, i) => sliceFigure(`slices-${i}`, slices, evaluation)),
    ],
  };
}

function sliceFigure(id: string, { column, slices }: Slices, evaluation: Evaluation): Html {
  const { task, metrics } = evaluation;
  // Where a part has one class only, the balanced accuracy has still a value, but accuracy says more.
  const [metric] = task === 'binary' ? (['accuracy'] as const) : metricsOf[task];
  const all = metrics[metric];
  const found = slices.filter(({ metrics: own }) => own[metric] !== undefined);
  const small = slices.filter(({ isSmall }) => isSmall).length;
  const height = 76 + 30 * found.length;
  const labels = (room: number) =>
    found.map(({ label, rows, isSmall }) => {
      const suffix = ` (${count(rows)})${isSmall ? ' *' : ''}`;
      return `${brief(label, room - suffix.length)}${suffix}`;
    });
  return html`<h3>${brief(column)}</h3>${figure({
    id,
    wide: { height },
    narrow: { height },
    caption: sentences(
      `By ${brief(column)}: ${metricTitle(metric)} with its interval; in brackets the number of rows.`,
      all && `The line is all rows: ${valueText(all)}.`,
      small > 0 && `* ${counted(small, 'part')} of fewer than 30 rows: rough, and rather too sure.`,
    ),
    draw: (size) => draw(labels(labelRoom(size)), metric, found, all?.value),
    data: numbers({ column, slices }, evaluation),
  })}`;
}

function draw(labels: readonly string[], metric: string, slices: Slices['slices'], all: number | undefined) {
  const estimates = slices.flatMap(({ metrics }) => metrics[metric] ?? []);
  const ends = [...estimates.flatMap(({ low, high }) => [low, high]), ...(all === undefined ? [] : [all])];
  const x = numberAxis(metricTitle(metric), Math.min(...ends), Math.max(...ends));
  const place = (i: number) => slices.length - 1 - i;
  const y = labelAxis('', labels.toReversed());
  const edges: Point[] = [
    [all ?? 0, -0.5],
    [all ?? 0, slices.length - 0.5],
  ];
  const isSmall = (i: number) => slices[i]?.isSmall === true;
  const places = estimates.map((_, i) => i);
  const marks = (some: readonly number[], color: string) => {
    const own = some.flatMap((i) => {
      const estimate = estimates[i];
      return estimate ? [{ i, estimate }] : [];
    });
    return [
      lines(
        own.map(({ i, estimate }): Point[] => [
          [estimate.low, place(i)],
          [estimate.high, place(i)],
        ]),
        color,
        2.5,
        0.7,
      ),
      dots(
        own.map(({ i, estimate }): Point => [estimate.value, place(i)]),
        color,
        9,
        1,
      ),
    ];
  };
  return plot(
    x,
    y,
    [
      ...(all === undefined ? [] : [line(edges, colors.muted, { width: 1, isDashed: true })]),
      ...marks(
        places.filter((i) => !isSmall(i)),
        colors.trend,
      ),
      ...marks(places.filter(isSmall), colors.crowd),
    ],
    { linesAt: 'x' },
  );
}

function numbers({ column, slices }: Slices, { task, metrics, rows }: Evaluation): Table {
  const names = metricsOf[task];
  const cellsOf = (own: Evaluation['metrics']) =>
    names.map((name) => (own[name] ? estimateText(own[name]) : 'none'));
  return {
    label: `Metrics by ${column}`,
    columns: [
      { title: brief(column) },
      { title: 'Rows', isNumber: true },
      ...names.map((name) => ({ title: metricTitle(name), isNumber: true })),
    ],
    rows: [
      ...slices.map(({ label, rows: own, isSmall, metrics: measured }) => [
        `${brief(label)}${isSmall ? ' *' : ''}`,
        count(own),
        ...cellsOf(measured),
      ]),
      ['all', count(rows), ...cellsOf(metrics)],
    ],
  };
}
