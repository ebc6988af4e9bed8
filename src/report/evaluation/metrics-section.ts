import type { Evaluation, MulticlassEvaluation } from '../../evaluate/evaluation.ts';
import { type Html, html } from '../html.ts';
import { brief, count, percent } from '../numbers.ts';
import type { Section } from '../sections/section.ts';
import { table } from '../table.ts';
import { estimateText, intervalText, metricTitle, valueText } from './estimate-text.ts';

/** All metrics with their intervals. */
export function metricsSection(evaluation: Evaluation): Section {
  const { metrics, resampling } = evaluation;
  return {
    id: 'metrics',
    title: 'The metrics',
    content: [
      table({
        label: 'Metrics with their intervals',
        columns: [
          { title: 'Metric' },
          { title: 'Value', isNumber: true },
          { title: `${percent(resampling.confidence)} interval`, isNumber: true },
          { title: 'Name in JSON' },
        ],
        rows: Object.entries(metrics).map(([name, estimate]) => [
          metricTitle(name),
          valueText(estimate),
          intervalText(estimate),
          html`<code>${name}</code>`,
        ]),
      }),
      ...(evaluation.task === 'multiclass' ? [classTable(evaluation)] : []),
    ],
  };
}

function classTable({ classes }: MulticlassEvaluation): Html {
  const number = (title: string) => ({ title, isNumber: true });
  return html`<h3>Each class</h3>${table({
    label: 'Precision, recall and F1 of each class',
    columns: [{ title: 'Class' }, ...['Rows', 'Precision', 'Recall', 'F1'].map(number)],
    rows: classes.map(({ label, rows, precision, recall, f1 }) => [
      brief(label),
      count(rows),
      ...[precision, recall, f1].map((own) => (own ? estimateText(own) : 'none')),
    ]),
  })}`;
}
