/** Eigenvalues, and the eigenvectors as columns of a row-major matrix: `vectors[i * size + j]` is number i of vector j. */
export interface Eigen {
  readonly values: Float64Array;
  readonly vectors: Float64Array;
}

/** More sweeps than a matrix that fits a study needs: convergence is quadratic. */
const mostSweeps = 50;

/**
 * Decomposes a symmetric matrix by Jacobi's rotations: slower than Householder's way from some dozens of rows on, but
 * short, and accurate for small eigenvalues.
 *
 * Source: Golub and Van Loan, "Matrix Computations", section 8.5 (cyclic Jacobi).
 */
export function symmetricEigen(matrix: Float64Array, size: number): Eigen {
  const a = matrix.slice();
  const vectors = new Float64Array(size * size);
  for (let i = 0; i < size; i++) vectors[i * size + i] = 1;
  for (let sweep = 0; sweep < mostSweeps && !isDiagonal(a, size); sweep++) {
    for (let p = 0; p < size; p++) {
      for (let q = p + 1; q < size; q++) rotate(a, vectors, size, p, q);
    }
  }
  return { values: Float64Array.from({ length: size }, (_, i) => a[i * size + i] as number), vectors };
}

function isDiagonal(a: Float64Array, size: number): boolean {
  let off = 0;
  let on = 0;
  for (const [place, value] of a.entries()) {
    if (place % (size + 1) === 0) on += value * value;
    else off += value * value;
  }
  return off <= 1e-30 * on;
}

/** Turns the plane of axes p and q so that element (p, q) vanishes. */
function rotate(a: Float64Array, vectors: Float64Array, size: number, p: number, q: number): void {
  const element = a[p * size + q] as number;
  if (element === 0) return;
  const slope = ((a[q * size + q] as number) - (a[p * size + p] as number)) / (2 * element);
  const tangent = (slope >= 0 ? 1 : -1) / (Math.abs(slope) + Math.sqrt(1 + slope * slope));
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  const sine = tangent * cosine;
  for (let k = 0; k < size; k++) mix(a, k * size + p, k * size + q, cosine, sine);
  for (let k = 0; k < size; k++) mix(a, p * size + k, q * size + k, cosine, sine);
  for (let k = 0; k < size; k++) mix(vectors, k * size + p, k * size + q, cosine, sine);
}

function mix(values: Float64Array, first: number, second: number, cosine: number, sine: number): void {
  const x = values[first] as number;
  const y = values[second] as number;
  values[first] = cosine * x - sine * y;
  values[second] = sine * x + cosine * y;
}
