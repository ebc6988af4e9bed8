import { UsageError } from '../core/errors.ts';
import type { Matrix } from './matrix.ts';

/** A fitted scaler as plain data. */
export interface StandardScalerData {
  readonly mean: readonly number[];
  readonly variance: readonly number[];
  readonly scale: readonly number[];
  readonly samplesSeen: number;
}

/**
 * Takes the mean from every column and divides by its population standard deviation, as scikit-learn's
 * `StandardScaler`. A constant column is only shifted.
 */
export class StandardScaler {
  private fitted: StandardScalerData | undefined;

  /** Learns mean and deviation of every column; returns itself. */
  fit(x: Matrix): this {
    if (x.rows === 0) throw new UsageError('StandardScaler.fit must have at least one row, got none');
    const moments = Array.from({ length: x.columns }, (_, column) => columnMoments(x, column));
    this.fitted = {
      mean: moments.map(({ mean }) => mean),
      variance: moments.map(({ variance }) => variance),
      scale: moments.map(({ mean, variance }) =>
        isConstant(mean, variance, x.rows) ? 1 : Math.sqrt(variance),
      ),
      samplesSeen: x.rows,
    };
    return this;
  }

  get mean(): readonly number[] {
    return this.data().mean;
  }

  /** Population variance of every column. */
  get variance(): readonly number[] {
    return this.data().variance;
  }

  /** What every column is divided by. */
  get scale(): readonly number[] {
    return this.data().scale;
  }

  transform(x: Matrix): Matrix {
    const { mean, scale } = this.data();
    return this.map(x, (value, column) => (value - (mean[column] as number)) / (scale[column] as number));
  }

  inverseTransform(x: Matrix): Matrix {
    const { mean, scale } = this.data();
    return this.map(x, (value, column) => value * (scale[column] as number) + (mean[column] as number));
  }

  private map(x: Matrix, change: (value: number, column: number) => number): Matrix {
    const columns = this.data().mean.length;
    if (x.columns !== columns) {
      throw new UsageError(`the scaler must get ${columns} columns as it was fitted on, got ${x.columns}`);
    }
    return { ...x, values: x.values.map((value, i) => change(value, i % columns)) };
  }

  private data(): StandardScalerData {
    if (!this.fitted) throw new UsageError('StandardScaler must be fitted before it is used; call fit first');
    return this.fitted;
  }

  toJSON(): StandardScalerData {
    return this.data();
  }

  static fromJSON(data: StandardScalerData): StandardScaler {
    const scaler = new StandardScaler();
    scaler.fitted = data;
    return scaler;
  }
}

/** Mean and population variance in two passes; the second corrects for the rounding of the mean. */
function columnMoments(
  { rows, columns, values }: Matrix,
  column: number,
): { mean: number; variance: number } {
  let sum = 0;
  for (let i = column; i < values.length; i += columns) sum += values[i] as number;
  const mean = sum / rows;
  let correction = 0;
  let squares = 0;
  for (let i = column; i < values.length; i += columns) {
    const difference = (values[i] as number) - mean;
    correction += difference;
    squares += difference * difference;
  }
  return { mean, variance: (squares - correction ** 2 / rows) / rows };
}

/** scikit-learn's rule: a variance that the rounding of the sums can explain is none. */
function isConstant(mean: number, variance: number, rows: number): boolean {
  const bound = rows * Number.EPSILON * variance + (rows * mean * Number.EPSILON) ** 2;
  return variance <= bound;
}
