import { labelAxis, numberAxis } from '../charts/axes.ts';
import { colors } from '../charts/colors.ts';
import { figure } from '../charts/figure.ts';
import { cells, lines } from '../charts/marks.ts';
import { plot } from '../charts/plot.ts';
import { html } from '../html.ts';
import type { Effect, ParameterImportance } from '../importance/parameter-importance.ts';
import { count, counted, percent } from '../numbers.ts';
import type { StudyView } from '../study-view.ts';
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
  if (!importance || importance.mains.every(({ share }) => share.mean === 0)) return undefined;
  const { mains, pairs, trials } = importance;
  const metric = objectives[0].metric;
  const name = ({ parameters }: Effect) =>
    parameters.map((f) => importance.columns[f]?.name ?? '').join(' × ');
  const strongPairs = pairs.filter(({ share }) => share.mean >= leastPair).slice(0, shownPairs);
  const bars = [...mains, ...strongPairs].sort((a, b) => b.share.mean - a.share.mean).slice(0, mostBars);
  const [first] = mains;
  const sum = mains.reduce((total, { share }) => total + share.mean, 0);
  const pairText = strongPairs[0]
    ? ` The strongest pair is ${name(strongPairs[0])}, ${percent(strongPairs[0].share.mean)}.`
    : '';
  return {
    id: 'importance',
    title: 'Which parameters mattered',
    content: [
      figure({
        id: 'importance',
        caption: `${first ? `${name(first)} explains ${percent(first.share.mean)} of the differences in ${metric}` : ''}; all parameters one by one explain ${percent(sum)}.${pairText} Thin lines are ± one standard deviation over the trees.`,
        key: [
          { color: colors.trend, label: 'alone', mark: 'area' },
          ...(strongPairs.length > 0
            ? [{ color: colors.second, label: 'two together, beyond each alone', mark: 'area' as const }]
            : []),
        ],
        wide: { height: 64 + 30 * bars.length },
        narrow: { height: 64 + 30 * bars.length },
        draw: ({ width }) => barPlot(bars, name, width),
        data: {
          label: 'Importance of parameters',
          columns: [
            { title: 'Parameter' },
            { title: 'Share', isNumber: true },
            { title: '±', isNumber: true },
          ],
          rows: [...mains, ...pairs].map((effect) => [
            name(effect),
            percent(effect.share.mean),
            percent(effect.share.spread),
          ]),
        },
      }),
      html`<p class="aside">Functional analysis of variance (Hutter, Hoos and Leyton-Brown, 2014) over a random forest of ${count(importance.forest.length)} trees that learned ${counted(trials, 'complete trial')}; the worst 5 % count as no worse than the others. Parameters are taken for independent of each other: one that is switched on by another shares the other’s effect.</p>`,
    ],
  };
}

function barPlot(bars: readonly Effect[], name: (effect: Effect) => string, width: number) {
  // Labels stand from the bottom up.
  const upwards = bars.toReversed();
  const most = Math.min(1, Math.max(...bars.map(({ share }) => share.mean + share.spread)));
  const x = numberAxis('', 0, most, { room: 0, label: percent, ticks: width < 500 ? 3 : 6 });
  const y = labelAxis('', upwards.map(name));
  const bar = (isPair: boolean, color: string) =>
    cells(
      upwards.flatMap(({ parameters, share }, i) =>
        parameters.length > 1 === isPair ? [{ x: [0, share.mean], y: [i - 0.32, i + 0.32] } as const] : [],
      ),
      color,
    );
  const whiskers = upwards.map(
    ({ share }, i) =>
      [
        [Math.max(0, share.mean - share.spread), i],
        [Math.min(most, share.mean + share.spread), i],
      ] as const,
  );
  return plot(
    x,
    y,
    [bar(false, colors.trend), bar(true, colors.second), lines(whiskers, colors.ink, 1.2, 0.9)],
    {
      linesAt: 'x',
    },
  );
}
