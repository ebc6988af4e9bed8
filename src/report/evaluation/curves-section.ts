import type { ClassCurves } from '../../evaluate/curves.ts';
import type { BinaryEvaluation, MulticlassEvaluation } from '../../evaluate/evaluation.ts';
import { type Axis, numberAxis } from '../charts/axes.ts';
import { colors } from '../charts/colors.ts';
import { details, keyList, smallFigure } from '../charts/figure.ts';
import { line, lines, type Point, rings } from '../charts/marks.ts';
import { plot } from '../charts/plot.ts';
import { html } from '../html.ts';
import { brief, count, number, percent, sentences } from '../numbers.ts';
import type { Section } from '../sections/section.ts';
import { table } from '../table.ts';

/** Classes that have pictures of their own, the worst first. */
const mostClasses = 12;

/** How well classes are told apart over all thresholds. */
export function curvesSection(evaluation: BinaryEvaluation | MulticlassEvaluation): Section | undefined {
  const { curves, rows } = evaluation;
  const [first] = curves;
  if (!first) return undefined;
  const worst = curves.reduce((a, b) => (b.rocAuc < a.rocAuc ? b : a), first);
  const isSingle = curves.length === 1;
  return {
    id: 'curves',
    title: 'How well the classes are told apart',
    content: [
      keyList([
        {
          color: colors.best,
          label: `${brief(worst.label)}${isSingle ? '' : ', told apart worst'}`,
          mark: 'line',
        },
        ...(isSingle ? [] : [{ color: colors.crowd, label: 'the other classes', mark: 'line' as const }]),
        { color: colors.muted, label: 'chance', mark: 'dashes' },
      ]),
      html`<div class="pair">${rocFigure('roc', worst, curves, evaluation)}${precisionRecallFigure('precision-recall', worst, curves, rows)}</div>`,
      ...(isSingle ? [] : [eachClass(evaluation)]),
    ],
  };
}

const share = (name: string): Axis =>
  numberAxis(name, 0, 1, { ticks: 5, room: 0.02, label: (value) => number(value) });
const square = { height: 330 };

const rocPoints = ({ roc }: ClassCurves): Point[] => roc.map(({ fpr, tpr }) => [fpr, tpr]);
const precisionPoints = ({ precisionRecall }: ClassCurves): Point[] =>
  precisionRecall.map(({ recall, precision }) => [recall, precision]);

function rocFigure(
  id: string,
  own: ClassCurves,
  all: readonly ClassCurves[],
  evaluation: BinaryEvaluation | MulticlassEvaluation,
) {
  const now = evaluation.task === 'binary' ? operatingPoint(evaluation) : undefined;
  return smallFigure({
    id,
    narrow: square,
    caption: sentences(
      `ROC of ${brief(own.label)} against the rest: area ${number(own.rocAuc)}.`,
      now &&
        `At the threshold ${evaluation.task === 'binary' ? evaluation.threshold : ''} (ring) ${percent(now[1])} of its rows are found, and ${percent(now[0])} of the others are taken for it.`,
    ),
    draw: () =>
      plot(share('false positive rate'), share('true positive rate'), [
        line(
          [
            [0, 0],
            [1, 1],
          ],
          colors.muted,
          { width: 1, isDashed: true },
        ),
        lines(all.filter((curve) => curve !== own).map(rocPoints), colors.crowd, 1.2, 0.6),
        line(rocPoints(own), colors.best, { width: 2.5 }),
        ...(now ? rings([now], colors.best) : []),
      ]),
  });
}

/** Where a binary model is on the ROC curve at its threshold. */
function operatingPoint({ confusion }: BinaryEvaluation): Point {
  const [[trueNegatives = 0, falsePositives = 0] = [], [falseNegatives = 0, truePositives = 0] = []] =
    confusion;
  return [
    falsePositives / (falsePositives + trueNegatives),
    truePositives / (truePositives + falseNegatives),
  ];
}

function precisionRecallFigure(id: string, own: ClassCurves, all: readonly ClassCurves[], rows: number) {
  const chance = own.positives / rows;
  return smallFigure({
    id,
    narrow: square,
    caption: sentences(
      `Precision and recall of ${brief(own.label)}: average precision ${number(own.averagePrecision)}.`,
      `Chance has ${number(chance, 3)}, the share of its rows.`,
    ),
    draw: () =>
      plot(share('recall'), share('precision'), [
        line(
          [
            [0, chance],
            [1, chance],
          ],
          colors.muted,
          { width: 1, isDashed: true },
        ),
        lines(all.filter((curve) => curve !== own).map(precisionPoints), colors.crowd, 1.2, 0.6),
        line(precisionPoints(own), colors.best, { width: 2.5 }),
      ]),
  });
}

/** Curves of each class against the rest. */
function eachClass(evaluation: MulticlassEvaluation | BinaryEvaluation) {
  const { curves } = evaluation;
  const shown = curves.toSorted((a, b) => a.rocAuc - b.rocAuc);
  const figures = shown
    .slice(0, mostClasses)
    .map((own, i) => rocFigure(`roc-class-${i}`, own, [], evaluation));
  const numbers = table({
    label: 'Areas of each class against the rest',
    columns: [
      { title: 'Class' },
      { title: 'Rows', isNumber: true },
      { title: 'ROC AUC', isNumber: true },
      { title: 'Average precision', isNumber: true },
    ],
    rows: shown.map(({ label, positives, rocAuc, averagePrecision }) => [
      brief(label),
      count(positives),
      number(rocAuc),
      number(averagePrecision),
    ]),
  });
  return html`${details('The numbers of each class', numbers)}
<h3>Each class against the rest, the worst first</h3>
<div class="slices">${figures}</div>`;
}
