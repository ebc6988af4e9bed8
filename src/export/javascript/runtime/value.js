/** @param {Float32Array} outputs */
export function value(outputs) {
  return { value: outputs[0] };
}
