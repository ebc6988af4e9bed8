import { FRESH_1, FRESH_2, GradientNoiseCall, MOMENTUM, RHO, Step } from '../calls.generated';
import { begin_tensor, regularized_gradient } from '../lib/regularized_gradient';
import { at, lane_sum } from '../lib/vector';

const SGD: u32 = 0;
const RMSPROP: u32 = 1;

/**
 * Measures the gradient's noise before an optimiser's step, with m, the mean of the gradients before:
 * noise[metrics_row] += (g . m, g . g, 1 / rows, 1), once there is an m. The optimiser keeps m times a weight.
 */
export function gradient_noise(call: GradientNoiseCall, step: Step, trial: u32): void {
  const weight = load<f32>(at(call.noise, 4 * trial));
  if (weight !== 0) add_products(call, step, trial, weight);
  store<f32>(at(call.noise, 4 * trial), next_weight(call, step, trial, weight));
}

/** Of the gradient with the optimiser's average, and with itself. */
function add_products(call: GradientNoiseCall, step: Step, trial: u32, weight: f32): void {
  const hyper = at(call.hyper, trial * call.HYPER_STRIDE);
  const parameters = at(call.parameters, trial * call.PARAMETERS);
  const gradients = at(call.gradients, trial * call.PARAMETERS);
  const averages = at(call.state, (trial * call.STATES + call.AVERAGE) * call.PARAMETERS);
  const norms = at(call.norms, trial * call.TENSORS);
  let along = f32x4.splat(0);
  let squared = f32x4.splat(0);
  for (let tensor: u32 = 0; tensor < call.TENSORS; tensor++) {
    begin_tensor(hyper, norms, call.TENSORS, call.CLIPPING, tensor);
    const end = load<u32>(at(call.tensor_offsets, tensor + 1));
    for (let i = load<u32>(at(call.tensor_offsets, tensor)); i < end; i += 4) {
      const g = regularized_gradient(v128.load(at(parameters, i)), v128.load(at(gradients, i)));
      along = f32x4.add(along, f32x4.mul(g, v128.load(at(averages, i))));
      squared = f32x4.add(squared, f32x4.mul(g, g));
    }
  }
  const sums = at(call.noise, 4 * ((1 + step.metrics_row) * call.TRIALS + trial));
  const terms = f32x4(lane_sum(along) / weight, lane_sum(squared), <f32>1 / <f32>step.rows, 1);
  v128.store(sums, f32x4.add(v128.load(sums), terms));
}

/** The weight of the average after this step. SGD's has the opposite sign. */
function next_weight(call: GradientNoiseCall, step: Step, trial: u32, weight: f32): f32 {
  const hyper = at(call.hyper, trial * call.HYPER_STRIDE);
  if (call.OPTIMIZER === SGD) {
    const rate = load<f32>(at(call.rates, 2 * (trial * call.RATE_ROWS + step.rate_row)));
    return load<f32>(at(hyper, MOMENTUM)) * weight - rate;
  }
  if (call.OPTIMIZER === RMSPROP) return load<f32>(at(hyper, RHO)) * weight + load<f32>(at(hyper, FRESH_2));
  return weight + (<f32>1 - weight) * load<f32>(at(hyper, FRESH_1));
}
