// One step of Adam with L1, L2, clipping and decoupled weight decay, as Keras's Adam and AdamW take it (epsilon is
// added outside of the corrected root). The step size is learning rate * sqrt(1 - beta2^t) / (1 - beta1^t).
//   m += (g - m)(1 - beta1);  v += (g^2 - v)(1 - beta2);  w -= step size * m / (sqrt(v) + epsilon)
// With amsgrad the largest v so far takes the place of v. One lane a parameter.
const STATES: u32 = 2u; // slow averages kept for every parameter: m, v and, with amsgrad, the largest v
const HYPER_STRIDE: u32 = 16u;
const PARAMETERS: u32 = 4u;
const TENSORS: u32 = 1u;
const TENSOR_OFFSETS = array<u32, 2>(0u, 4u);
const CLIPPING: u32 = 0u;
const RATE_ROWS: u32 = 1u; // rows of `rates` that each trial has
const AMSGRAD: u32 = 0u;

// begin lib/step.wgsl
struct Step { rate_row: u32 }
// end
// begin lib/hyper.wgsl
const FRESH_1: u32 = 2u;
const FRESH_2: u32 = 3u;
const EPSILON: u32 = 4u;
const WEIGHT_DECAY: u32 = 6u;
// end
// begin lib/regularized_gradient.wgsl
fn regularized_gradient(trial: u32, index: u32) -> f32 { return gradients[index] + norms[trial]; }
// end

@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> slots: array<u32>;
@group(0) @binding(2) var<storage, read> hyper: array<f32>;
@group(0) @binding(3) var<storage, read_write> parameters: array<f32>;
@group(0) @binding(4) var<storage, read> gradients: array<f32>;
@group(0) @binding(5) var<storage, read> norms: array<f32>;
@group(0) @binding(6) var<storage, read_write> state: array<f32>;
@group(0) @binding(7) var<storage, read> rates: array<vec2f>; // (learning rate, step size)

@compute @workgroup_size(64)
fn adam_l2(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_index) lane: u32,
) {
  let index = (group.y * groups.x + group.x) * 64u + lane;
  if (index >= PARAMETERS) { return; }
  let trial = slots[group.z];
  let row = trial * HYPER_STRIDE;
  let rate = rates[trial * RATE_ROWS + step.rate_row];
  let g = regularized_gradient(trial, index);
  let at = trial * PARAMETERS + index;
  var w = parameters[at];
  w -= w * hyper[row + WEIGHT_DECAY] * rate.x;
  let m_at = trial * STATES * PARAMETERS + index;
  let v_at = m_at + PARAMETERS;
  let m = state[m_at] + (g - state[m_at]) * hyper[row + FRESH_1];
  let v = state[v_at] + (g * g - state[v_at]) * hyper[row + FRESH_2];
  state[m_at] = m;
  state[v_at] = v;
  var divisor = v;
  if (AMSGRAD == 1u) {
    divisor = max(state[v_at + PARAMETERS], v);
    state[v_at + PARAMETERS] = divisor;
  }
  parameters[at] = w - rate.y * m / (sqrt(divisor) + hyper[row + EPSILON]);
}
