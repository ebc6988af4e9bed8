import { type Comparison, compareRuns } from '../comparison.ts';
import { type Html, html } from '../html.ts';
import { count, counted, number, sentences } from '../numbers.ts';
import { type EndedTrial, objectiveOf, runsOf, type StudyView } from '../study-view.ts';

/** How two trials compare in the first objective. */
export function compareTrials(view: StudyView, best: EndedTrial, trial: EndedTrial): Comparison {
  const n = view.objectives.length;
  return compareRuns(runsOf(best, n), runsOf(trial, n), view.settings.resampling.folds);
}

/** Says plainly whether the best trial's lead is noise, and what its value is worth. */
export function leadNote(view: StudyView, best: EndedTrial, others: readonly EndedTrial[]): Html {
  const { settings, ranked } = view;
  const [second] = others;
  const alike = others.filter((trial) => compareTrials(view, best, trial).isClear === false).length;
  return html`<p class="note">${sentences(
    second && leadText(compareTrials(view, best, second), best, second),
    alike > 1 &&
      `${counted(alike, 'trial')} of ${count(ranked.length)} cannot be told from the best in this way.`,
  )}</p>
<p class="aside">${sentences(
    `The best of ${counted(ranked.length, 'complete trial')} was picked by the same runs that measure it,`,
    'so that its value is flattering.',
    settings.data &&
      settings.data.heldOutRows > 0 &&
      'Its value on the held-out rows, which no trial has seen, is the one to quote.',
  )}</p>`;
}

function leadText({ difference, error, isClear }: Comparison, best: EndedTrial, second: EndedTrial): string {
  const trials = `trial ${count(best.record.index)} and trial ${count(second.record.index)}`;
  if (isClear === undefined) {
    const gap = number(Math.abs(objectiveOf(best) - objectiveOf(second)), 2);
    return sentences(
      `With a single run a trial, nothing says whether the ${gap} between ${trials} are more than noise:`,
      'repeats or folds would.',
    );
  }
  return sentences(
    isClear ? 'The lead is larger than the spread:' : 'The lead is noise:',
    `the difference between ${trials} is ${number(Math.abs(difference), 2)},`,
    `with a standard error of ${number(error, 2)} over the paired runs.`,
    !isClear && 'Another seed could have put the second first.',
  );
}
