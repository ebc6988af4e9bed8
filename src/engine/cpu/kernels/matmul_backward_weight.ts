import type { CpuKernel } from '../kernel.ts';

/**
 * The gradient of one layer: gradients[k, unit] = sum over rows of inputs[row, k] * deltas[row, unit], and of the
 * bias the sum of deltas[row, unit]. Rows run outside, so that memory is read in order; each sum runs in row order.
 */
export const matmul_backward_weight: CpuKernel<'matmul_backward_weight'> = (input) => {
  const { buffers, constants, step, trials, precision } = input;
  const { PARAMETERS, KERNEL_OFFSET, BIAS_OFFSET, USE_BIAS } = constants;
  const { INPUTS, INPUT_STRIDE, UNITS, UNIT_STRIDE, ROWS } = constants;
  const { inputs, deltas, gradients } = buffers;
  const { round } = precision;
  for (const trial of trials) {
    const kernel = trial * PARAMETERS + KERNEL_OFFSET;
    const bias = trial * PARAMETERS + BIAS_OFFSET;
    gradients.fill(0, kernel, kernel + INPUTS * UNIT_STRIDE);
    if (USE_BIAS) gradients.fill(0, bias, bias + UNIT_STRIDE);
    for (let row = 0; row < step.rows; row++) {
      const from = (trial * ROWS + row) * UNIT_STRIDE;
      for (let k = 0; k < INPUTS; k++) {
        const x = inputs[(trial * ROWS + row) * INPUT_STRIDE + k] as number;
        const to = kernel + k * UNIT_STRIDE;
        for (let unit = 0; unit < UNITS; unit++) {
          const product = round(x * (deltas[from + unit] as number));
          gradients[to + unit] = (gradients[to + unit] as number) + product;
        }
      }
      for (let unit = 0; USE_BIAS && unit < UNITS; unit++) {
        gradients[bias + unit] = (gradients[bias + unit] as number) + (deltas[from + unit] as number);
      }
    }
  }
};
