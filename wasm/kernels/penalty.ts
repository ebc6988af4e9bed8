import { PENALTIES, PenaltyCall, Step } from '../calls.generated';
import { at, lane_sum } from '../lib/vector';

/** penalties[tensor] = l1 * sum |w| + l2 * sum w^2 (Keras's L1L2: no 1/2, not divided by the batch). */
export function penalty(call: PenaltyCall, _step: Step, trial: u32): void {
  const hyper = at(call.hyper, trial * call.HYPER_STRIDE + PENALTIES);
  const parameters = at(call.parameters, trial * call.PARAMETERS);
  for (let tensor: u32 = 0; tensor < call.TENSORS; tensor++) {
    const l1 = v128.load32_splat(at(hyper, 2 * tensor));
    const l2 = v128.load32_splat(at(hyper, 2 * tensor), 4);
    const end = at(parameters, load<u32>(at(call.tensor_offsets, tensor + 1)));
    let sum = f32x4.splat(0);
    for (let from = at(parameters, load<u32>(at(call.tensor_offsets, tensor))); from < end; from += 16) {
      const w = v128.load(from);
      const term = f32x4.add(f32x4.mul(l1, f32x4.abs(w)), f32x4.mul(f32x4.mul(l2, w), w));
      sum = f32x4.add(sum, term);
    }
    store<f32>(at(call.penalties, trial * call.TENSORS + tensor), lane_sum(sum));
  }
}
