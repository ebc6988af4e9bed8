import { deviation } from 'd3-array';
import { metricsOf } from '../../study/best.ts';
import type { ParameterValue } from '../../study/space-types.ts';
import { type Content, type Html, html } from '../html.ts';
import { brief, count, number, sentences, valueText, withSpread } from '../numbers.ts';
import { confirmedOf, type EndedTrial, objectiveOf, runsOf, type StudyView } from '../study-view.ts';
import { table } from '../table.ts';
import { compareTrials, isComparable, isConfirmed, leadNote } from './lead.ts';
import type { Section } from './section.ts';

const nextBest = 10;

/** The best configuration, how sure it is, and those that come next. */
export function bestSection(view: StudyView): Section | undefined {
  const [best, ...others] = view.ranked;
  if (!best) return undefined;
  const comparable = others.filter((trial) => isComparable(best, trial));
  const next = comparable.slice(0, nextBest);
  return {
    id: 'best',
    title: view.objectives.length > 1 ? 'The best configurations' : 'The best configuration',
    content: [
      html`<div class="pair">${configuration(best)}${metrics(view, best)}</div>`,
      eachRun(view, best),
      ...(next.length > 0 ? [html`<h3>The next best, and how they differ</h3>`] : []),
      view.objectives.length > 1 ? frontNote(view) : leadNote(view, best, comparable),
      ...(next.length > 0 ? [ranking(view, best, next)] : []),
    ],
  };
}

function configuration({ record }: EndedTrial): Html {
  const rows = Object.entries(record.parameters).map(([name, value]) => [name, valueText(value)]);
  return table({
    label: `Parameters of trial ${record.index}`,
    columns: [{ title: `Trial ${count(record.index)}` }, { title: 'Value', isNumber: true }],
    rows,
  });
}

/** What the means are made of. */
function eachRun({ objectives }: StudyView, best: EndedTrial): Content {
  if (runsOf(best, objectives.length).length < 2) return '';
  const texts = objectives.map(
    ({ metric }, i) =>
      `${metric} ${runsOf(best, objectives.length, i)
        .map((value) => number(value))
        .join(', ')}`,
  );
  return html`<p class="aside">Each run: ${texts.join('; ')}. The spread is the standard deviation over these.</p>`;
}

/** Each objective, then the other means. */
function metrics({ objectives }: StudyView, best: EndedTrial): Html {
  const rows = objectives.map(({ metric }, i) => {
    const runs = runsOf(best, objectives.length, i);
    return [metric, withSpread(confirmedOf(best, i), deviation(runs) ?? 0)];
  });
  const searched = isConfirmed(best)
    ? objectives.map(({ metric }, i) => [`${metric} in the search`, number(objectiveOf(best, i))])
    : [];
  const own = new Set(objectives.map(({ metric }) => metric));
  const others = Object.entries(metricsOf(best.result)).filter(([name]) => !own.has(brief(name)));
  return table({
    label: 'Metrics of the best trial',
    columns: [{ title: 'Metric' }, { title: 'Mean ± sd', isNumber: true }],
    rows: [...rows, ...searched, ...others.map(([name, value]) => [name, number(value)])],
  });
}

function frontNote({ objectives }: StudyView): Html {
  return html`<p>${sentences(
    `Trials of the Pareto front come first, by ${objectives[0].metric}:`,
    'no trial is better in something and no worse in anything.',
  )}</p>`;
}

function ranking(view: StudyView, best: EndedTrial, next: readonly EndedTrial[]): Html {
  const { objectives } = view;
  const isSingle = objectives.length === 1;
  const row = (trial: EndedTrial, rank: number): Content[] => [
    html`${rank}. trial ${count(trial.record.index)}`,
    ...objectives.map((_, i) =>
      withSpread(confirmedOf(trial, i), deviation(runsOf(trial, objectives.length, i)) ?? 0),
    ),
    isSingle ? differenceText(view, best, trial) : rank <= view.frontSize ? 'yes' : 'no',
    changes(best.record.parameters, trial.record.parameters),
  ];
  return table({
    label: 'The best trials',
    columns: [
      { title: 'Rank' },
      ...objectives.map(({ metric }) => ({ title: metric, isNumber: true })),
      isSingle ? { title: 'Behind the best', isNumber: true } : { title: 'On the front' },
      { title: 'Instead of the best’s parameters' },
    ],
    rows: [best, ...next].map((trial, i) => row(trial, i + 1)),
  });
}

function differenceText(view: StudyView, best: EndedTrial, trial: EndedTrial): string {
  if (trial === best) return '';
  const { difference, error, isClear } = compareTrials(view, best, trial);
  if (isClear === undefined) return number(Math.abs(confirmedOf(trial) - confirmedOf(best)), 2);
  return `${withSpread(Math.abs(difference), error)}, ${isClear ? 'clear' : 'noise'}`;
}

/** The parameters in which a trial is not as the best. */
function changes(best: Parameters, other: Parameters): Content {
  const names = [...new Set([...Object.keys(best), ...Object.keys(other)])];
  const texts = names
    .filter((name) => JSON.stringify(best[name]) !== JSON.stringify(other[name]))
    .map((name) => `${brief(name)} ${brief(valueText(other[name]))}`);
  return texts.length > 0 ? texts.join(', ') : '';
}

type Parameters = Readonly<Record<string, ParameterValue>>;
