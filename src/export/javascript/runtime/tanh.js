/** @param {number} z */
export function tanh(z) {
  const e = Math.fround(Math.exp(-2 * Math.abs(z)));
  const t = Math.fround(Math.fround(1 - e) / Math.fround(1 + e));
  return z >= 0 ? t : -t;
}
