import { columnOrder, rankings } from '../../explain/agreement.ts';
import type { Explanation } from '../../explain/explanation.ts';

/** A column and its place in the explanation's lists. */
export interface OrderedColumn {
  readonly name: string;
  readonly place: number;
}

/** The columns from the most important to the least; none where no method ranks them. */
export function orderedColumns(explanation: Explanation): OrderedColumn[] {
  if (rankings(explanation).length === 0) return [];
  return columnOrder(explanation).map((place) => ({ name: explanation.columns[place] ?? '', place }));
}
