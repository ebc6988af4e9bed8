/** @param {number} z */
export function sigmoid(z) {
  const e = Math.fround(Math.exp(-Math.abs(z)));
  return Math.fround((z >= 0 ? 1 : e) / Math.fround(1 + e));
}
