// What the kernels of all optimisers share: the way through a trial's tensors. In Keras's order: penalties are part of the
// gradient, then it is clipped, then the weight decays (w -= w * decay * learning rate), then comes the step.
import { WEIGHT_DECAY } from '../calls.generated';
import { at } from './vector';

// Of the trial whose step is taken.
export let learning_rate: v128 = i32x4.splat(0);
export let step_size: v128 = i32x4.splat(0);
let decay: v128 = i32x4.splat(0);

/** @param rates the trial's learning rate and step size */
export function begin_step(hyper: usize, rates: usize): void {
  learning_rate = v128.load32_splat(rates);
  step_size = v128.load32_splat(rates, 4);
  decay = v128.load32_splat(at(hyper, WEIGHT_DECAY));
}

export function decayed(w: v128): v128 {
  return f32x4.sub(w, f32x4.mul(f32x4.mul(w, decay), learning_rate));
}
