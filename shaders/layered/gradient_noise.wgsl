// Measures the gradient's noise before an optimiser's step, with m, the mean of the gradients before:
//   noise[metrics_row, trial] += (g . m, g . g, 1 / rows, 1), once there is an m
// The optimiser keeps m times a weight, which is gathered here step by step. One workgroup a trial; lane i adds the
// parameters i, i + 64, ..., then the lanes in a fixed tree. shaders/lib/gradient_noise.wgsl explains the sums.
const STATES: u32 = 2u;
const AVERAGE: u32 = 0u; // which of the slow averages is that of the gradient
const OPTIMIZER: u32 = 2u; // 0 SGD, 1 RMSprop, 2 Adam
const HYPER_STRIDE: u32 = 16u;
const PARAMETERS: u32 = 4u;
const TRIALS: u32 = 1u;
const TENSORS: u32 = 1u;
const TENSOR_OFFSETS = array<u32, 2>(0u, 4u);
const CLIPPING: u32 = 0u;
const RATE_ROWS: u32 = 1u; // rows of `rates` that each trial has

// begin lib/step.wgsl
struct Step { rows: u32, rate_row: u32, metrics_row: u32 }
// end
// begin lib/hyper.wgsl
const FRESH_1: u32 = 2u;
const FRESH_2: u32 = 3u;
const MOMENTUM: u32 = 5u;
const RHO: u32 = 9u;
// end
// begin lib/regularized_gradient.wgsl
fn regularized_gradient(trial: u32, index: u32) -> f32 {
  return gradients[index] + norms[trial] + parameters[index];
}
// end

@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> slots: array<u32>;
@group(0) @binding(2) var<storage, read> hyper: array<f32>;
@group(0) @binding(3) var<storage, read> parameters: array<f32>;
@group(0) @binding(4) var<storage, read> gradients: array<f32>;
@group(0) @binding(5) var<storage, read> norms: array<f32>;
@group(0) @binding(6) var<storage, read> state: array<f32>;
@group(0) @binding(7) var<storage, read> rates: array<vec2f>; // (learning rate, step size)
// First the weight of each trial's average, then the sums of each pass.
@group(0) @binding(8) var<storage, read_write> noise: array<vec4f>;

var<workgroup> partial: array<vec2f, 64>;

// SGD's average has the opposite sign.
fn next_weight(trial: u32, weight: f32) -> f32 {
  let row = trial * HYPER_STRIDE;
  let rate = rates[trial * RATE_ROWS + step.rate_row].x;
  if (OPTIMIZER == 0u) { return hyper[row + MOMENTUM] * weight - rate; }
  if (OPTIMIZER == 1u) { return hyper[row + RHO] * weight + hyper[row + FRESH_2]; }
  return weight + (1.0 - weight) * hyper[row + FRESH_1];
}

@compute @workgroup_size(64)
fn gradient_noise(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let trial = slots[group.z];
  let average_at = (trial * STATES + AVERAGE) * PARAMETERS;
  var sum = vec2f(0.0);
  for (var i = lane; i < PARAMETERS; i += 64u) {
    let g = regularized_gradient(trial, i);
    sum += g * vec2f(state[average_at + i], g);
  }
  partial[lane] = sum;
  for (var width = 32u; width > 0u; width >>= 1u) {
    workgroupBarrier();
    if (lane < width) { partial[lane] += partial[lane + width]; }
  }
  if (lane == 0u) {
    let weight = noise[trial].x;
    if (weight != 0.0) {
      noise[(1u + step.metrics_row) * TRIALS + trial] +=
        vec4f(partial[0].x / weight, partial[0].y, 1.0 / f32(step.rows), 1.0);
    }
    noise[trial].x = next_weight(trial, weight);
  }
}
