import type { Column } from '../../src/data/table/table.ts';
import type { SavedModel } from '../../src/export/saved-model.ts';
import {
  initialWeights,
  loss,
  type MissingPolicy,
  type Network,
  type Preprocessing,
  Preprocessor,
  type Table,
  type Target,
  tableFromColumns,
} from '../../src/index.ts';
import type { LossSpec } from '../../src/model/losses.ts';
import { RandomValues } from '../../src/verify/random-values.ts';

/** A model that was never trained: random weights, biases too, of the size that training leaves. */
export function randomModel(
  network: Network,
  lossSpec: LossSpec,
  seed: number,
  preprocessing?: Preprocessing,
): SavedModel {
  const random = new RandomValues(seed, 'models for export');
  const weights = initialWeights(network, seed).map((weight) => weight + random.uniform(-0.2, 0.2));
  return {
    model: {
      network,
      loss: loss(lossSpec),
      weights,
      history: { epochs: 0, metrics: {} },
      ...(preprocessing && { preprocessing }),
    },
    origin: { createdBy: 'shoal 0.2.0' },
  };
}

/** Rows of features of the size that standardised ones have. */
export function randomRows(rows: number, columns: number, seed: number): number[][] {
  const random = new RandomValues(seed, 'rows for export');
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.uniform(-3, 3)));
}

/** What a random column holds. */
export type ColumnKind = 'numbers' | 'categories';

/**
 * A table of random numbers (of sizes from a millionth to a million, with an offset) and categories. The first column
 * is named as an output of an ONNX file, and categories have names that need care; with `gaps` a cell in six is
 * missing.
 */
export function randomTable(kinds: readonly ColumnKind[], rows: number, seed: number, gaps: boolean): Table {
  const random = new RandomValues(seed, 'tables for export');
  const isMissing = () => gaps && random.whole(6) === 0;
  const columns = kinds.map((kind, place) => {
    const size = 10 ** random.uniform(-6, 6);
    const offset = random.uniform(-100, 100);
    const draw = () =>
      kind === 'numbers' ? size * (offset + random.signed()) : categories[random.whole(categories.length)];
    const name = place === 0 ? 'label' : `${kind} ${place}`;
    return [name, Array.from({ length: rows }, () => (isMissing() ? null : draw()))] as const;
  });
  return tableFromColumns(Object.fromEntries(columns));
}

const categories = ['red', 'dark "blue"', 'grün', '</script>', '__proto__'];

/** The preprocessing fitted on all rows of a table. */
export function preprocessingFor(table: Table, missing: MissingPolicy, target: Target): Preprocessing {
  const rows = Array.from({ length: table.rows }, (_, row) => row);
  return { preprocessor: Preprocessor.fit(table, rows, { missing }), target };
}

/** The raw cells of a column; undefined where a cell is missing. */
export function cellsOf({ numbers, texts }: Column): (number | string | undefined)[] {
  return Array.from(numbers, (number, row) => texts.get(row) ?? (Number.isNaN(number) ? undefined : number));
}
