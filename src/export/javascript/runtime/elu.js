/** @param {number} alpha */
export function elu(alpha) {
  return (/** @type {number} */ z) =>
    z > 0 ? z : Math.fround(Math.fround(alpha * Math.fround(Math.exp(z))) - alpha);
}
