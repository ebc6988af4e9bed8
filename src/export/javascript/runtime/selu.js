import { elu } from './elu.js';

/** @param {number} z */
export function selu(z) {
  return Math.fround(1.0507009873554805 * elu(1.6732632423543772)(z));
}
