/**
 * exp(z - max z) / sum exp(z - max z)
 * @param {Float32Array} values
 * @returns {Float32Array}
 */
export function softmax(values) {
  const highest = Math.max(...values);
  const powers = values.map((z) => Math.exp(Math.fround(z - highest)));
  const total = powers.reduce((sum, power) => Math.fround(sum + power), 0);
  return powers.map((power) => power / total);
}
