/** @param {Float32Array} outputs */
export function values(outputs) {
  return { values: Array.from(outputs) };
}
