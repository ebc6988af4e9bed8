/**
 * A layer: what it makes of its inputs.
 * @typedef {(values: Float32Array) => Float32Array} Layer
 */

/**
 * A fully connected layer. Every product and every sum is rounded to single precision, in the order in which Shoal
 * computes them.
 * @param {number} inputs
 * @param {number} units
 * @param {(z: number) => number} activation
 * @param {string} base64 kernel (inputs x units), then biases if there are any, in single precision
 * @returns {Layer}
 */
export function dense(inputs, units, activation, base64) {
  const weights = new Float32Array(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer);
  const biases = weights.subarray(inputs * units);
  return (values) => {
    const sums = new Float32Array(units);
    for (let k = 0; k < inputs; k++) {
      for (let unit = 0; unit < units; unit++) {
        sums[unit] += Math.fround(values[k] * weights[k * units + unit]);
      }
    }
    for (let unit = 0; unit < biases.length; unit++) sums[unit] += biases[unit];
    return sums.map((z) => activation(z));
  };
}
