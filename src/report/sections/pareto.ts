import { colors } from '../charts/colors.ts';
import { crowdKey, crowdSeries } from '../charts/crowd.ts';
import { details, figure } from '../charts/figure.ts';
import { dots, line, type Point } from '../charts/marks.ts';
import { plot } from '../charts/plot.ts';
import { type Html, html } from '../html.ts';
import { count, counted, number, sentences } from '../numbers.ts';
import { objectiveAxis } from '../objective-axis.ts';
import { type EndedTrial, objectiveOf, objectivesOf, type StudyView } from '../study-view.ts';
import { table } from '../table.ts';
import type { Section } from './section.ts';

const mostPairs = 6;
const tableRows = 50;

/** Which trials are best at which price, for each two objectives; nothing for a single one. */
export function paretoSection(view: StudyView): Section | undefined {
  const { objectives, ranked, frontSize } = view;
  if (objectives.length < 2 || ranked.length < 2) return undefined;
  const pairs = objectives.flatMap((_, i) => objectives.slice(i + 1).map((_, j) => [i, i + 1 + j] as const));
  return {
    id: 'pareto',
    title: 'The Pareto front',
    content: [
      html`<p>${sentences(
        `${counted(frontSize, 'trial')} of ${count(ranked.length)} complete ones:`,
        'for each of the others, one of these is no worse in anything and better in something.',
      )}</p>`,
      ...pairs.slice(0, mostPairs).map((pair) => pairFigure(view, pair)),
      details(`The front${frontSize > tableRows ? `, the first ${tableRows}` : ''}`, frontTable(view)),
    ],
  };
}

function pairFigure({ objectives, ranked, frontSize }: StudyView, [i, j]: readonly [number, number]): Html {
  const [across, up] = [objectives[i], objectives[j]];
  if (!across || !up) return html``;
  const x = objectiveAxis(across, objectivesOf(ranked, i));
  const y = objectiveAxis(up, objectivesOf(ranked, j));
  const pointsOf = (trials: readonly EndedTrial[]): Point[] =>
    trials.map((trial) => [x.place(objectiveOf(trial, i)), y.place(objectiveOf(trial, j))] as const);
  const front = pointsOf(ranked.slice(0, frontSize));
  const others = ranked.slice(frontSize);
  return figure({
    id: `pareto${i}${j}`,
    caption: sentences(
      `${across.metric} (${goal(across.direction)}) against ${up.metric} (${goal(up.direction)}):`,
      `${counted(frontSize, 'trial')} on the front over ${counted(others.length, 'other')}.`,
    ),
    key: [
      { color: colors.best, label: 'on the front' },
      ...crowdKey(others).filter((entry) => others.length > 0 || entry.mark === 'area'),
    ],
    wide: { height: 380 },
    draw: (size) =>
      plot(x.axis, y.axis, [
        ...crowdSeries(others, pointsOf, x.axis, y.axis, size),
        // With more objectives the front is a surface, and its trials are no line.
        ...(objectives.length === 2 ? [line(front, colors.best, { width: 1.5, isStep: true })] : []),
        dots(front, colors.best, front.length > 200 ? 5 : 8, 0.9),
      ]),
  });
}

const goal = (direction: 'minimize' | 'maximize') =>
  direction === 'minimize' ? 'less is better' : 'more is better';

function frontTable({ objectives, ranked, frontSize }: StudyView): Html {
  return table({
    label: 'Trials on the Pareto front',
    columns: [{ title: 'Trial' }, ...objectives.map(({ metric }) => ({ title: metric, isNumber: true }))],
    rows: ranked
      .slice(0, Math.min(frontSize, tableRows))
      .map((trial) => [
        count(trial.record.index),
        ...objectives.map((_, i) => number(objectiveOf(trial, i))),
      ]),
  });
}
