/**
 * The probability of each output, and 1 where it is above 1/2, else 0.
 * @param {Float32Array} outputs
 */
export function flags(outputs) {
  const probabilities = Array.from(outputs);
  return { label: probabilities.map((probability) => Number(probability > 0.5)), probabilities };
}
