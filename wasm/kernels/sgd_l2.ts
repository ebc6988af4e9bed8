import { MOMENTUM, SgdL2Call, Step } from '../calls.generated';
import { decayed, learning_rate, update_tensors } from '../lib/optimizer';
import { regularized_gradient } from '../lib/regularized_gradient';
import { at } from '../lib/vector';

/**
 * One step of stochastic gradient descent with momentum, L1, L2, clipping and decoupled weight decay (Keras's SGD):
 * m = momentum * m - learning rate * g, w += m, or with nesterov w += momentum * m - learning rate * g.
 */
export function sgd_l2(call: SgdL2Call, step: Step, trial: u32): void {
  update_tensors<SgdL2Call>(call, step, trial, update);
}

function update(call: SgdL2Call, hyper: usize, trial: u32, first: u32, end: u32): void {
  const momentum = v128.load32_splat(at(hyper, MOMENTUM));
  let weights = at(call.parameters, trial * call.PARAMETERS + first);
  let gradients = at(call.gradients, trial * call.PARAMETERS + first);
  let state = at(call.state, trial * call.STATES * call.PARAMETERS + first);
  const last = at(call.parameters, trial * call.PARAMETERS + end);
  while (weights < last) {
    const w = v128.load(weights);
    const descent = f32x4.mul(learning_rate, regularized_gradient(w, v128.load(gradients)));
    const m = f32x4.sub(f32x4.mul(momentum, v128.load(state)), descent);
    v128.store(state, m);
    const own = call.NESTEROV ? f32x4.sub(f32x4.mul(momentum, m), descent) : m;
    v128.store(weights, f32x4.add(decayed(w), own));
    weights += 16;
    gradients += 16;
    state += 16;
  }
}
