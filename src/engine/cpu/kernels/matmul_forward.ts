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
  const { ROWS, UNITS, UNIT_STRIDE, ACTIVATION, ACTIVATION_PARAMETER, TRAINING, DROPOUT } = constants;
  const { outputs, deltas } = buffers;
  const drops = TRAINING && DROPOUT;
  for (const trial of trials) {
    for (let row = 0; row < step.rows; row++) {
      const first = (trial * ROWS + row) * UNIT_STRIDE;
      preActivations(input, trial, row, first);
      for (let unit = 0; unit < UNITS; unit++) {
        const at = first + unit;
        const slope = activate(precision, ACTIVATION, outputs, at, ACTIVATION_PARAMETER);
        const scale = drops ? dropoutScale(input, trial, row, unit) : 1;
        outputs[at] = (outputs[at] as number) * scale;
        if (TRAINING) deltas[at] = slope * scale;
      }
    }
  }
};

type Input = KernelInput<'matmul_forward'>;

/**
 * Puts a row's z where its outputs will be. Loops over k outside and units inside, so that memory is read in order;
 * each sum still runs in ascending k.
 */
function preActivations(input: Input, trial: number, row: number, first: number): void {
  const { buffers, constants, precision } = input;
  const { PARAMETERS, KERNEL_OFFSET, BIAS_OFFSET, INPUTS, INPUT_STRIDE, UNITS, UNIT_STRIDE, ROWS } =
    constants;
  const { inputs, parameters, outputs } = buffers;
  const { round } = precision;
  const weights = trial * PARAMETERS;
  for (let unit = 0; unit < UNITS; unit++) outputs[first + unit] = 0;
  for (let k = 0; k < INPUTS; k++) {
    const x = inputs[(trial * ROWS + row) * INPUT_STRIDE + k] as number;
    const kernelRow = weights + KERNEL_OFFSET + k * UNIT_STRIDE;
    for (let unit = 0; unit < UNITS; unit++) {
      const product = round(x * (parameters[kernelRow + unit] as number));
      outputs[first + unit] = (outputs[first + unit] as number) + product;
    }
  }
  for (let unit = 0; unit < UNITS; unit++) {
    const bias = parameters[weights + BIAS_OFFSET + unit] as number;
    outputs[first + unit] = (outputs[first + unit] as number) + bias;
  }
}

/** What the outputs of a unit are multiplied with: 0 where it is dropped, else 1 / (1 - rate). */
function dropoutScale(
  { buffers, constants, step, precision }: Input,
  trial: number,
  row: number,
  unit: number,
) {
  const { HYPER_STRIDE, DROPOUT_RATE, LAYER, UNITS } = constants;
  const rate = buffers.hyper[trial * HYPER_STRIDE + DROPOUT_RATE] as number;
  const key = [seedOf(buffers.hyper, trial * HYPER_STRIDE), streams.dropout + LAYER * 256] as const;
  const [word] = threefry(key, [step.iteration, row * UNITS + unit]);
  return unitInterval(word) >= rate ? precision.round(1 / precision.round(1 - rate)) : 0;
}
