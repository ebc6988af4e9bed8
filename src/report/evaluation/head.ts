import type { Estimate } from '../../evaluate/estimates.ts';
import type { Evaluation } from '../../evaluate/evaluation.ts';
import { type Content, type Html, html } from '../html.ts';
import { count, counted, percent, sentences } from '../numbers.ts';
import { intervalText, percentText, shortTitle, valueText } from './estimate-text.ts';
import type { EvaluationReportOptions } from './options.ts';

/** What was judged, how good it is in a sentence, and how that was found out. */
export function head(evaluation: Evaluation, options: EvaluationReportOptions): Html {
  const { model, date } = options;
  const name = model?.replace(/^.*[/\\]/, '').replace(/\.safetensors$/, '') ?? 'A model';
  return html`<p class="kind">Shoal evaluation${date ? `, ${date}` : ''}</p>
<h1>${name}</h1>
<p class="verdict">${verdict(evaluation)}</p>
${tallies(evaluation)}
${facts(evaluation, options)}
${evaluation.notes.map((note) => html`<p class="note">${capital(note)}.</p>`)}`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function verdict({ task, metrics, rows, resampling }: Evaluation): Content {
  const sure = html`with ${percent(resampling.confidence)} confidence`;
  if (task === 'regression') {
    const { mae, r2 } = metrics;
    if (!mae) return '';
    const explained =
      r2 && r2.value > 0 ? html` It explains <strong>${percent(r2.value)}</strong> of the variance.` : '';
    return html`Off by <strong>${valueText(mae)}</strong> on average over ${counted(rows, 'row')}, ${sure} by ${intervalText(mae)}.${explained}`;
  }
  const { accuracy } = metrics;
  if (!accuracy) return '';
  const share = (value: number) => percentText(value, accuracy);
  return html`Right on <strong>${share(accuracy.value)}</strong> of ${counted(rows, 'row')}; ${sure} on ${share(accuracy.low)} to ${share(accuracy.high)} of rows like these.`;
}

const shown = {
  binary: ['roc_auc', 'average_precision', 'f1', 'log_loss'],
  multiclass: ['balanced_accuracy', 'f1_macro', 'roc_auc_ovr', 'log_loss'],
  regression: ['rmse', 'mae', 'median_absolute_error', 'r2'],
} as const;

function tallies({ task, metrics }: Evaluation): Html {
  const found = shown[task].flatMap((name): [string, Estimate][] => {
    const estimate = metrics[name];
    return estimate ? [[name, estimate]] : [];
  });
  const tally = ([name, estimate]: [string, Estimate]) =>
    html`<div><dt>${shortTitle(name)}<br>${intervalText(estimate)}</dt><dd>${valueText(estimate)}</dd></div>`;
  return html`<dl class="tallies">${found.map(tally)}</dl>`;
}

function facts(evaluation: Evaluation, { model, rows }: EvaluationReportOptions): Html {
  const { task, target, resampling } = evaluation;
  const classes =
    task === 'regression'
      ? ''
      : ` of ${counted(evaluation.labels.length, 'class').replace(/class$|classs$/, 'classes')}`;
  const entries: [string, Content][] = [
    ...(model ? ([['Model', html`<code>${model}</code>`]] as [string, Content][]) : []),
    ['Rows', rows ?? counted(evaluation.rows, 'row')],
    ['Target', target ? html`<code>${target}</code>, ${task}${classes}` : `${task}${classes}`],
    ...(task === 'binary'
      ? ([
          [
            'Threshold',
            `${evaluation.labels[1]} is said where its probability is above ${evaluation.threshold}`,
          ],
        ] as [string, Content][])
      : []),
    [
      'Intervals',
      sentences(
        `${percent(resampling.confidence)}, percentiles of ${count(resampling.resamples)} resamples of the rows (seed ${resampling.seed}).`,
        'They say how much a metric varies with the rows, not with training the model again.',
      ),
    ],
  ];
  return html`<dl class="facts">${entries.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}
