import { sigmoid } from './sigmoid.js';

/** @param {number} z */
export function silu(z) {
  return Math.fround(z * sigmoid(z));
}
