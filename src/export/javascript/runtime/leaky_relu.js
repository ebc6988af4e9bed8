/** @param {number} slope below zero */
export function leakyRelu(slope) {
  return (/** @type {number} */ z) => (z > 0 ? z : Math.fround(slope * z));
}
