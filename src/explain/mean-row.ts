import { explainedColumns } from './columns.ts';
import type { Work } from './work.ts';

/**
 * The features from which integrated gradients start: numbers at the training rows' mean, which is 0 after
 * standardisation, and categories in the shares that the rows have, since no category at all is no row.
 */
export function meanRow({ model, data }: Work): Float32Array {
  const { inputs, values, among } = data;
  const row = new Float32Array(inputs);
  for (const { first, width, categories } of explainedColumns(model)) {
    if (!categories) continue;
    for (let feature = first; feature < first + width; feature++) {
      let sum = 0;
      for (const place of among) sum += values[place * inputs + feature] as number;
      row[feature] = sum / among.length;
    }
  }
  return row;
}
