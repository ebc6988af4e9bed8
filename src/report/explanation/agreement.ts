import { rankCorrelation, rankings, ranks } from '../../explain/agreement.ts';
import type { Explanation } from '../../explain/explanation.ts';
import { type Content, html } from '../html.ts';
import { brief, number, sentences } from '../numbers.ts';
import type { Section } from '../sections/section.ts';
import { table } from '../table.ts';
import { orderedColumns } from './ordered-columns.ts';

const mostRows = 15;

/** Whether the methods agree about which columns matter. */
export function agreementSection(explanation: Explanation): Section | undefined {
  const all = rankings(explanation);
  if (all.length < 2) return undefined;
  const pairs = all.flatMap((a, i) =>
    all
      .slice(i + 1)
      .map((b) => ({ names: `${a.method} and ${b.method}`, value: rankCorrelation(a.sizes, b.sizes) })),
  );
  const places = all.map(({ sizes }) => ranks(sizes.map((size) => -size)));
  const rows = orderedColumns(explanation)
    .slice(0, mostRows)
    .map(({ name, place }): Content[] => [
      brief(name),
      ...places.map((own) => number(own[place] ?? Number.NaN, 3)),
    ]);
  return {
    id: 'agreement',
    title: 'Do the methods agree',
    content: [
      html`<p>${sentences(
        'Rank correlation (Spearman) of the columns, 1 where two methods put them in the same order:',
        `${pairs.map(({ names, value }) => `${names} ${number(value, 2)}`).join('; ')}.`,
      )}</p>`,
      table({
        label: 'Places of the columns by each method',
        columns: [{ title: 'Place of' }, ...all.map(({ method }) => ({ title: method, isNumber: true }))],
        rows,
      }),
      html`<p class="aside">${sentences(
        'They answer different questions: permutation says what the metric loses without a column,',
        'the other two how much a column moves predictions, right or wrong.',
        'A column high in the latter and low in the former is used but does not help.',
      )}</p>`,
    ],
  };
}
