import type { AttributionSummary, Explanation, MethodSummary } from '../../../src/explain/explanation.ts';
import type { ColumnImportance } from '../../../src/explain/permutation-importance.ts';

/** The same waves each time, in place of random numbers. */
const wave = (i: number, k: number) => Math.sin(12.9898 * (i + 1) * (k + 1) + 0.7 * k);

export interface SyntheticOptions {
  readonly columns: number;
  /** Rows of the summary. */
  readonly rows: number;
  readonly outputs?: readonly string[];
  /** What a column is called. */
  readonly name?: (column: number) => string;
}

/** An explanation as of a trained model: the first columns matter most, column 1 has categories, the last are noise. */
export function syntheticExplanation(options: SyntheticOptions): Explanation {
  const { columns, rows, outputs = ['malignant'], name = (i: number) => `column_${i}` } = options;
  const names = Array.from({ length: columns }, (_, i) => name(i));
  const summary = summaryOf(names.length, rows, outputs.length);
  return {
    schemaVersion: 1,
    data: { source: 'clinic/breast-cancer.csv', rows: 569 },
    target: {
      name: 'diagnosis',
      task: outputs.length > 1 ? 'multiclass' : 'binary',
      labels: outputs.length > 1 ? outputs : ['benign', ...outputs],
    },
    scale: 'probability',
    outputs,
    columns: names,
    seed: 0,
    importance: {
      metric: 'log_loss',
      isLoss: true,
      baseline: 0.0868,
      rows: 569,
      repeats: 10,
      columns: names.map(importanceOf),
    },
    summary,
    rows: [0, 1].map((i) => ({
      ...(summary.rows[i] as AttributionSummary['rows'][number]),
      truth: outputs[0] as string,
      shap: { base: 0.4, values: summary.shap?.values[i] ?? [], standardErrors: names.map(() => 0.004) },
      gradients: { base: 0.41, values: summary.gradients?.values[i] ?? [], remainder: 1e-5, steps: 64 },
    })),
    dependence: [0, 1, 2].map((column) => dependenceOf(names[column] ?? '', column === 1)),
    pair: {
      columns: [names[0] ?? '', names[2] ?? ''],
      grids: [
        [1, 2, 4, 8],
        [10, 20, 25],
      ],
      average: [[0, 1, 2, 3].map((i) => [0, 1, 2].map((j) => 0.1 + 0.07 * i * j))],
      output: 0,
    },
    notes: [`attributions are of ${rows} of the 569 rows, drawn at random`],
  };
}

function importanceOf(column: string, i: number): ColumnImportance {
  const mean = 0.05 / (i + 1) ** 1.2 - 0.002;
  const half = 0.003 + 0.01 / (i + 1);
  const interval = [mean - half, mean + half] as const;
  return {
    column,
    mean,
    standardDeviation: half / 2,
    standardErrors: { repeats: half / 4, rows: half / 2 },
    interval,
    isClear: interval[0] > 0,
    repeats: [mean - half / 3, mean + half / 3],
  };
}

function summaryOf(columns: number, rows: number, outputs: number): AttributionSummary {
  const values = (scale: number) =>
    Array.from({ length: rows }, (_, row) =>
      Array.from({ length: columns }, (_, column) => (scale * wave(row, column)) / (column + 1)),
    );
  const methodOf = (scale: number): MethodSummary => ({
    values: values(scale),
    sizes: Array.from({ length: columns }, (_, column) => ({
      mean: (0.6 * scale) / (column + 1),
      standardError: 0.01 / (column + 1),
    })),
  });
  return {
    rows: Array.from({ length: rows }, (_, row) => ({
      row,
      output: row % outputs,
      prediction: 0.5 + 0.4 * wave(row, 3),
      cells: Array.from({ length: columns }, (_, column) =>
        column === 1 ? (['left', 'right'][row % 2] as string) : 100 * wave(row, column),
      ),
    })),
    shap: { ...methodOf(0.2), backgroundRows: 100, pairs: 10 },
    gradients: { ...methodOf(0.22), largestRemainder: 4e-5 },
  };
}

function dependenceOf(column: string, isCategorical: boolean): Explanation['dependence'][number] {
  const grid = isCategorical ? ['left', 'right'] : Array.from({ length: 20 }, (_, i) => 5 * i);
  const curve = (row: number) => grid.map((_, i) => 0.5 + 0.3 * wave(row, 2) + 0.01 * i * wave(row, 4));
  const individual = Array.from({ length: 200 }, (_, row) => curve(row));
  return {
    column,
    isCategorical,
    grid,
    output: 0,
    average: grid.map((_, i) => individual.reduce((sum, own) => sum + (own[i] as number), 0) / 200),
    individual,
    distribution: isCategorical
      ? { low: 0, high: 1, counts: [300, 269] }
      : { low: -10, high: 110, counts: Array.from({ length: 24 }, (_, i) => 40 - Math.abs(i - 9)) },
  };
}
