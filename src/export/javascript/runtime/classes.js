/**
 * The likeliest class and the probability of each; a single output is that of the second class.
 * @template {string} Label
 * @param {readonly Label[]} labels
 * @param {Float32Array} outputs
 */
export function classes(labels, outputs) {
  const shares = outputs.length === 1 ? [1 - outputs[0], outputs[0]] : Array.from(outputs);
  const label = labels[shares.indexOf(Math.max(...shares))];
  const named = Object.fromEntries(labels.map((name, place) => [name, shares[place]]));
  return { label, probabilities: /** @type {Record<Label, number>} */ (named) };
}
