/**
 * (value - mean) / scale in double precision, rounded to single.
 * @param {readonly number[]} means
 * @param {readonly number[]} scales
 * @param {readonly number[]} values
 */
export function standardised(means, scales, values) {
  return Float32Array.from(values, (value, place) => {
    const number = Math.fround((value - means[place]) / scales[place]);
    if (Number.isFinite(number)) return number;
    throw new Error(`the features must be finite in single precision, got ${value} (feature ${place})`);
  });
}
