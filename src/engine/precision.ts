/** The arrays in which an engine keeps numbers. */
export type Floats = Float32Array | Float64Array;

/**
 * The arithmetic of the CPU engine. `single` rounds every product and sum as the GPU does; `double` is the oracle
 * against which both are measured.
 */
export interface Precision {
  readonly name: 'single' | 'double';
  /** Rounds to the nearest representable number; for `single` this is `Math.fround`. */
  round(value: number): number;
  allocate(length: number): Floats;
}

export const single: Precision = {
  name: 'single',
  round: Math.fround,
  allocate: (length) => new Float32Array(length),
};

export const double: Precision = {
  name: 'double',
  round: (value) => value,
  allocate: (length) => new Float64Array(length),
};
