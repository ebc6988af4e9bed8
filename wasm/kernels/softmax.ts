import { SoftmaxCall, Step } from '../calls.generated';
import { exp } from '../lib/exponential';
import { at, first_lanes, lane_sum } from '../lib/vector';

/** Turns rows of logits into class probabilities, in place: exp(z - max z) / sum exp(z - max z). */
export function softmax(call: SoftmaxCall, step: Step, trial: u32): void {
  const stride = call.UNIT_STRIDE;
  for (let row: u32 = 0; row < step.rows; row++) {
    const values = at(call.outputs, (trial * call.ROWS + row) * stride);
    let highest = load<f32>(values);
    for (let unit: u32 = 1; unit < call.UNITS; unit++)
      highest = max<f32>(highest, load<f32>(at(values, unit)));
    let total = f32x4.splat(0);
    for (let unit: u32 = 0; unit < stride; unit += 4) {
      const own = exp(f32x4.sub(v128.load(at(values, unit)), f32x4.splat(highest)));
      const inside = v128.and(own, first_lanes(call.UNITS - unit));
      v128.store(at(values, unit), inside);
      total = f32x4.add(total, inside);
    }
    const sum = f32x4.splat(lane_sum(total));
    for (let unit: u32 = 0; unit < stride; unit += 4) {
      v128.store(at(values, unit), f32x4.div(v128.load(at(values, unit)), sum));
    }
  }
}
