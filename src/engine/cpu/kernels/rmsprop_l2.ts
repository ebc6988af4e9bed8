import { hyper } from '../../webgpu/shaders.generated.ts';
import type { CpuKernel } from '../kernel.ts';
import { updateWeights } from '../regularized-gradient.ts';

/**
 * One step of RMSprop with momentum, L1, L2, clipping and decoupled weight decay (Keras's RMSprop, epsilon inside of
 * the root): v = rho * v + (1 - rho) g^2, m = momentum * m + learning rate * g / sqrt(v + epsilon), w -= m.
 * Centred, the square of the gradient's slow average is taken from v first.
 */
export const rmsprop_l2: CpuKernel<'rmsprop_l2'> = (input) => {
  const { buffers, constants, precision } = input;
  const { state } = buffers;
  const { round } = precision;
  const { PARAMETERS, CENTERED } = constants;
  updateWeights(input, ({ gradient: g, weight, at, stateAt, row, learningRate }) => {
    const rho = buffers.hyper[row + hyper.RHO] as number;
    const fresh = buffers.hyper[row + hyper.FRESH_2] as number;
    const vAt = stateAt + PARAMETERS;
    const v = round(round(rho * (state[vAt] as number)) + round(fresh * round(g * g)));
    state[vAt] = v;
    let divisor = round(v + (buffers.hyper[row + hyper.EPSILON] as number));
    if (CENTERED) {
      const mean = round(round(rho * (state[vAt + PARAMETERS] as number)) + round(fresh * g));
      state[vAt + PARAMETERS] = mean;
      divisor = round(divisor - round(mean * mean));
    }
    const step = round(round(learningRate * g) / round(Math.sqrt(divisor)));
    const m = round(
      round((buffers.hyper[row + hyper.MOMENTUM] as number) * (state[stateAt] as number)) + step,
    );
    state[stateAt] = m;
    buffers.parameters[at] = weight - m;
  });
};
