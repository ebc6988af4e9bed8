// What the kernels of all optimisers share: the way through a trial's tensors. In Keras's order: penalties are part of the
// gradient, then it is clipped, then the weight decays (w -= w * decay * learning rate), then comes the step.
import { Step, WEIGHT_DECAY } from '../calls.generated';
import { begin_tensor } from './regularized_gradient';
import { at } from './vector';

// Of the trial whose step is taken.
export let learning_rate: v128 = i32x4.splat(0);
export let step_size: v128 = i32x4.splat(0);
let decay: v128 = i32x4.splat(0);

/**
 * Takes a trial's step, tensor after tensor.
 *
 * @param update takes that of the weights from a first place to before an end
 */
export function update_tensors<T>(
  call: T,
  step: Step,
  trial: u32,
  update: (call: T, hyper: usize, trial: u32, first: u32, end: u32) => void,
): void {
  const hyper = at(call.hyper, trial * call.HYPER_STRIDE);
  const rates = at(call.rates, 2 * (trial * call.RATE_ROWS + step.rate_row));
  const norms = at(call.norms, trial * call.TENSORS);
  learning_rate = v128.load32_splat(rates);
  step_size = v128.load32_splat(rates, 4);
  decay = v128.load32_splat(at(hyper, WEIGHT_DECAY));
  for (let tensor: u32 = 0; tensor < call.TENSORS; tensor++) {
    begin_tensor(hyper, norms, call.TENSORS, call.CLIPPING, tensor);
    const first = load<u32>(at(call.tensor_offsets, tensor));
    update(call, hyper, trial, first, load<u32>(at(call.tensor_offsets, tensor + 1)));
  }
}

export function decayed(w: v128): v128 {
  return f32x4.sub(w, f32x4.mul(f32x4.mul(w, decay), learning_rate));
}
