import { sum } from 'd3-array';
import type { EChartsCoreOption } from 'echarts/core';
import { labelAxis, numberAxis } from '../charts/axes.ts';
import { colors } from '../charts/colors.ts';
import type { Size } from '../charts/draw.ts';
import { figure } from '../charts/figure.ts';
import { type Cell, cells, lines, type Point } from '../charts/marks.ts';
import { labelRoom, plot } from '../charts/plot.ts';
import { html } from '../html.ts';
import type { Effect, ParameterImportance } from '../importance/parameter-importance.ts';
import { count, counted, percent, sentences } from '../numbers.ts';
import type { StudyView } from '../study-view.ts';
import type { Table } from '../table.ts';
import type { Section } from './section.ts';

const mostBars = 14;
const shownPairs = 4;
/** Pairs below this share are left out of the picture. */
const leastPair = 0.01;

/** How much of the objective's differences each parameter explains. */
export function importanceSection(
  { objectives }: StudyView,
  importance: ParameterImportance | undefined,
): Section | undefined {
  if (!importance) return undefined;
  const { mains, pairs } = importance;
  const strongPairs = pairs.filter(({ share }) => share.mean >= leastPair).slice(0, shownPairs);
  const bars = [...mains, ...strongPairs].sort((a, b) => b.share.mean - a.share.mean).slice(0, mostBars);
  const height = 64 + 30 * bars.length;
  const pairKey = { color: colors.second, label: 'two together, beyond each alone', mark: 'area' } as const;
  return {
    id: 'importance',
    title: 'Which parameters mattered',
    content: [
      figure({
        id: 'importance',
        caption: captionOf(importance, strongPairs[0], objectives[0].metric),
        key: [
          { color: colors.trend, label: 'alone', mark: 'area' },
          ...(strongPairs.length > 0 ? [pairKey] : []),
        ],
        wide: { height },
        narrow: { height },
        draw: (size) => draw(importance, bars, size),
        data: dataOf(importance),
      }),
      html`<p class="aside">${method(importance)}</p>`,
    ],
  };
}

function captionOf(importance: ParameterImportance, pair: Effect | undefined, metric: string): string {
  const { mains } = importance;
  const [first] = mains;
  const all = sum(mains, ({ share }) => share.mean);
  return sentences(
    first &&
      `${nameOf(importance, first)} explains ${percent(first.share.mean)} of the differences in ${metric};`,
    `all parameters one by one explain ${percent(all)}.`,
    pair && `The strongest pair is ${nameOf(importance, pair)}, ${percent(pair.share.mean)}.`,
    'Thin lines are ± one standard deviation over the trees.',
  );
}

function method({ forest, trials }: ParameterImportance): string {
  return sentences(
    'Functional analysis of variance (Hutter, Hoos and Leyton-Brown, 2014) over a random forest of',
    `${count(forest.length)} trees that learned ${counted(trials, 'complete trial')};`,
    'the worst 5\u00a0% count as no worse than the others.',
    'Parameters are taken for independent of each other:',
    'one that is switched on by another shares the other’s effect.',
  );
}

function nameOf({ columns }: ParameterImportance, { parameters }: Effect): string {
  return parameters.map((f) => columns[f]?.title ?? '').join(' × ');
}

function dataOf(importance: ParameterImportance): Table {
  return {
    label: 'Importance of parameters',
    columns: [{ title: 'Parameter' }, { title: 'Share', isNumber: true }, { title: '±', isNumber: true }],
    rows: [...importance.mains, ...importance.pairs].map((effect) => [
      nameOf(importance, effect),
      percent(effect.share.mean),
      percent(effect.share.spread),
    ]),
  };
}

function draw(importance: ParameterImportance, bars: readonly Effect[], size: Size): EChartsCoreOption {
  // Labels stand from the bottom up.
  const upwards = bars.toReversed();
  const most = Math.min(1, Math.max(...bars.map(({ share }) => share.mean + share.spread)));
  const x = numberAxis('', 0, most, { room: 0, label: percent, ticks: size.width < 500 ? 3 : 6 });
  const y = labelAxis(
    '',
    upwards.map((effect) => nameOf(importance, effect)),
  );
  const bar = (isPair: boolean) =>
    upwards.flatMap(({ parameters, share }, i): Cell[] =>
      parameters.length > 1 === isPair ? [{ x: [0, share.mean], y: [i - 0.32, i + 0.32] }] : [],
    );
  const whiskers = upwards.map(({ share: { mean, spread } }, i): Point[] => [
    [Math.max(0, mean - spread), i],
    [Math.min(most, mean + spread), i],
  ]);
  const series = [
    cells(bar(false), colors.trend),
    cells(bar(true), colors.second),
    lines(whiskers, colors.ink, 1.2, 0.9),
  ];
  return plot(x, y, series, { linesAt: 'x', longestLabel: labelRoom(size) });
}
