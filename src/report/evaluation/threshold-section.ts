import type { BinaryEvaluation } from '../../evaluate/evaluation.ts';
import { type ThresholdPoint, thresholdMetrics } from '../../evaluate/thresholds.ts';
import { numberAxis } from '../charts/axes.ts';
import { colors } from '../charts/colors.ts';
import { figure, type KeyEntry } from '../charts/figure.ts';
import { line, type Point, rings } from '../charts/marks.ts';
import { plot } from '../charts/plot.ts';
import { html } from '../html.ts';
import { brief, number, sentences } from '../numbers.ts';
import type { Section } from '../sections/section.ts';
import { table } from '../table.ts';
import { metricTitle } from './estimate-text.ts';

const drawn = [
  { metric: 'precision', color: colors.trend, isDashed: false },
  { metric: 'recall', color: colors.trend, isDashed: true },
  { metric: 'f1', color: colors.best, isDashed: false },
  { metric: 'balanced_accuracy', color: colors.second, isDashed: false },
  { metric: 'matthews_corrcoef', color: colors.second, isDashed: true },
] as const;

/** What another threshold would change. */
export function thresholdSection(evaluation: BinaryEvaluation): Section | undefined {
  const { thresholds, threshold, metricForThreshold: metric, labels, curves } = evaluation;
  if (curves.length === 0) return undefined;
  const best = thresholds.best[metric];
  const key: KeyEntry[] = drawn.map(({ metric: name, color, isDashed }) => ({
    color,
    label: metricTitle(name),
    mark: isDashed ? 'dashes' : 'line',
  }));
  return {
    id: 'thresholds',
    title: 'What another threshold would do',
    content: [
      html`<p class="note">${sentences(
        `The best threshold for ${metricTitle(metric)} is ${best.threshold}: it is ${number(best[metric])} there.`,
        'The threshold was chosen on these rows, so that this flatters: judge it on others.',
      )}</p>`,
      figure({
        id: 'thresholds',
        key: [...key, { color: colors.ink, label: `the threshold ${threshold}`, mark: 'dashes' }],
        caption: `Metrics where ${brief(labels[1] ?? '')} is said of probabilities above a threshold. The ring is the best one for ${metricTitle(metric)}.`,
        draw: () => draw(evaluation),
      }),
      table({
        label: 'The best threshold for each metric',
        columns: [
          { title: 'Best for' },
          ...['Threshold', 'Value', 'Precision', 'Recall', 'F1'].map((title) => ({ title, isNumber: true })),
        ],
        rows: thresholdMetrics.map((name) => row(name, thresholds.best[name])),
      }),
    ],
  };
}

function row(name: (typeof thresholdMetrics)[number], point: ThresholdPoint) {
  const { threshold, precision, recall, f1 } = point;
  return [
    metricTitle(name),
    String(threshold),
    ...[point[name], precision, recall, f1].map((value) => number(value)),
  ];
}

function draw({ thresholds, threshold, metricForThreshold: metric }: BinaryEvaluation) {
  const { sweep, best } = thresholds;
  const least = Math.min(0, ...sweep.map(({ matthews_corrcoef }) => matthews_corrcoef));
  const x = numberAxis('threshold', 0, 1, { room: 0.02, label: (value) => number(value) });
  const y = numberAxis('', least, 1, { room: 0.02, label: (value) => number(value) });
  // Of nothing there is no precision.
  const isDefined = (name: string, { recall, precision }: ThresholdPoint) =>
    name !== 'precision' || recall > 0 || precision > 0;
  const points = (name: (typeof drawn)[number]['metric']) =>
    sweep.filter((point) => isDefined(name, point)).map((point): Point => [point.threshold, point[name]]);
  const isDrawn = drawn.some(({ metric: name }) => name === metric);
  return plot(x, y, [
    line(
      [
        [threshold, least],
        [threshold, 1],
      ],
      colors.ink,
      { width: 1.2, isDashed: true },
    ),
    ...drawn.map(({ metric: name, color, isDashed }) => line(points(name), color, { isDashed })),
    ...(isDrawn ? rings([[best[metric].threshold, best[metric][metric]]], colors.best) : []),
  ]);
}
