/** A dense row-major matrix of doubles: element (r, c) is `values[r * columns + c]`. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float64Array;
}

/** Features with a class index for each row. */
export interface LabelledData {
  readonly x: Matrix;
  readonly y: Int32Array;
}

export function matrixFromRows(rows: readonly (readonly number[])[]): Matrix {
  return { rows: rows.length, columns: rows[0]?.length ?? 0, values: Float64Array.from(rows.flat()) };
}

/** The rows with these indices, in their order. */
export function takeRows({ columns, values }: Matrix, indices: ArrayLike<number>): Matrix {
  const result = new Float64Array(indices.length * columns);
  for (let i = 0; i < indices.length; i++) {
    const start = (indices[i] as number) * columns;
    result.set(values.subarray(start, start + columns), i * columns);
  }
  return { rows: indices.length, columns, values: result };
}

/** The product of two matrices. */
export function multiply(a: Matrix, b: Matrix): Matrix {
  const values = new Float64Array(a.rows * b.columns);
  for (let row = 0; row < a.rows; row++) {
    for (let k = 0; k < a.columns; k++) {
      const factor = a.values[row * a.columns + k] as number;
      for (let column = 0; column < b.columns; column++) {
        const at = row * b.columns + column;
        values[at] = (values[at] as number) + factor * (b.values[k * b.columns + column] as number);
      }
    }
  }
  return { rows: a.rows, columns: b.columns, values };
}
