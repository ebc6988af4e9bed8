/**
 * How much is computed where the caller does not say: each method gets about the same number of multiplications, so
 * that large networks and tables take seconds too. It depends on sizes alone, so that results do on nothing else.
 */
const multiplications = 1e9;
const leastRows = 20;

/** Rows on which columns are shuffled. */
export function importanceRows(rows: number, columns: number, repeats: number, weights: number): number {
  return within(rows, multiplications / (columns * repeats * weights), 200);
}

/** Rows of the summary of attributions, and how finely SHAP values are sampled. */
export interface SummaryEffort {
  readonly rows: number;
  readonly backgroundRows: number;
  readonly pairs: number;
}

/** From fine to coarse: the mean over many rows needs less of each. */
const finenesses = [
  { backgroundRows: 100, pairs: 10 },
  { backgroundRows: 50, pairs: 5 },
  { backgroundRows: 25, pairs: 2 },
];
const wantedRows = 60;
const mostSummaryRows = 200;

/** @param coalitions how many sets of columns so many pairs of orders have */
export function summaryEffort(
  rows: number,
  weights: number,
  coalitions: (pairs: number) => number,
): SummaryEffort {
  const affordable = finenesses.map(({ backgroundRows, pairs }) => ({
    backgroundRows,
    pairs,
    rows: within(
      Math.min(rows, mostSummaryRows),
      multiplications / (coalitions(pairs) * backgroundRows * weights),
    ),
  }));
  const fine = affordable.find((effort) => effort.rows >= Math.min(rows, wantedRows));
  return fine ?? (affordable.at(-1) as SummaryEffort);
}

function within(rows: number, affordable: number, least = leastRows): number {
  return Math.min(rows, Math.max(least, Math.floor(affordable)));
}
