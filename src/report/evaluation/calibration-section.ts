import type { BinaryEvaluation, MulticlassEvaluation } from '../../evaluate/evaluation.ts';
import { numberAxis } from '../charts/axes.ts';
import { colors } from '../charts/colors.ts';
import { details, keyList, smallFigure } from '../charts/figure.ts';
import { cells, dots, line, lines, type Point } from '../charts/marks.ts';
import { plot } from '../charts/plot.ts';
import { html } from '../html.ts';
import { brief, count, counted, number, percent, sentences } from '../numbers.ts';
import type { Section } from '../sections/section.ts';
import { table } from '../table.ts';

type Bins = BinaryEvaluation['calibration']['bins'];

/** Whether a probability of 0.8 is right in eight of ten cases. */
export function calibrationSection(evaluation: BinaryEvaluation | MulticlassEvaluation): Section {
  const { calibration, task, labels, resampling } = evaluation;
  const { bins, error } = calibration;
  const of = task === 'binary' ? brief(labels[1] ?? '') : 'the likeliest class';
  const happened = task === 'binary' ? `share that is ${of}` : 'share that is right';
  return {
    id: 'calibration',
    title: 'Whether the probabilities are what they say',
    content: [
      html`<p>${sentences(
        `On average a probability of ${of} is ${number(error, 2)} away from what happened (expected calibration error over ten bins).`,
        leaning(bins),
      )}</p>`,
      keyList([
        { color: colors.best, label: `what happened, with ${percent(resampling.confidence)} intervals` },
        { color: colors.muted, label: 'as it should be', mark: 'dashes' },
      ]),
      html`<div class="pair">${reliability(bins, of, happened)}${amounts(bins, of)}</div>`,
      details('The numbers', numbers(bins)),
    ],
  };
}

/** Bins of fewer rows are not called clearly off. */
const leastRows = 10;

/** Which way probabilities are wrong where it is clear. */
function leaning(all: Bins): string {
  const bins = all.filter(({ rows }) => rows >= leastRows);
  const clear = (isWrong: (bin: Bins[number]) => boolean) => bins.filter(isWrong).length;
  const high = clear(({ meanProbability, high: most }) => meanProbability > most);
  const low = clear(({ meanProbability, low: least }) => meanProbability < least);
  const of = `of ${counted(bins.length, 'bin')} of at least ${leastRows} rows`;
  if (bins.length === 0) return `No bin has ${leastRows} rows.`;
  if (high === 0 && low === 0) return 'No bin is clearly off.';
  if (low === 0) return `They are clearly too high in ${high} ${of}.`;
  if (high === 0) return `They are clearly too low in ${low} ${of}.`;
  return `They are clearly too high in ${high} and too low in ${low} ${of}.`;
}

function reliability(bins: Bins, of: string, happened: string) {
  const axis = (name: string) => numberAxis(name, 0, 1, { room: 0.02, label: (value) => number(value) });
  const points = bins.map(
    ({ meanProbability, shareOfPositives }): Point => [meanProbability, shareOfPositives],
  );
  const whiskers = bins.map(({ meanProbability: x, low, high }): Point[] => [
    [x, low],
    [x, high],
  ]);
  return smallFigure({
    id: 'reliability',
    narrow: { height: 330 },
    caption: `Rows by their probability of ${of}: the mean probability of a bin beside what happened.`,
    draw: () =>
      plot(axis(`probability of ${of}`), axis(happened), [
        line(
          [
            [0, 0],
            [1, 1],
          ],
          colors.muted,
          { width: 1, isDashed: true },
        ),
        lines(whiskers, colors.best, 1.5, 0.8),
        line(points, colors.best, { width: 1.5 }),
        dots(points, colors.best, 8, 1),
      ]),
  });
}

function amounts(bins: Bins, of: string) {
  const most = bins.reduce((a, { rows }) => Math.max(a, rows), 0);
  const x = numberAxis(`probability of ${of}`, 0, 1, { room: 0.02, label: (value) => number(value) });
  const bars = bins.map(({ from, to, rows }) => ({ x: [from + 0.005, to - 0.005], y: [0, rows] }) as const);
  return smallFigure({
    id: 'amounts',
    narrow: { height: 330 },
    caption: 'How many rows have such a probability.',
    draw: () => plot(x, numberAxis('rows', 0, most, { room: 0, label: count }), [cells(bars, colors.crowd)]),
  });
}

function numbers(bins: Bins) {
  const column = (title: string) => ({ title, isNumber: true });
  return table({
    label: 'Calibration by bin',
    columns: [{ title: 'Probability' }, ...['Rows', 'Mean probability', 'Share', 'Interval'].map(column)],
    rows: bins.map(({ from, to, rows, meanProbability, shareOfPositives, low, high }) => [
      `${number(from, 2)} to ${number(to, 2)}`,
      count(rows),
      number(meanProbability, 3),
      number(shareOfPositives, 3),
      `${number(low, 3)} to ${number(high, 3)}`,
    ]),
  });
}
