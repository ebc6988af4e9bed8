import type { Explanation } from './explanation.ts';

/** What one method thinks of the columns. */
export interface Ranking {
  readonly method: string;
  /** Importance of each column, in the order of the table. */
  readonly sizes: readonly number[];
}

/** What each method that was used says of the columns' importance. */
export function rankings({ importance, summary }: Pick<Explanation, 'importance' | 'summary'>): Ranking[] {
  const { shap, gradients } = summary ?? {};
  return [
    ...(importance ? [{ method: 'permutation', sizes: importance.columns.map(({ mean }) => mean) }] : []),
    ...(shap ? [{ method: 'SHAP', sizes: shap.sizes.map(({ mean }) => mean) }] : []),
    ...(gradients
      ? [{ method: 'integrated gradients', sizes: gradients.sizes.map(({ mean }) => mean) }]
      : []),
  ];
}

/** Places of the columns from the most important to the least: by the first method that was used. */
export function columnOrder(explanation: Pick<Explanation, 'importance' | 'summary' | 'columns'>): number[] {
  const [first] = rankings(explanation);
  const places = explanation.columns.map((_, i) => i);
  return first ? places.sort((a, b) => (first.sizes[b] ?? 0) - (first.sizes[a] ?? 0)) : places;
}

/** Spearman's rank correlation; ties share their mean rank. NaN where one of both is constant. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  const [first, second] = [ranks(a), ranks(b)];
  const middle = (a.length + 1) / 2;
  const product = (x: readonly number[], y: readonly number[]) =>
    x.reduce((sum, rank, i) => sum + (rank - middle) * ((y[i] as number) - middle), 0);
  return product(first, second) / Math.sqrt(product(first, first) * product(second, second));
}

/** Ranks from 1, the least first. */
export function ranks(values: readonly number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b);
  return values.map((value) => (sorted.indexOf(value) + sorted.lastIndexOf(value)) / 2 + 1);
}
