/**
 * The network's inputs from a list of them, rounded to single precision.
 * @param {number} inputs
 * @param {ArrayLike<number>} row
 */
export function featureRow(inputs, row) {
  const features = Float32Array.from(row);
  if (features.length !== inputs) {
    throw new Error(`predict must get a list of ${inputs} features, got ${features.length}`);
  }
  const bad = features.findIndex((feature) => !Number.isFinite(feature));
  if (bad < 0) return features;
  throw new Error(`the features must be finite in single precision, got ${row[bad]} (feature ${bad})`);
}
