/**
 * A lower triangular matrix whose product with its transpose is a given positive definite one. Rows can be appended, so
 * that a point more costs O(n^2). Row-major, packed: row i has i + 1 numbers.
 */
export class Cholesky {
  readonly #entries: Float64Array;
  #size = 0;

  constructor(capacity: number) {
    this.#entries = new Float64Array((capacity * (capacity + 1)) / 2);
  }

  /** @param element of the matrix, asked for row >= column */
  static of(size: number, element: (row: number, column: number) => number, capacity = size): Cholesky {
    const factor = new Cholesky(capacity);
    for (let row = 0; row < size; row++) {
      const entries = new Float64Array(row + 1);
      for (let column = 0; column <= row; column++) entries[column] = element(row, column);
      factor.append(entries);
    }
    return factor;
  }

  get size(): number {
    return this.#size;
  }

  /** Appends a row of the matrix, up to its diagonal. NaN comes out where the matrix is not positive definite. */
  append(row: Float64Array): void {
    const start = rowStart(this.#size);
    const solved = this.solveLower(row);
    let rest = row[this.#size] as number;
    for (let i = 0; i < solved.length; i++) rest -= (solved[i] as number) ** 2;
    this.#entries.set(solved, start);
    this.#entries[start + this.#size] = Math.sqrt(rest);
    this.#size++;
  }

  /** Solves L x = b. */
  solveLower(b: ArrayLike<number>): Float64Array {
    const entries = this.#entries;
    const x = new Float64Array(this.#size);
    let at = 0;
    for (let row = 0; row < this.#size; row++) {
      let rest = b[row] as number;
      for (let column = 0; column < row; column++) {
        rest -= (entries[at++] as number) * (x[column] as number);
      }
      x[row] = rest / (entries[at++] as number);
    }
    return x;
  }

  /** Solves transpose(L) x = b. */
  solveUpper(b: ArrayLike<number>): Float64Array {
    const entries = this.#entries;
    const x = Float64Array.from(b);
    for (let row = this.#size - 1; row >= 0; row--) {
      const start = rowStart(row);
      const value = (x[row] as number) / (entries[start + row] as number);
      x[row] = value;
      for (let column = 0; column < row; column++) {
        x[column] = (x[column] as number) - (entries[start + column] as number) * value;
      }
    }
    return x;
  }

  /** The inverse of the matrix, full and row-major. */
  inverse(): Float64Array {
    const size = this.#size;
    const inverse = new Float64Array(size * size);
    const unit = new Float64Array(size);
    for (let i = 0; i < size; i++) {
      unit[i] = 1;
      inverse.set(this.solveUpper(this.solveLower(unit)), i * size);
      unit[i] = 0;
    }
    return inverse;
  }

  /** The logarithm of the matrix's determinant. */
  logDeterminant(): number {
    let sum = 0;
    for (let i = 0; i < this.#size; i++) sum += 2 * Math.log(this.#entries[rowStart(i) + i] as number);
    return sum;
  }
}

function rowStart(row: number): number {
  return (row * (row + 1)) / 2;
}
