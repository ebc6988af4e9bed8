import type { Floats } from '../precision.ts';
import { hyper } from '../webgpu/shaders.generated.ts';
import type { KernelInput } from './kernel.ts';
import { tensorPenalty } from './tensor-penalty.ts';

/** How Keras clips gradients: not, each element, each tensor by its norm, or all tensors by their common norm. */
export const clippings = { none: 0, value: 1, norm: 2, global_norm: 3 } as const;

/** One weight of one trial: where it stands, what its optimiser starts from, and how to store it. */
export interface Update {
  /** Gradient of loss and penalties, clipped. */
  readonly gradient: number;
  /** The weight after the decoupled weight decay. */
  readonly weight: number;
  /** Place among the parameters of all trials, of its first slow average in `state`, and of the trial's row of `hyper`. */
  readonly at: number;
  readonly stateAt: number;
  readonly row: number;
  /** Learning rate, and the step size of Adam. */
  readonly learningRate: number;
  readonly stepSize: number;
}

type OptimizerName = 'adam_l2' | 'sgd_l2' | 'rmsprop_l2';
type GradientConstant = 'PARAMETERS' | 'HYPER_STRIDE' | 'TENSORS' | 'CLIPPING';
/** What every kernel that starts from the gradient of loss and penalties is given. */
type GradientInput = Pick<KernelInput<'gradient_noise'>, 'tensorOffsets' | 'precision'> & {
  readonly buffers: Pick<
    KernelInput<'gradient_noise'>['buffers'],
    'hyper' | 'parameters' | 'gradients' | 'norms'
  >;
  readonly constants: Readonly<Record<GradientConstant, number>>;
};
/** What the kernels of all optimisers are given. */
type OptimizerInput = Omit<KernelInput<OptimizerName>, 'constants'> & {
  readonly constants: Readonly<Record<GradientConstant | 'STATES' | 'RATE_ROWS', number>>;
};

/**
 * Calls `update` for every weight of every trial: what all optimisers share. In Keras's order: penalties are part of
 * the gradient, then it is clipped, then the weight decays (w -= w * decay * learning rate), then comes the step.
 */
export function updateWeights(input: OptimizerInput, update: (u: Update) => void): void {
  const { buffers, constants, step, trials, precision } = input;
  const { PARAMETERS, HYPER_STRIDE, STATES, RATE_ROWS } = constants;
  const { round } = precision;
  for (const trial of trials) {
    const row = trial * HYPER_STRIDE;
    const rateAt = 2 * (trial * RATE_ROWS + step.rateRow);
    const learningRate = buffers.rates[rateAt] as number;
    const stepSize = buffers.rates[rateAt + 1] as number;
    const decay = buffers.hyper[row + hyper.WEIGHT_DECAY] as number;
    forEachGradient(input, trial, (index, gradient) => {
      const at = trial * PARAMETERS + index;
      const w = buffers.parameters[at] as number;
      const weight = round(w - round(round(w * decay) * learningRate));
      const stateAt = trial * STATES * PARAMETERS + index;
      update({ gradient, weight, at, stateAt, row, learningRate, stepSize });
    });
  }
}

/** Visits each of a trial's parameters with its gradient of loss and penalties, clipped as Keras clips it. */
export function forEachGradient(
  input: GradientInput,
  trial: number,
  visit: (index: number, gradient: number) => void,
): void {
  const { buffers, constants, precision } = input;
  const { round } = precision;
  const first = trial * constants.PARAMETERS;
  forEachTensor(input, trial, (tensor, scale, limit, start, end) => {
    const { l1, l2 } = tensorPenalty(buffers.hyper, trial * constants.HYPER_STRIDE, tensor);
    for (let index = start; index < end; index++) {
      const w = buffers.parameters[first + index] as number;
      const loss = buffers.gradients[first + index] as number;
      const raw = round(round(loss + round(l1 * Math.sign(w))) + round(round(2 * l2) * w));
      visit(index, limit > 0 ? Math.min(Math.max(raw, -limit), limit) : round(raw * scale));
    }
  });
}

/** Hands out each tensor with the factor that clips its norm (1: unclipped) or the limit of its elements (0: none). */
function forEachTensor(
  { buffers, constants, tensorOffsets, precision }: GradientInput,
  trial: number,
  visit: (tensor: number, scale: number, limit: number, start: number, end: number) => void,
): void {
  const { TENSORS, HYPER_STRIDE, CLIPPING } = constants;
  const limit = buffers.hyper[trial * HYPER_STRIDE + hyper.CLIP] as number;
  const squares = buffers.norms.subarray(trial * TENSORS, (trial + 1) * TENSORS);
  const common = sum(squares, precision.round);
  for (let tensor = 0; tensor < TENSORS; tensor++) {
    const squared = CLIPPING === clippings.global_norm ? common : (squares[tensor] as number);
    const byNorm = CLIPPING === clippings.norm || CLIPPING === clippings.global_norm;
    const scale = byNorm ? precision.round(limit / Math.max(precision.round(Math.sqrt(squared)), limit)) : 1;
    const byValue = CLIPPING === clippings.value ? limit : 0;
    visit(tensor, scale, byValue, tensorOffsets[tensor] as number, tensorOffsets[tensor + 1] as number);
  }
}

function sum(values: Floats, round: (value: number) => number): number {
  let total = 0;
  for (const value of values) total = round(total + value);
  return total;
}
