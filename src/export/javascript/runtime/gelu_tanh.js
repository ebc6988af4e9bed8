import { tanh } from './tanh.js';

/** @param {number} z */
export function geluTanh(z) {
  const round = Math.fround;
  const inner = round(Math.sqrt(2 / Math.PI) * round(z + round(0.044715 * z * z * z)));
  return round(z * round(0.5 * round(1 + tanh(inner))));
}
