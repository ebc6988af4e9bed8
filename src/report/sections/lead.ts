import { rankOf } from '../../study/best.ts';
import { type Comparison, compareRuns } from '../comparison.ts';
import { type Html, html } from '../html.ts';
import { count, counted, number, sentences } from '../numbers.ts';
import { confirmedOf, type EndedTrial, runsOf, type StudyView } from '../study-view.ts';

/** How two trials compare in the first objective. */
export function compareTrials(view: StudyView, best: EndedTrial, trial: EndedTrial): Comparison {
  const n = view.objectives.length;
  const { folds } = view.settings.resampling;
  // A fifth of the rows judges where there are no folds: each confirmed run has another one, like the runs of five folds.
  const likeFolds = folds === 1 && isConfirmed(best) ? 5 : folds;
  return compareRuns(runsOf(best, n), runsOf(trial, n), likeFolds);
}

/** Whether what counts of a trial is of other folds than the search's. */
export const isConfirmed = ({ result }: EndedTrial): boolean => rankOf(result) === 0;

/** Whether two trials were trained on the same folds: both confirmed, or both in the search only. */
export function isComparable(one: EndedTrial, other: EndedTrial): boolean {
  return rankOf(one.result) === rankOf(other.result);
}

/**
 * Says plainly whether the best trial's lead is noise, and what its value is worth.
 * @param others those that it can be compared with, the best first
 */
export function leadNote(view: StudyView, best: EndedTrial, others: readonly EndedTrial[]): Html {
  const { settings } = view;
  const ranked = others.length + 1;
  const [second] = others;
  const alike = others.filter((trial) => compareTrials(view, best, trial).isClear === false).length;
  return html`<p class="note">${sentences(
    second && leadText(compareTrials(view, best, second), best, second),
    alike > 1 && `${counted(alike, 'trial')} of ${count(ranked)} cannot be told from the best in this way.`,
  )}</p>
<p class="aside">${sentences(
    isConfirmed(best)
      ? `The best of ${counted(ranked, 'trial')} that were trained again, as the final model is, on folds that the search did not use; its value flatters little.`
      : `The best of ${counted(ranked, 'complete trial')} was picked by the same runs that measure it, so that its value is flattering.`,
    settings.data &&
      settings.data.heldOutRows > 0 &&
      'Its value on the held-out rows, which no trial has seen, is the one to quote.',
  )}</p>`;
}

function leadText({ difference, error, isClear }: Comparison, best: EndedTrial, second: EndedTrial): string {
  const trials = `trial ${count(best.record.index)} and trial ${count(second.record.index)}`;
  if (isClear === undefined) {
    const gap = number(Math.abs(confirmedOf(best) - confirmedOf(second)), 2);
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
