import type { CpuKernel } from '../kernel.ts';

/** Turns rows of logits into class probabilities, in place: exp(z - max z) / sum exp(z - max z). */
export const softmax: CpuKernel<'softmax'> = ({ buffers, constants, step, trials, precision }) => {
  const { UNITS, UNIT_STRIDE, ROWS } = constants;
  const { round } = precision;
  for (const trial of trials) {
    for (let row = 0; row < step.rows; row++) {
      const at = (trial * ROWS + row) * UNIT_STRIDE;
      const values = buffers.outputs.subarray(at, at + UNITS);
      const highest = Math.max(...values);
      let total = 0;
      for (let unit = 0; unit < UNITS; unit++) {
        values[unit] = Math.exp(round((values[unit] as number) - highest));
        total = round(total + (values[unit] as number));
      }
      for (let unit = 0; unit < UNITS; unit++) values[unit] = (values[unit] as number) / total;
    }
  }
};
