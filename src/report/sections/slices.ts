import { median } from 'd3-array';
import { type BoxGroup, boxPlot } from '../charts/boxes.ts';
import { colors } from '../charts/colors.ts';
import { crowdKey, crowdSeries } from '../charts/crowd.ts';
import { keyList, smallFigure } from '../charts/figure.ts';
import { outlined, type Point, rings } from '../charts/marks.ts';
import { parameterAxis } from '../charts/parameter-axis.ts';
import { plot } from '../charts/plot.ts';
import { type Html, html } from '../html.ts';
import type { ParameterImportance } from '../importance/parameter-importance.ts';
import { brief, count, counted, number, sentences, valueText } from '../numbers.ts';
import { type ObjectiveAxis, objectiveAxis } from '../objective-axis.ts';
import { type ParameterColumn, parameterColumns } from '../parameter-columns.ts';
import { type EndedTrial, objectiveOf, objectivesOf, type StudyView } from '../study-view.ts';
import type { Section } from './section.ts';

const mostSlices = 16;
const trendParts = 12;
/** Of choices, in a caption. */
const mostMedians = 8;
const leastForTrend = 40;

/** One small chart for each parameter: its values against the objective. */
export function slicesSection(
  view: StudyView,
  importance: ParameterImportance | undefined,
): Section | undefined {
  const trials = view.ranked;
  const columns = sorted(parameterColumns(trials, view.settings.space), importance).slice(0, mostSlices);
  if (trials.length < 3 || columns.length === 0) return undefined;
  const [objective] = view.objectives;
  const scale = objectiveAxis(objective, objectivesOf(trials));
  return {
    id: 'slices',
    title: 'Each parameter on its own',
    content: [
      html`<p>${sentences(
        `${counted(trials.length, 'complete trial')}, the most important parameters first.`,
        'Boxes hold the middle half of the trials, whiskers the middle 90\u00a0%.',
        scale.note,
      )}</p>`,
      keyList([
        ...crowdKey(trials),
        { color: colors.ink, label: 'median', mark: 'line' },
        { color: colors.best, label: 'the best trial' },
      ]),
      html`<div class="slices">${columns.map((column, i) => slice(`slice${i}`, column, trials, scale))}</div>`,
    ],
  };
}

function sorted(columns: ParameterColumn[], importance: ParameterImportance | undefined): ParameterColumn[] {
  if (!importance) return columns;
  const order = importance.mains.map(({ parameters }) => importance.columns[parameters[0] ?? 0]?.name ?? '');
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  return columns.toSorted((a, b) => rank(a.name) - rank(b.name));
}

function slice(
  id: string,
  column: ParameterColumn,
  trials: readonly EndedTrial[],
  scale: ObjectiveAxis,
): Html {
  return column.kind === 'number'
    ? numberSlice(id, column, trials, scale)
    : boxSlice(id, column, trials, scale);
}

function numberSlice(
  id: string,
  column: ParameterColumn,
  trials: readonly EndedTrial[],
  scale: ObjectiveAxis,
): Html {
  const x = parameterAxis(column, 4);
  const placeOf = new Map(trials.map((trial, i) => [trial, x.place(column.values[i] as number)]));
  const on = trials.filter((trial) => Number.isFinite(placeOf.get(trial)));
  const pointsOf = (some: readonly EndedTrial[]) =>
    some.map((trial): Point => [placeOf.get(trial) ?? Number.NaN, scale.place(objectiveOf(trial))]);
  const off = trials.length - on.length;
  const [best] = trials;
  const hasBest = best !== undefined && on.includes(best);
  const value = brief(valueText(best?.record.parameters[column.name]));
  return smallFigure({
    id,
    caption: sentences(
      `${column.title}: the best trial has ${hasBest ? value : 'it switched off'}.`,
      off > 0 && `Switched off in ${counted(off, 'trial')}.`,
    ),
    draw: (size) =>
      plot(x, scale.axis, [
        ...crowdSeries(on, pointsOf, x, scale.axis, size),
        ...(on.length >= leastForTrend ? outlined(medians(pointsOf(on)), colors.ink) : []),
        ...(hasBest ? rings(pointsOf([best]), colors.best, 10) : []),
      ]),
  });
}

/** Medians over equally many trials next to each other. */
function medians(points: readonly Point[]): Point[] {
  const inOrder = points.toSorted((a, b) => a[0] - b[0]);
  return Array.from({ length: trendParts }, (_, i) => {
    const cut = (part: number) => Math.floor((part * inOrder.length) / trendParts);
    const part = inOrder.slice(cut(i), cut(i + 1));
    return [median(part, ([x]) => x) ?? 0, median(part, ([, y]) => y) ?? 0] as const;
  });
}

function boxSlice(
  id: string,
  column: ParameterColumn,
  trials: readonly EndedTrial[],
  scale: ObjectiveAxis,
): Html {
  const groups = groupsOf(column, trials);
  const [best] = trials;
  const value = brief(valueText(best?.record.parameters[column.name]));
  const ranked = groups
    .map(({ label, values }) => ({ label, values, middle: median(values) ?? Number.NaN }))
    .filter(({ values }) => values.length > 0);
  const texts = ranked.map(
    ({ label, middle, values }) => `${label} ${number(middle, 3)} (${count(values.length)})`,
  );
  const own = column.values[0] ?? Number.NaN;
  const at = Number.isNaN(own) ? column.labels.length : own;
  const ring = best ? rings([[at, scale.place(objectiveOf(best))]], colors.best, 10) : [];
  return smallFigure({
    id,
    caption: sentences(
      `${column.title}: medians (and trials)`,
      `${texts.slice(0, mostMedians).join(', ')}${texts.length > mostMedians ? ' and others' : ''};`,
      `the best trial has ${value}.`,
    ),
    draw: () => boxPlot(column.title, scale, groups, ring),
  });
}

/** The first objective of the trials of each choice. */
function groupsOf({ labels, values }: ParameterColumn, trials: readonly EndedTrial[]): BoxGroup[] {
  const all = [...labels, 'off'].map((label) => ({ label, values: [] as number[] }));
  trials.forEach((trial, i) => {
    const place = values[i] as number;
    all[Number.isNaN(place) ? labels.length : place]?.values.push(objectiveOf(trial));
  });
  return all.filter(({ values: own }, i) => i < labels.length || own.length > 0);
}
