import { hyper } from '../../webgpu/shaders.generated.ts';
import type { CpuKernel, KernelInput } from '../kernel.ts';
import { laneSum } from '../lane-sum.ts';
import { forEachGradient } from '../regularized-gradient.ts';

type Input = KernelInput<'gradient_noise'>;

/**
 * Measures the gradient's noise before an optimiser's step, with m, the mean of the gradients before:
 * noise[metricsRow] += (g . m, g . g, 1 / rows, 1), once there is an m. The optimiser keeps m times a weight.
 */
export const gradient_noise: CpuKernel<'gradient_noise'> = (input) => {
  const { buffers, constants, step, trials, precision } = input;
  const { round } = precision;
  const { noise } = buffers;
  for (const trial of trials) {
    const [along, squared] = products(input, trial);
    const weight = noise[4 * trial] as number;
    if (weight !== 0) {
      const at = 4 * ((1 + step.metricsRow) * constants.TRIALS + trial);
      const terms = [round(along / weight), squared, round(1 / step.rows), 1];
      terms.forEach((term, i) => {
        noise[at + i] = (noise[at + i] as number) + term;
      });
    }
    noise[4 * trial] = nextWeight(input, trial, weight);
  }
};

/** Of the gradient with the optimiser's average, and with itself. */
function products(input: Input, trial: number): readonly [along: number, squared: number] {
  const { buffers, constants, precision } = input;
  const { STATES, AVERAGE, PARAMETERS } = constants;
  const averageAt = (trial * STATES + AVERAGE) * PARAMETERS;
  const gradient = precision.allocate(PARAMETERS);
  forEachGradient(input, trial, (index, value) => {
    gradient[index] = value;
  });
  const sum = (other: (i: number) => number) =>
    laneSum(precision, PARAMETERS, (i) => precision.round((gradient[i] as number) * other(i)));
  return [sum((i) => buffers.state[averageAt + i] as number), sum((i) => gradient[i] as number)];
}

/** The weight of the average after this step. SGD's has the opposite sign. */
function nextWeight({ buffers, constants, step, precision }: Input, trial: number, weight: number): number {
  const { round } = precision;
  const setting = (word: number) => buffers.hyper[trial * constants.HYPER_STRIDE + word] as number;
  if (constants.OPTIMIZER === 0) {
    const rate = buffers.rates[2 * (trial * constants.RATE_ROWS + step.rateRow)] as number;
    return round(round(setting(hyper.MOMENTUM) * weight) - rate);
  }
  if (constants.OPTIMIZER === 1) return round(round(setting(hyper.RHO) * weight) + setting(hyper.FRESH_2));
  return round(weight + round(round(1 - weight) * setting(hyper.FRESH_1)));
}
