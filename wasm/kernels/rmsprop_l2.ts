import { EPSILON, FRESH_2, MOMENTUM, RHO, RmspropL2Call, Step } from '../calls.generated';
import { decayed, learning_rate, update_tensors } from '../lib/optimizer';
import { regularized_gradient } from '../lib/regularized_gradient';
import { at } from '../lib/vector';

/**
 * One step of RMSprop with momentum, L1, L2, clipping and decoupled weight decay (Keras's RMSprop, epsilon inside of the
 * root): v = rho * v + (1 - rho) g^2, m = momentum * m + learning rate * g / sqrt(v + epsilon), w -= m. Centred, the
 * square of the gradient's slow average is taken from v first.
 */
export function rmsprop_l2(call: RmspropL2Call, step: Step, trial: u32): void {
  update_tensors<RmspropL2Call>(call, step, trial, update);
}

function update(call: RmspropL2Call, hyper: usize, trial: u32, first: u32, end: u32): void {
  const rho = v128.load32_splat(at(hyper, RHO));
  const fresh = v128.load32_splat(at(hyper, FRESH_2));
  const epsilon = v128.load32_splat(at(hyper, EPSILON));
  const momentum = v128.load32_splat(at(hyper, MOMENTUM));
  const states = (<usize>call.PARAMETERS) << 2; // from one slow average to the next
  let weights = at(call.parameters, trial * call.PARAMETERS + first);
  let gradients = at(call.gradients, trial * call.PARAMETERS + first);
  let state = at(call.state, trial * call.STATES * call.PARAMETERS + first);
  const last = at(call.parameters, trial * call.PARAMETERS + end);
  while (weights < last) {
    const w = v128.load(weights);
    const g = regularized_gradient(w, v128.load(gradients));
    const v = f32x4.add(f32x4.mul(rho, v128.load(state + states)), f32x4.mul(fresh, f32x4.mul(g, g)));
    v128.store(state + states, v);
    let divisor = f32x4.add(v, epsilon);
    if (call.CENTERED) {
      const mean = f32x4.add(f32x4.mul(rho, v128.load(state + 2 * states)), f32x4.mul(fresh, g));
      v128.store(state + 2 * states, mean);
      divisor = f32x4.sub(divisor, f32x4.mul(mean, mean));
    }
    const own = f32x4.div(f32x4.mul(learning_rate, g), f32x4.sqrt(divisor));
    const m = f32x4.add(f32x4.mul(momentum, v128.load(state)), own);
    v128.store(state, m);
    v128.store(weights, f32x4.sub(decayed(w), m));
    weights += 16;
    gradients += 16;
    state += 16;
  }
}
