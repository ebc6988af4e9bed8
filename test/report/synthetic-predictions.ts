import { type Evaluable, RandomState, type Task } from '../../src/index.ts';

export interface SyntheticOptions {
  readonly task: Task;
  readonly rows: number;
  /** Columns by which the rows are sliced. */
  readonly slices: number;
  readonly classes?: number;
  readonly name?: (name: string) => string;
  /** All rows are of this class. */
  readonly onlyClass?: number;
}

/** Predictions that are right more often than not, the same each time. */
export function syntheticPredictions(options: SyntheticOptions): Evaluable {
  const { task, rows, slices, classes = 2, name = (text) => text, onlyClass } = options;
  const random = new RandomState(1);
  const [first, noise] = [random.randomSample(rows), random.standardNormal(rows)];
  const groups = (column: number) =>
    ['small', 'north', 'south'].map((label, i) => ({
      label: name(label),
      rows: Int32Array.from({ length: rows }, (_, row) => row).filter((row) =>
        i === 0 ? row < 9 : row >= 9 && (row + column) % 2 === i - 1,
      ),
    }));
  const shared = {
    target: name('target'),
    slices: Array.from({ length: slices }, (_, column) => ({
      column: name(`column ${column}`),
      groups: groups(column),
    })),
  };
  const at = (values: ArrayLike<number>, row: number) => values[row] as number;
  if (task === 'regression') {
    const truth = Float64Array.from(first, (value) => 1000 * value ** 2);
    const outputs = Array.from(truth, (value, row) => [value + 60 * at(noise, row) - 20]);
    return { task, labels: [], truth, outputs, ...shared };
  }
  const labels = Array.from({ length: classes }, (_, own) => name(`class ${own}`));
  if (task === 'binary') {
    const outputs = Array.from(first, (value) => [Math.fround(value)]);
    const isPositive = (row: number) => Number(at(first, row) + 0.25 * at(noise, row) > 0.6);
    const truth = Float64Array.from(first, (_, row) => onlyClass ?? isPositive(row));
    return { task, labels, truth, outputs, ...shared };
  }
  const truth = Float64Array.from(first, (value) => Math.floor(value * classes));
  const outputs = Array.from(truth, (own, row) => {
    const weights = labels.map(
      (_, k) => 0.5 + ((row * (k + 3)) % 7) / 7 + (k === own ? 3 + at(noise, row) : 0),
    );
    const sum = weights.reduce((a, b) => a + Math.max(b, 0), 0);
    return weights.map((weight) => Math.max(weight, 0) / sum);
  });
  return { task, labels, truth, outputs, ...shared };
}
