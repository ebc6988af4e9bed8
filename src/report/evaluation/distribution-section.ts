import type { ClassCurves } from '../../evaluate/curves.ts';
import type { BinaryEvaluation, MulticlassEvaluation } from '../../evaluate/evaluation.ts';
import { numberAxis } from '../charts/axes.ts';
import { colors } from '../charts/colors.ts';
import { figure, keyList, smallFigure } from '../charts/figure.ts';
import { band, line, type Point } from '../charts/marks.ts';
import { plot } from '../charts/plot.ts';
import { html } from '../html.ts';
import { brief, count, number, percent } from '../numbers.ts';
import type { Section } from '../sections/section.ts';

const mostClasses = 12;

/** Which probabilities rows of a class have, and which all others. */
export function distributionSection(
  evaluation: BinaryEvaluation | MulticlassEvaluation,
): Section | undefined {
  const { curves } = evaluation;
  const [first] = curves;
  if (!first) return undefined;
  const threshold = evaluation.task === 'binary' ? evaluation.threshold : undefined;
  const isSingle = evaluation.task === 'binary';
  const others = isSingle ? brief(evaluation.labels[0] ?? '') : 'rows of other classes';
  const key = [
    { color: colors.best, label: isSingle ? brief(first.label) : 'rows of the class', mark: 'area' as const },
    { color: colors.crowd, label: others, mark: 'area' as const },
    ...(isSingle ? [{ color: colors.ink, label: 'threshold', mark: 'dashes' as const }] : []),
  ];
  return {
    id: 'distributions',
    title: 'The probabilities by class',
    content: isSingle
      ? figure({ id: 'distribution', key, caption: caption(first), draw: () => draw(first, threshold) })
      : [
          html`<p>${curves.length > mostClasses ? `The ${mostClasses} classes that are told apart worst.` : ''}</p>`,
          keyList(key),
          html`<div class="slices">${worstFirst(curves).map((own, i) =>
            smallFigure({ id: `distribution-${i}`, caption: caption(own), draw: () => draw(own, undefined) }),
          )}</div>`,
        ],
  };
}

const worstFirst = (curves: readonly ClassCurves[]) =>
  curves.toSorted((a, b) => a.rocAuc - b.rocAuc).slice(0, mostClasses);

function caption({ label, positives, negatives, histogram }: ClassCurves): string {
  const above = (counts: readonly number[], all: number) =>
    counts.slice(counts.length / 2).reduce((sum, value) => sum + value, 0) / all;
  return `Probability of ${brief(label)}: above 1/2 for ${percent(above(histogram.positives, positives))} of its ${count(positives)} rows, and for ${percent(above(histogram.negatives, negatives))} of the ${count(negatives)} others.`;
}

function draw({ label, positives, negatives, histogram }: ClassCurves, threshold: number | undefined) {
  const shares = (counts: readonly number[], all: number) => counts.map((value) => value / all);
  const [own, others] = [shares(histogram.positives, positives), shares(histogram.negatives, negatives)];
  const most = Math.max(...own, ...others);
  const x = numberAxis(`probability of ${brief(label)}`, 0, 1, {
    room: 0.02,
    label: (value) => number(value),
  });
  const y = numberAxis('share of the rows', 0, most, { room: 0, label: percent, ticks: 4 });
  return plot(x, y, [
    ...steps(others, colors.crowd),
    ...steps(own, colors.best),
    ...(threshold === undefined
      ? []
      : [
          line(
            [
              [threshold, 0],
              [threshold, most],
            ],
            colors.ink,
            { width: 1.2, isDashed: true },
          ),
        ]),
  ]);
}

/** A histogram as an area with an edge. */
function steps(shares: readonly number[], color: string) {
  const top = shares.flatMap((value, i): Point[] => [
    [i / shares.length, value],
    [(i + 1) / shares.length, value],
  ]);
  const bottom = top.map(([x]): Point => [x, 0]);
  return [band(bottom, top, color, 0.25), line(top, color, { width: 1.5 })];
}
