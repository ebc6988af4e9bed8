import { streams, threefry, unitInterval } from '../../../core/threefry.ts';
import { activate } from '../activation.ts';
import type { CpuKernel, KernelInput } from '../kernel.ts';
import { seedOf } from './gather.ts';

/**
 * One layer forward: matrix product, bias, activation and dropout.
 *
 * z[row, unit] = (sum over k of inputs[row, k] * kernel[k, unit]) + bias[unit];
 * outputs = mask * f(z) / (1 - rate), deltas = mask * f'(z) / (1 - rate).
 */
export const matmul_forward: CpuKernel<'matmul_forward'> = (input) => {
  const { buffers, constants, step, trials, precision } = input;
  const { ROWS, UNITS, UNIT_STRIDE } = constants;
  const z = precision.allocate(UNITS);
  for (const trial of trials) {
    for (let row = 0; row < step.rows; row++) {
      preActivations(input, trial, row, z);
      for (let unit = 0; unit < UNITS; unit++) {
        const at = (trial * ROWS + row) * UNIT_STRIDE + unit;
        const scale = dropoutScale(input, trial, row, unit);
        const [value, slope] = activate(
          precision,
          constants.ACTIVATION,
          z[unit] as number,
          constants.ACTIVATION_PARAMETER,
        );
        buffers.outputs[at] = value * scale;
        if (constants.TRAINING) buffers.deltas[at] = slope * scale;
      }
    }
  }
};

type Input = KernelInput<'matmul_forward'>;

/** Loops over k outside and units inside, so that memory is read in order; each sum still runs in ascending k. */
function preActivations(
  { buffers, constants, precision }: Input,
  trial: number,
  row: number,
  z: Input['buffers']['inputs'],
) {
  const { PARAMETERS, KERNEL_OFFSET, BIAS_OFFSET, INPUTS, INPUT_STRIDE, UNITS, UNIT_STRIDE, ROWS } =
    constants;
  const { inputs, parameters } = buffers;
  const { round } = precision;
  const weights = trial * PARAMETERS;
  z.fill(0);
  for (let k = 0; k < INPUTS; k++) {
    const x = inputs[(trial * ROWS + row) * INPUT_STRIDE + k] as number;
    const kernelRow = weights + KERNEL_OFFSET + k * UNIT_STRIDE;
    for (let unit = 0; unit < UNITS; unit++) {
      z[unit] = (z[unit] as number) + round(x * (parameters[kernelRow + unit] as number));
    }
  }
  for (let unit = 0; unit < UNITS; unit++) {
    z[unit] = (z[unit] as number) + (parameters[weights + BIAS_OFFSET + unit] as number);
  }
}

/** What the outputs of a unit are multiplied with: 0 where it is dropped, else 1 / (1 - rate). */
function dropoutScale(
  { buffers, constants, step, precision }: Input,
  trial: number,
  row: number,
  unit: number,
) {
  const { HYPER_STRIDE, DROPOUT, DROPOUT_RATE, LAYER, UNITS, TRAINING } = constants;
  if (!TRAINING || !DROPOUT) return 1;
  const rate = buffers.hyper[trial * HYPER_STRIDE + DROPOUT_RATE] as number;
  const key = [seedOf(buffers.hyper, trial * HYPER_STRIDE), streams.dropout + LAYER * 256] as const;
  const [word] = threefry(key, [step.iteration, row * UNITS + unit]);
  return unitInterval(word) >= rate ? precision.round(1 / precision.round(1 - rate)) : 0;
}
