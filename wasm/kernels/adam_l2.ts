import { AdamL2Call, EPSILON, FRESH_1, FRESH_2, Step } from '../calls.generated';
import { decayed, step_size, update_tensors } from '../lib/optimizer';
import { regularized_gradient } from '../lib/regularized_gradient';
import { at } from '../lib/vector';

/**
 * One step of Adam with L1, L2, clipping and decoupled weight decay, as Keras's Adam and AdamW take it:
 * m += (g - m)(1 - beta1), v += (g^2 - v)(1 - beta2), w -= step size * m / (sqrt(v) + epsilon), where the step size is
 * learning rate * sqrt(1 - beta2^t) / (1 - beta1^t). With amsgrad the largest v so far takes the place of v.
 */
export function adam_l2(call: AdamL2Call, step: Step, trial: u32): void {
  update_tensors<AdamL2Call>(call, step, trial, update);
}

function update(call: AdamL2Call, hyper: usize, trial: u32, first: u32, end: u32): void {
  const fresh1 = v128.load32_splat(at(hyper, FRESH_1));
  const fresh2 = v128.load32_splat(at(hyper, FRESH_2));
  const epsilon = v128.load32_splat(at(hyper, EPSILON));
  const smallest = f32x4.splat(1e-30);
  const states = (<usize>call.PARAMETERS) << 2; // from one slow average to the next
  let weights = at(call.parameters, trial * call.PARAMETERS + first);
  let gradients = at(call.gradients, trial * call.PARAMETERS + first);
  let state = at(call.state, trial * call.STATES * call.PARAMETERS + first);
  const last = at(call.parameters, trial * call.PARAMETERS + end);
  while (weights < last) {
    const w = v128.load(weights);
    const g = regularized_gradient(w, v128.load(gradients));
    const old_m = v128.load(state);
    const old_v = v128.load(state + states);
    let m = f32x4.add(old_m, f32x4.mul(f32x4.sub(g, old_m), fresh1));
    // Where a gradient has become zero, the average would shrink to subnormal numbers, with which processors are slow.
    m = v128.andnot(m, f32x4.lt(f32x4.abs(m), smallest));
    const v = f32x4.add(old_v, f32x4.mul(f32x4.sub(f32x4.mul(g, g), old_v), fresh2));
    v128.store(state, m);
    v128.store(state + states, v);
    let divisor = v;
    if (call.AMSGRAD) {
      divisor = f32x4.max(v128.load(state + 2 * states), v);
      v128.store(state + 2 * states, divisor);
    }
    const root = f32x4.add(f32x4.sqrt(divisor), epsilon);
    v128.store(weights, f32x4.sub(decayed(w), f32x4.div(f32x4.mul(step_size, m), root)));
    weights += 16;
    gradients += 16;
    state += 16;
  }
}
