import type { Estimate } from '../evaluate/estimates.ts';
import type { BinaryEvaluation, Evaluation, MulticlassEvaluation, Slices } from '../evaluate/evaluation.ts';
import { colors } from './colors.ts';
import { printable, table } from './terminal.ts';

/** More classes than this make a matrix that no terminal shows. */
const mostClasses = 12;

/** An evaluation for people. */
export function evaluationText(
  given: Evaluation,
  facts: { readonly model: string; readonly rows: string },
): string {
  const evaluation = printable(given);
  const { slices, notes } = evaluation;
  const parts = [
    `${colors.dim('model')}  ${facts.model}\n${colors.dim('rows')}   ${facts.rows}`,
    metricTable(evaluation),
    ...(evaluation.task === 'regression' ? [] : [confusionTable(evaluation)]),
    ...(evaluation.task === 'multiclass' ? [classTable(evaluation)] : []),
    ...(evaluation.task === 'binary' ? [thresholdText(evaluation)] : []),
    ...slices.map((own) => sliceTable(own, evaluation)),
    ...(slices.some((own) => own.slices.some(({ isSmall }) => isSmall)) ? [smallNote] : []),
    ...(notes.length > 0 ? [notes.map((text) => `${colors.yellow('note')}   ${text}`).join('\n')] : []),
  ];
  return parts.join('\n\n');
}

const smallNote = '* fewer than 30 rows: what it says is rough, and its interval is rather too narrow';

function metricTable({ metrics, resampling, task }: Evaluation): string {
  const percent = Number((100 * resampling.confidence).toFixed(2));
  // Averages over two classes are in the JSON for those who want them.
  const shown = Object.entries(metrics).filter(
    ([name]) => task !== 'binary' || !/_(macro|micro|weighted)$/.test(name),
  );
  return table(
    ['metric', 'value', `${percent} % interval`],
    shown.map(([name, estimate]) => [name, fixed(estimate.value, 6), intervalText(estimate)]),
  );
}

const fixed = (value: number, digits: number) =>
  Math.abs(value) < 1e6 ? value.toFixed(digits) : value.toExponential(digits - 1);

const intervalText = ({ low, high }: Estimate) => `${fixed(low, 4)} to ${fixed(high, 4)}`;

function confusionTable({ labels, confusion }: BinaryEvaluation | MulticlassEvaluation): string {
  if (labels.length > mostClasses)
    return `The confusion matrix of ${labels.length} classes is in --json and --report.`;
  return table(
    ['true \\ predicted', ...labels],
    confusion.map((row, own) => [colors.bold(labels[own] ?? ''), ...row.map(String)]),
  );
}

function classTable({ classes }: MulticlassEvaluation): string {
  const score = (estimate: Estimate) => `${fixed(estimate.value, 4)} (${intervalText(estimate)})`;
  return table(
    ['class', 'rows', 'precision', 'recall', 'f1'],
    classes.map(({ label, rows, precision, recall, f1 }) => [
      label,
      String(rows),
      ...[precision, recall, f1].map(score),
    ]),
  );
}

function thresholdText({
  threshold,
  thresholds,
  metricForThreshold: metric,
  metrics,
}: BinaryEvaluation): string {
  const best = thresholds.best[metric];
  const now = metric === 'youden' ? undefined : metrics[metric]?.value;
  const beside = now === undefined ? '' : `, and ${fixed(now, 4)} at ${threshold}`;
  return [
    `best threshold for ${metric}: ${best.threshold}, where it is ${fixed(best[metric], 4)}${beside}`,
    'It was chosen on these rows, so that it flatters: judge it on others, with --threshold.',
  ].join('\n');
}

/** The metrics that slices are compared by. */
const sliceMetrics = {
  binary: ['accuracy', 'f1', 'roc_auc'],
  multiclass: ['accuracy', 'f1_macro', 'log_loss'],
  regression: ['mae', 'rmse', 'r2'],
} as const;

function sliceTable({ column, slices }: Slices, { task, metrics, rows }: Evaluation): string {
  const names = sliceMetrics[task];
  const text = (estimate: Estimate | undefined) =>
    estimate ? `${fixed(estimate.value, 4)} (${intervalText(estimate)})` : '';
  const all = [colors.dim('all'), String(rows), ...names.map((name) => text(metrics[name]))];
  return table(
    [column, 'rows', ...names],
    [
      ...slices.map(({ label, rows: own, isSmall, metrics: measured }) => [
        isSmall ? `${label} *` : label,
        String(own),
        ...names.map((name) => text(measured[name])),
      ]),
      all,
    ],
  );
}
