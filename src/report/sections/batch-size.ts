import { median } from 'd3-array';
import { numberAxis } from '../charts/axes.ts';
import { type BoxGroup, boxPlot } from '../charts/boxes.ts';
import { smallFigure } from '../charts/figure.ts';
import { html } from '../html.ts';
import { count, counted, number, sentences } from '../numbers.ts';
import { objectiveAxis } from '../objective-axis.ts';
import { type EndedTrial, objectivesOf, type StudyView } from '../study-view.ts';
import type { Section } from './section.ts';

const mostGroups = 8;

/** What the batch size changes: the objective, and the epochs until the validation loss is lowest. */
export function batchSizeSection(view: StudyView): Section | undefined {
  const groups = byBatchSize(view.ranked);
  if (groups.length < 2) return undefined;
  const [objective] = view.objectives;
  const scale = objectiveAxis(objective, objectivesOf(view.ranked));
  const values = groups.map(({ label, trials }) => ({ label, values: objectivesOf(trials) }));
  const epochs = groups.map(({ label, trials }) => ({ label, values: trials.map(epochOfLowest) }));
  const last = Math.max(...epochs.flatMap((group) => group.values));
  const y = numberAxis('epoch of the lowest validation loss', 1, last);
  return {
    id: 'batch-size',
    title: 'What the batch size changed',
    content: [
      html`<p>${sentences(
        `${counted(view.ranked.length, 'complete trial')} by their batch size.`,
        'Other parameters differ among them too:',
        'the search may have paired some sizes with better learning rates.',
      )}</p>`,
      html`<div class="slices">${[
        smallFigure({
          id: 'batch-metric',
          caption: sentences(`Medians of ${objective.metric}: ${medians(values)}.`, scale.note),
          draw: () => boxPlot('batch size', scale, values),
        }),
        smallFigure({
          id: 'batch-epochs',
          caption: `Medians of the epoch with the lowest validation loss: ${medians(epochs)}.`,
          draw: () => boxPlot('batch size', { axis: y, place: y.place }, epochs),
        }),
      ]}</div>`,
    ],
  };
}

function medians(groups: readonly BoxGroup[]): string {
  return groups.map(({ label, values }) => `${label}: ${number(median(values) ?? Number.NaN, 3)}`).join(', ');
}

/** Trials by batch size, small ones first; by powers of two where there are many sizes. */
function byBatchSize(trials: readonly EndedTrial[]): { label: string; trials: EndedTrial[] }[] {
  const sizeOf = ({ record }: EndedTrial) => record.parameters.batchSize;
  const sized = trials.filter((trial) => typeof sizeOf(trial) === 'number' && Number(sizeOf(trial)) >= 1);
  const sizes = new Set(sized.map(sizeOf));
  const groupOf = (trial: EndedTrial) =>
    sizes.size <= mostGroups ? Number(sizeOf(trial)) : 2 ** Math.floor(Math.log2(Number(sizeOf(trial))));
  const groups = new Map<number, EndedTrial[]>();
  for (const trial of sized) {
    const group = groups.get(groupOf(trial));
    if (group) group.push(trial);
    else groups.set(groupOf(trial), [trial]);
  }
  const label = (size: number) => (sizes.size <= mostGroups ? count(size) : `${count(size)}+`);
  return [...groups].sort(([a], [b]) => a - b).map(([size, own]) => ({ label: label(size), trials: own }));
}

/** The epoch at which the validation loss (or the loss, where there is none) was lowest; the last without a curve. */
function epochOfLowest({ result: { curve, epochs } }: EndedTrial): number {
  let least = Infinity;
  let epoch = epochs;
  for (let row = 0; row < curve.length; row += 3) {
    const [own = 0, loss = Number.NaN, validation = Number.NaN] = curve.subarray(row, row + 3);
    const value = Number.isNaN(validation) ? loss : validation;
    if (value >= least || Number.isNaN(value)) continue;
    least = value;
    epoch = own;
  }
  return epoch;
}
