/** @param {number} z */
export function softplus(z) {
  const e = Math.fround(Math.exp(-Math.abs(z)));
  return Math.fround(Math.max(z, 0) + Math.fround(Math.log(Math.fround(1 + e))));
}
