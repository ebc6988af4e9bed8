import type { CpuKernel } from '../kernel.ts';

/**
 * The way back through one layer's kernel: deltas[row, k] *= sum over units of next_deltas[row, unit] * kernel[k, unit].
 * `deltas` holds the slopes of the layer before and becomes its gradient with respect to the pre-activation.
 */
export const matmul_backward_input: CpuKernel<'matmul_backward_input'> = (input) => {
  const { buffers, constants, step, trials, precision } = input;
  const { PARAMETERS, KERNEL_OFFSET, INPUTS, INPUT_STRIDE, UNITS, UNIT_STRIDE, ROWS } = constants;
  const { parameters, next_deltas, deltas } = buffers;
  const { round } = precision;
  for (const trial of trials) {
    for (let row = 0; row < step.rows; row++) {
      const from = (trial * ROWS + row) * UNIT_STRIDE;
      for (let k = 0; k < INPUTS; k++) {
        const kernelRow = trial * PARAMETERS + KERNEL_OFFSET + k * UNIT_STRIDE;
        let sum = 0;
        for (let unit = 0; unit < UNITS; unit++) {
          const product = (next_deltas[from + unit] as number) * (parameters[kernelRow + unit] as number);
          sum = round(sum + round(product));
        }
        const at = (trial * ROWS + row) * INPUT_STRIDE + k;
        deltas[at] = (deltas[at] as number) * sum;
      }
    }
  }
};
