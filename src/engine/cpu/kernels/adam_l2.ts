import { hyper } from '../../webgpu/shaders.generated.ts';
import type { CpuKernel } from '../kernel.ts';
import { updateWeights } from '../regularized-gradient.ts';

/**
 * One step of Adam with L1, L2, clipping and decoupled weight decay, as Keras's Adam and AdamW take it:
 * m += (g - m)(1 - beta1), v += (g^2 - v)(1 - beta2), w -= step size * m / (sqrt(v) + epsilon), where the step size
 * is learning rate * sqrt(1 - beta2^t) / (1 - beta1^t). With amsgrad the largest v so far takes the place of v.
 */
export const adam_l2: CpuKernel<'adam_l2'> = (input) => {
  const { buffers, constants, precision } = input;
  const { state, parameters } = buffers;
  const { round } = precision;
  const { PARAMETERS, AMSGRAD } = constants;
  updateWeights(input, ({ gradient: g, weight, at, stateAt, row, stepSize }) => {
    const vAt = stateAt + PARAMETERS;
    const oldM = state[stateAt] as number;
    const oldV = state[vAt] as number;
    const m = round(oldM + round(round(g - oldM) * (buffers.hyper[row + hyper.FRESH_1] as number)));
    const v = round(
      oldV + round(round(round(g * g) - oldV) * (buffers.hyper[row + hyper.FRESH_2] as number)),
    );
    state[stateAt] = m;
    state[vAt] = v;
    let divisor = v;
    if (AMSGRAD) {
      divisor = Math.max(state[vAt + PARAMETERS] as number, v);
      state[vAt + PARAMETERS] = divisor;
    }
    const root = round(round(Math.sqrt(divisor)) + (buffers.hyper[row + hyper.EPSILON] as number));
    parameters[at] = weight - round(round(stepSize * m) / root);
  });
};
