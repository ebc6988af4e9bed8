import { GradientNormCall, Step } from '../calls.generated';
import { begin_penalties, with_penalties } from '../lib/regularized_gradient';
import { at, lane_sum } from '../lib/vector';

/** norms[tensor] = sum (gradient + l1 * sign(w) + 2 * l2 * w)^2, for clipping by norm. */
export function gradient_norm(call: GradientNormCall, _step: Step, trial: u32): void {
  const hyper = at(call.hyper, trial * call.HYPER_STRIDE);
  const parameters = at(call.parameters, trial * call.PARAMETERS);
  const gradients = at(call.gradients, trial * call.PARAMETERS);
  for (let tensor: u32 = 0; tensor < call.TENSORS; tensor++) {
    begin_penalties(hyper, tensor);
    const end = load<u32>(at(call.tensor_offsets, tensor + 1));
    let sum = f32x4.splat(0);
    for (let i = load<u32>(at(call.tensor_offsets, tensor)); i < end; i += 4) {
      const g = with_penalties(v128.load(at(parameters, i)), v128.load(at(gradients, i)));
      sum = f32x4.add(sum, f32x4.mul(g, g));
    }
    store<f32>(at(call.norms, trial * call.TENSORS + tensor), lane_sum(sum));
  }
}
