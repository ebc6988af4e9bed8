import { columnOrder, rankCorrelation, rankings } from '../explain/agreement.ts';
import { type Explanation, outputName, type RowExplanation } from '../explain/explanation.ts';
import { brief, counted, number, withSpread } from '../report/numbers.ts';
import { colors } from './colors.ts';
import { printable, table } from './terminal.ts';
import { waterfall } from './waterfall.ts';

/** Columns that the terminal lists. */
const mostColumns = 15;
const longestName = 30;

/** An explanation for the terminal: the columns' importance, then row by row what they add. */
export function explanationText(raw: Explanation): string {
  const explanation = printable(raw);
  const parts = [
    heading(explanation),
    columnTable(explanation),
    noiseText(explanation),
    agreementText(explanation),
    ...explanation.rows.map((row) => rowText(explanation, row)),
    explanation.notes.map((note) => `note: ${note}`).join('\n'),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function heading({ data, importance, summary }: Explanation): string {
  const summed = [...(summary?.shap ? ['SHAP'] : []), ...(summary?.gradients ? ['IG'] : [])].join(', ');
  const lines = [
    `${colors.bold('Which columns matter')} in ${data.source}, ${counted(data.rows, 'row')}`,
    ...(importance
      ? [
          `permutation: how much ${importance.metric} (${number(importance.baseline)}) ${importance.isLoss ? 'rises' : 'falls'} when a column is shuffled, ${importance.repeats} times on ${counted(importance.rows, 'row')}`,
        ]
      : []),
    ...(summary
      ? [`${summed}: mean size of what a column adds to ${counted(summary.rows.length, 'prediction')}`]
      : []),
  ];
  return lines.join('\n');
}

function columnTable(explanation: Explanation): string {
  const { importance, summary, columns } = explanation;
  const order = columnOrder(explanation);
  if (!importance && !summary) return '';
  const head = [
    'column',
    ...(importance ? ['permutation', '95 % interval'] : []),
    ...(summary?.shap ? ['SHAP'] : []),
    ...(summary?.gradients ? ['IG'] : []),
  ];
  const rows = order.slice(0, mostColumns).map((place) => {
    const own = importance?.columns[place];
    const size = (method: 'shap' | 'gradients') => {
      const { mean = Number.NaN, standardError = Number.NaN } = summary?.[method]?.sizes[place] ?? {};
      return summary?.[method] ? [withSpread(mean, standardError)] : [];
    };
    const name = brief(columns[place] ?? '', longestName);
    return [
      own?.isClear === false ? colors.dim(name) : name,
      ...(own ? [number(own.mean, 3), intervalText(own.interval)] : []),
      ...size('shap'),
      ...size('gradients'),
    ];
  });
  const more = order.length - mostColumns;
  return `${table(head, rows)}${more > 0 ? `\nand ${counted(more, 'column')} less important` : ''}`;
}

function intervalText([low, high]: readonly [number, number]): string {
  return `${number(low, 3)} to ${number(high, 3)}`;
}

/** Which columns may matter as little as none. */
function noiseText({ importance }: Explanation): string {
  if (!importance) return '';
  const unclear = importance.columns
    .filter(({ isClear }) => !isClear)
    .map(({ column }) => brief(column, longestName));
  if (unclear.length === 0) return 'All columns can be told from noise: no interval includes 0.';
  const shown = unclear.slice(0, mostColumns).join(', ');
  const more = unclear.length - mostColumns;
  return `${counted(unclear.length, 'column')} cannot be told from noise (the interval includes 0): ${shown}${more > 0 ? ` and ${more} more` : ''}`;
}

function agreementText(explanation: Explanation): string {
  const all = rankings(explanation);
  const pairs = all.flatMap((a, i) => all.slice(i + 1).map((b) => [a, b] as const));
  if (pairs.length === 0) return '';
  const texts = pairs.map(
    ([a, b]) => `${a.method} and ${b.method} ${number(rankCorrelation(a.sizes, b.sizes), 2)}`,
  );
  return `Agreement of the rankings (1 is full): ${texts.join(', ')}`;
}

function rowText(explanation: Explanation, row: RowExplanation): string {
  const { shap, gradients, truth } = row;
  const title = `${colors.bold(`Row ${row.row}`)}: ${outputName(explanation, row.output)} is ${number(row.prediction)}`;
  const known =
    truth === undefined ? '' : `; the table says ${typeof truth === 'number' ? number(truth) : truth}`;
  const lines = [
    `${title}${known}`,
    ...(shap ? [`SHAP, from the background's mean`, waterfall(explanation.columns, row, shap)] : []),
    ...(gradients
      ? [
          `integrated gradients, from the training rows' mean (remainder ${number(gradients.remainder, 1)})`,
          waterfall(explanation.columns, row, gradients),
        ]
      : []),
  ];
  return lines.join('\n');
}
