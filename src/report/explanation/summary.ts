import { max, min } from 'd3-array';
import type { EChartsCoreOption } from 'echarts/core';
import { ranks } from '../../explain/agreement.ts';
import {
  type AttributionSummary,
  type Explanation,
  type MethodSummary,
  outputName,
} from '../../explain/explanation.ts';
import { labelAxis, numberAxis } from '../charts/axes.ts';
import { colors, levels, rankColor } from '../charts/colors.ts';
import type { Size } from '../charts/draw.ts';
import { figure } from '../charts/figure.ts';
import { type Cell, cells, lines, type Point } from '../charts/marks.ts';
import { labelRoom, plot } from '../charts/plot.ts';
import { html } from '../html.ts';
import { brief, counted, number, sentences, withSpread } from '../numbers.ts';
import type { Section } from '../sections/section.ts';
import type { Table } from '../table.ts';
import { type OrderedColumn, orderedColumns } from './ordered-columns.ts';

const mostColumns = 14;
/** Pixels of a bin of values. */
const binWidth = 7;

/** What the columns add to many predictions, and whether high or low values of them do. */
export function summarySection(explanation: Explanation): Section | undefined {
  const { summary } = explanation;
  const found = summary?.shap ?? summary?.gradients;
  if (!summary || !found) return undefined;
  const name = summary.shap ? 'SHAP values' : 'Integrated gradients';
  const columns = orderedColumns(explanation).toSorted(
    (a, b) => (found.sizes[b.place]?.mean ?? 0) - (found.sizes[a.place]?.mean ?? 0),
  );
  const shown = columns.slice(0, mostColumns);
  const height = 64 + 34 * shown.length;
  return {
    id: 'attributions',
    title: 'What the columns add',
    content: [
      figure({
        id: 'attributions',
        caption: captionOf(explanation, summary, name),
        scale: {
          colors: Array.from({ length: levels }, (_, level) => rankColor(level)),
          from: 'low values of the column',
          to: 'high values',
        },
        wide: { height },
        narrow: { height },
        draw: (size) => draw(summary, found, shown, size),
        data: dataOf(summary, columns),
      }),
      html`<p class="aside">${method(summary)}</p>`,
    ],
  };
}

function captionOf(explanation: Explanation, { rows }: AttributionSummary, name: string): string {
  const isOne = rows.every(({ output }) => output === rows[0]?.output);
  const what = isOne
    ? brief(outputName(explanation, rows[0]?.output ?? 0), 60)
    : `${explanation.scale} of each row’s likeliest class`;
  return sentences(
    `${name} of ${counted(rows.length, 'prediction')} (${what}):`,
    'the farther from the middle, the more a column moves the prediction; higher where more rows are.',
    'Colours are means of the column’s ranks; grey where a column has categories.',
  );
}

function method({ shap, gradients }: AttributionSummary): string {
  return sentences(
    shap &&
      `SHAP values compare with ${counted(shap.backgroundRows, 'row')} of background${shap.pairs ? `, over ${shap.pairs} sampled orders of the columns and their reverses` : ', over all sets of columns'}.`,
    gradients &&
      `Integrated gradients compare with the mean of the training rows; they lack at most ${number(gradients.largestRemainder, 1)} of a prediction’s difference.`,
    'Both say what the model does, not what would happen in the world if a value were another.',
  );
}

function draw(
  summary: AttributionSummary,
  found: MethodSummary,
  shown: readonly OrderedColumn[],
  size: Size,
): EChartsCoreOption {
  const upwards = shown.toReversed();
  const all = upwards.map(({ place }) => found.values.map((row) => row[place] as number));
  const [least, most] = [Math.min(0, min(all.flat()) ?? 0), Math.max(0, max(all.flat()) ?? 0)];
  const x = numberAxis('added to the prediction', least, most, { ticks: size.width < 500 ? 3 : 6 });
  const y = labelAxis(
    '',
    upwards.map(({ name }) => name),
  );
  const bins = Math.max(10, Math.round((size.width * 0.7) / binWidth));
  const byColor = new Map<string, Cell[]>();
  upwards.forEach(({ place }, i) => {
    const strip = stripOf(all[i] ?? [], columnRanks(summary, place), { low: x.low, high: x.high, bins });
    for (const { color, from, to, height } of strip) {
      byColor.set(color, [...(byColor.get(color) ?? []), { x: [from, to], y: [i - height, i + height] }]);
    }
  });
  const zero: Point[] = [
    [0, -0.5],
    [0, upwards.length - 0.5],
  ];
  const series = [...byColor].map(([color, rectangles]) => cells(rectangles, color));
  return plot(x, y, [lines([zero], colors.muted, 1, 1), ...series], {
    linesAt: 'x',
    longestLabel: labelRoom(size),
  });
}

/** Where a row's cell is among the others, from 0 to 1; undefined where they have no order. */
function columnRanks({ rows }: AttributionSummary, place: number): number[] | undefined {
  const own = rows.map(({ cells: row }) => row[place]);
  if (!own.every((cell) => typeof cell === 'number')) return undefined;
  return ranks(own).map((rank) => (rank - 0.5) / own.length);
}

interface Bin {
  readonly color: string;
  readonly from: number;
  readonly to: number;
  /** Half of it, as a share of a column's room. */
  readonly height: number;
}

/** The values of one column in bins: as high as there are many (by the root), coloured by the mean rank of their cells. */
function stripOf(
  values: readonly number[],
  ranksOfCells: readonly number[] | undefined,
  { low, high, bins }: { readonly low: number; readonly high: number; readonly bins: number },
): Bin[] {
  const counts = new Uint32Array(bins);
  const sums = new Float64Array(bins);
  values.forEach((value, i) => {
    const bin = Math.min(bins - 1, Math.floor(((value - low) / (high - low)) * bins));
    counts[bin] = (counts[bin] as number) + 1;
    sums[bin] = (sums[bin] as number) + (ranksOfCells?.[i] ?? 0);
  });
  const most = counts.reduce((a, b) => Math.max(a, b), 1);
  const width = (high - low) / bins;
  return Array.from(counts).flatMap((count, bin): Bin[] => {
    if (count === 0) return [];
    const level = Math.min(levels - 1, Math.floor(((sums[bin] as number) / count) * levels));
    const color = ranksOfCells ? rankColor(level) : colors.pruned;
    const height = 0.06 + 0.36 * Math.sqrt(count / most);
    return [{ color, from: low + bin * width, to: low + (bin + 1) * width, height }];
  });
}

function dataOf({ shap, gradients }: AttributionSummary, columns: readonly OrderedColumn[]): Table {
  const methods = [
    ...(shap ? [{ title: 'SHAP', sizes: shap.sizes }] : []),
    ...(gradients ? [{ title: 'Integrated gradients', sizes: gradients.sizes }] : []),
  ];
  return {
    label: 'Mean sizes of what the columns add',
    columns: [
      { title: 'Column' },
      ...methods.map(({ title }) => ({ title: `${title}, mean size`, isNumber: true })),
    ],
    rows: columns.map(({ name, place }) => [
      brief(name),
      ...methods.map(({ sizes }) => withSpread(sizes[place]?.mean ?? 0, sizes[place]?.standardError ?? 0)),
    ]),
  };
}
