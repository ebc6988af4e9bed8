import { type Column, cellText, isCategorical } from '../data/table/table.ts';
import { quantileOf } from './metrics/quantile.ts';

/** Rows that have something in common. */
export interface SliceGroup {
  readonly label: string;
  /** Places among the rows that were given. */
  readonly rows: Int32Array;
}

/** Rows by what they have in a column. */
export interface SlicedColumn {
  readonly column: string;
  readonly groups: readonly SliceGroup[];
}

/** Numbers with more different values than this are cut into bins. */
const mostValues = 10;
const mostCategories = 20;
const bins = 4;

/**
 * Groups rows by the cells of a column: each category (beyond the 20 most frequent all together), each value of up to 10
 * different numbers, or four bins of about equally many rows, each of which holds its upper end. Rows without a cell are a group too.
 *
 * @param rows which rows of the table
 */
export function sliceGroups(column: Column, rows: ArrayLike<number>): SliceGroup[] {
  const known = new Set(Array.from(rows, (row) => column.numbers[row] as number));
  return isCategorical(column) || known.size <= mostValues ? byValue(column, rows) : byBin(column, rows);
}

const missing = 'missing';

function byValue(column: Column, rows: ArrayLike<number>): SliceGroup[] {
  const groups = gathered(rows, (row) => cellText(column, row) ?? missing);
  const frequent = groups.toSorted((a, b) => b.rows.length - a.rows.length).slice(0, mostCategories);
  const isKept = new Set(frequent);
  const others = groups.filter((group) => !isKept.has(group));
  const kept = isCategorical(column)
    ? frequent
    : frequent.toSorted(
        (a, b) =>
          Number(a.label === missing) - Number(b.label === missing) || Number(a.label) - Number(b.label),
      );
  if (others.length === 0) return kept;
  const rest = others.flatMap((group) => Array.from(group.rows)).sort((a, b) => a - b);
  return [...kept, { label: `${others.length} others`, rows: Int32Array.from(rest) }];
}

function byBin({ numbers }: Column, rows: ArrayLike<number>): SliceGroup[] {
  const sorted = Float64Array.from(rows, (row) => numbers[row] as number)
    .filter((value) => !Number.isNaN(value))
    .sort();
  const inner = Array.from({ length: bins - 1 }, (_, i) => quantileOf(sorted, (i + 1) / bins));
  // To four digits, unless that makes edges alike, as of dates in seconds.
  const exact = new Set(inner);
  const rounded = new Set(inner.map((edge) => Number(edge.toPrecision(4))));
  const edges = [...(rounded.size === exact.size ? rounded : exact)];
  const binOf = (value: number) => edges.filter((edge) => value > edge).length;
  const label = (bin: number) => {
    if (bin === edges.length) return `above ${edges.at(-1)}`;
    return bin === 0 ? `to ${edges[0]}` : `${edges[bin - 1]} to ${edges[bin]}`;
  };
  const groups = gathered(rows, (row) => {
    const value = numbers[row] as number;
    return Number.isNaN(value) ? missing : label(binOf(value));
  });
  const order = Array.from({ length: bins + 1 }, (_, bin) => label(bin));
  return groups.toSorted((a, b) => rank(order, a.label) - rank(order, b.label));
}

const rank = (order: readonly string[], label: string) =>
  order.includes(label) ? order.indexOf(label) : order.length;

/** Rows by their label, in the order in which labels first occur. */
function gathered(rows: ArrayLike<number>, labelOf: (row: number) => string): SliceGroup[] {
  const groups = new Map<string, number[]>();
  for (let place = 0; place < rows.length; place++) {
    const label = labelOf(rows[place] as number);
    const own = groups.get(label);
    if (own) own.push(place);
    else groups.set(label, [place]);
  }
  return [...groups].map(([label, own]) => ({ label, rows: Int32Array.from(own) }));
}
