import type { BinaryEvaluation, MulticlassEvaluation } from '../../evaluate/evaluation.ts';
import { labelAxis } from '../charts/axes.ts';
import { densityColor, levels } from '../charts/colors.ts';
import { figure } from '../charts/figure.ts';
import { type Cell, cells } from '../charts/marks.ts';
import { labelRoom, plot } from '../charts/plot.ts';
import { brief, count, counted, percent, sentences } from '../numbers.ts';
import type { Section } from '../sections/section.ts';
import { type Table, table } from '../table.ts';

/** Beyond so many classes the numbers are folded away. */
const mostOpen = 12;

/** Which classes are taken for which. */
export function confusionSection(evaluation: BinaryEvaluation | MulticlassEvaluation): Section {
  const { labels, confusion } = evaluation;
  const height = 90 + 34 * Math.min(labels.length, 24);
  const data = numbers(evaluation);
  const isOpen = labels.length <= mostOpen;
  return {
    id: 'confusion',
    title: 'What is taken for what',
    content: [
      ...(isOpen ? [table(data)] : []),
      figure({
        id: 'confusion',
        caption: sentences(
          'Each row is a true class: its colours say which share of its rows was taken for each class.',
          worstText(labels, confusion),
        ),
        scale: { colors: shades(), from: 'none', to: 'all of a class' },
        wide: { height },
        narrow: { height },
        draw: (size) =>
          draw(
            labels.map((label) => brief(label, labelRoom(size))),
            confusion,
          ),
        ...(isOpen ? {} : { data }),
      }),
    ],
  };
}

const shades = () => Array.from({ length: levels }, (_, level) => densityColor(level));

function draw(labels: readonly string[], confusion: readonly (readonly number[])[]) {
  const n = labels.length;
  const byLevel = Array.from({ length: levels }, (): Cell[] => []);
  confusion.forEach((row, own) => {
    const all = row.reduce((sum, value) => sum + value, 0);
    row.forEach((value, other) => {
      if (value === 0) return;
      const level = Math.min(levels - 1, Math.floor((value / all) * levels));
      // The first class is at the top.
      const y = n - 1 - own;
      byLevel[level]?.push({ x: [other - 0.47, other + 0.47], y: [y - 0.47, y + 0.47] });
    });
  });
  const series = byLevel.flatMap((some, level) =>
    some.length > 0 ? [cells(some, densityColor(level))] : [],
  );
  return plot(labelAxis('predicted', labels), labelAxis('true', labels.toReversed()), series);
}

function worstText(labels: readonly string[], confusion: readonly (readonly number[])[]): string {
  let [worst, truth, predicted] = [0, 0, 0];
  confusion.forEach((row, own) => {
    row.forEach((value, other) => {
      if (own !== other && value > worst) [worst, truth, predicted] = [value, own, other];
    });
  });
  if (worst === 0) return 'No row was taken for another class.';
  const name = (own: number) => brief(labels[own] ?? '');
  return `The most frequent mistake is ${name(truth)} taken for ${name(predicted)}: ${counted(worst, 'time')}.`;
}

function numbers({ labels, confusion }: BinaryEvaluation | MulticlassEvaluation): Table {
  return {
    label: 'Rows by true and predicted class',
    columns: [
      { title: 'True \\ predicted' },
      ...labels.map((label) => ({ title: brief(label, 20), isNumber: true })),
      { title: 'Recognised', isNumber: true },
    ],
    rows: confusion.map((row, own) => {
      const all = row.reduce((sum, value) => sum + value, 0);
      return [
        brief(labels[own] ?? ''),
        ...row.map(count),
        all === 0 ? 'none' : percent((row[own] ?? 0) / all),
      ];
    }),
  };
}
