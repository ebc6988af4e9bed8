/**
 * Some rows of a row-major array, one after the other.
 *
 * @param places of the rows in `values`; a row may be taken more than once
 * @param each numbers in a row
 */
export function takenRows<T extends Float32Array | Float64Array>(
  values: T,
  places: ArrayLike<number>,
  each: number,
): T {
  const taken = new (values.constructor as new (length: number) => T)(places.length * each);
  for (let i = 0; i < places.length; i++) {
    const start = (places[i] as number) * each;
    for (let k = 0; k < each; k++) taken[i * each + k] = values[start + k] as number;
  }
  return taken;
}
