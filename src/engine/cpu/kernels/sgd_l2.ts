import { hyper } from '../../webgpu/shaders.generated.ts';
import type { CpuKernel } from '../kernel.ts';
import { updateWeights } from '../regularized-gradient.ts';

/**
 * One step of stochastic gradient descent with momentum, L1, L2, clipping and decoupled weight decay (Keras's SGD):
 * m = momentum * m - learning rate * g, w += m, or with nesterov w += momentum * m - learning rate * g.
 */
export const sgd_l2: CpuKernel<'sgd_l2'> = (input) => {
  const { buffers, constants, precision } = input;
  const { round } = precision;
  updateWeights(input, ({ gradient, weight, at, stateAt, row, learningRate }) => {
    const momentum = buffers.hyper[row + hyper.MOMENTUM] as number;
    const descent = round(learningRate * gradient);
    const m = round(round(momentum * (buffers.state[stateAt] as number)) - descent);
    buffers.state[stateAt] = m;
    buffers.parameters[at] = weight + (constants.NESTEROV ? round(round(momentum * m) - descent) : m);
  });
};
