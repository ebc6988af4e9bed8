import { deviation } from 'd3-array';
import { type Content, type Html, html } from '../html.ts';
import { count, counted, duration, number, percent, sentences, withSpread } from '../numbers.ts';
import { confirmedOf, objectiveOf, runsOf, type StudyView } from '../study-view.ts';
import { isConfirmed } from './lead.ts';

/** The study's name, what came of it in a sentence, and what it was made of. */
export function head(view: StudyView, date: string | undefined): Html {
  const { settings } = view;
  return html`<p class="kind">Shoal study${date ? `, ${date}` : ''}</p>
<h1>${settings.name}</h1>
<p class="verdict">${verdict(view)}</p>
${tallies(view)}
${facts(view)}`;
}

/** What the study found, in a sentence. */
function verdict(view: StudyView): Content {
  const { ended, counts, ranked, objectives } = view;
  const [best] = ranked;
  if (ended.length === 0) return 'No trial has ended yet: there is nothing to show but the settings.';
  if (!best) {
    const failed = counts.failed === ended.length ? 'all of them failed' : 'none of them is complete';
    return `${counted(ended.length, 'trial')} ended, and ${failed}: there is no best configuration.`;
  }
  const trial = html`<strong>Trial ${count(best.record.index)}</strong> of ${count(ended.length)}`;
  if (objectives.length > 1)
    return html`${front(view)} ${trial} has the best ${objectives[0].metric}: ${resultOf(view)}.`;
  return html`${trial}: ${objectives[0].metric} ${resultOf(view)}${againstMedian(view)}.`;
}

function front({ frontSize, objectives }: StudyView): string {
  const names = objectives.map(({ metric }) => metric).join(', ');
  const trials = frontSize === 1 ? '1 trial is' : `${count(frontSize)} trials are`;
  return `${trials} best in the sense of Pareto for ${names}.`;
}

/** The best trial's first objective, with its spread over the runs. */
function resultOf({ ranked, objectives, settings }: StudyView): Content {
  const [best] = ranked;
  if (!best) return '';
  const runs = runsOf(best, objectives.length);
  const value = withSpread(confirmedOf(best), deviation(runs) ?? 0);
  const { folds, repeats } = settings.resampling;
  const sets = isConfirmed(best) ? (settings.confirmSets ?? 0) : 0;
  if (sets > 0)
    return html`<strong>${value}</strong> over ${counted(sets * folds, 'other fold')}${repeats > 1 ? ` and ${counted(repeats, 'repeat')}` : ''}`;
  const over = [
    ...(folds > 1 ? [counted(folds, 'fold')] : []),
    ...(repeats > 1 ? [counted(repeats, 'repeat')] : []),
  ].join(' and ');
  return html`<strong>${value}</strong>${over && runs.length > 1 ? ` over ${over}` : ''}`;
}

function againstMedian({ ranked, medianValue, objectives }: StudyView): string {
  const [best] = ranked;
  if (!best || ranked.length < 3) return '';
  const value = objectiveOf(best);
  if (isConfirmed(best))
    return `; in the search ${number(value, 3)}, where the median trial has ${number(medianValue, 3)}`;
  const [{ direction }] = objectives;
  if (direction === 'minimize' && value > 0 && medianValue > value)
    return `; ${number(medianValue / value, 2)} times better than the median trial’s ${number(medianValue, 3)}`;
  return `; the median trial has ${number(medianValue, 3)}`;
}

function tallies({ counts, ended, elapsedMs }: StudyView): Html {
  const share = (n: number) => (ended.length > 0 && n > 0 ? ` (${percent(n / ended.length)})` : '');
  const rows: [string, string][] = [
    [`complete${share(counts.complete)}`, count(counts.complete)],
    [`pruned${share(counts.pruned)}`, count(counts.pruned)],
    [`failed${share(counts.failed)}`, count(counts.failed)],
    ...(counts.waiting > 0 ? ([['not trained yet', count(counts.waiting)]] as [string, string][]) : []),
    ['training time', duration(elapsedMs)],
  ];
  const tally = ([name, value]: [string, string]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`<dl class="tallies">${rows.map(tally)}</dl>`;
}

function facts({ settings, objectives }: StudyView): Html {
  const { data, sampler, pruner, resampling, confirmSets = 0, epochs, seed, version, engine } = settings;
  const { folds, repeats } = resampling;
  const rows: [string, Content][] = [
    ['Objective', objectives.map(({ metric, direction }) => `${direction} ${metric}`).join(', ')],
    ...(data ? ([['Data', dataText(data)]] as [string, Content][]) : []),
    ['Search', `${sampler.name} sampler, ${pruner.name} pruner, seed ${seed}`],
    [
      'A trial',
      `${counted(folds * repeats, 'training')} of at most ${counted(epochs, 'epoch')}` +
        (folds > 1
          ? `, ${folds}-fold cross-validation${repeats > 1 ? ` repeated ${repeats} times` : ''}`
          : ''),
    ],
    ...(confirmSets > 0
      ? ([
          [
            'Confirmed',
            `the best trials, by ${counted(confirmSets * folds * repeats, 'training')} on other folds`,
          ],
        ] as [string, Content][])
      : []),
    ['Device', engine],
    ['Made by', `Shoal ${version}`],
  ];
  return html`<dl class="facts">${rows.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

function dataText(data: NonNullable<StudyView['settings']['data']>): Content {
  const heldOut = data.heldOutRows > 0 && `(${count(data.heldOutRows)} held out)`;
  const rows = sentences(counted(data.rows, 'row'), heldOut);
  const features = counted(data.features, 'feature');
  return html`<code>${data.file}</code>, ${data.task} of <code>${data.target}</code> from ${features}, ${rows}`;
}
