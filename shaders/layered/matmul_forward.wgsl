// One layer forward: matrix product, bias, activation and dropout in one pass.
//   z[row, unit] = sum_k inputs[row, k] * kernel[k, unit] + bias[unit]
//   outputs = mask * f(z) / (1 - rate);  deltas = mask * f'(z) / (1 - rate), the slope that the way back needs
const ACTIVATION: u32 = 1u;
const ACTIVATION_PARAMETER: f32 = 0.0;
const P_BY_STEPS: u32 = 0u; // inputs lie row by row
const Q_BY_COLUMNS: u32 = 0u; // the kernel lies step by step
const DROPOUT: u32 = 0u; // 1: some trial drops units of this layer

// The sizes of one call; uniform, so that layers of all sizes share one compiled kernel.
struct Shape {
  parameters: u32,
  kernel_offset: u32,
  inputs: u32,
  input_stride: u32,
  units: u32,
  unit_stride: u32,
  rows: u32,
  bias_offset: u32,
  hyper_stride: u32,
  dropout_rate: u32, // where the layer's rate stands in a row of `hyper`
  layer: u32,
  training: u32, // 0: no slopes, no dropout
}

// begin lib/step.wgsl
struct Step { rows: u32, iteration: u32 }
// end
// begin lib/hyper.wgsl
const SEED_LOW: u32 = 0u;
const SEED_HIGH: u32 = 1u;
// end
// begin lib/random.wgsl
const STREAM_DROPOUT: u32 = 3u;
fn threefry(key: vec2u, counter: vec2u) -> vec2u { return key + counter; }
fn unit_interval(word: u32) -> f32 { return f32(word); }
// end
// begin lib/activation.wgsl
fn activate(kind: u32, z: f32, parameter: f32) -> vec2f { return vec2f(z, parameter + f32(kind)); }
// end
// begin lib/product_workgroup.wgsl or lib/product_subgroup.wgsl
const GROUP_X: u32 = 8u;
const GROUP_Y: u32 = 1u;
fn product(group: vec3u, thread: u32) {
  finish(group.y + thread, group.x, p_quad(0u, 0u) + q_quad(0u, 0u) * f32(row_count() + step_count()));
  finish_column_sums(0u, vec4f());
}
// end

@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> slots: array<u32>;
@group(0) @binding(2) var<storage, read> hyper: array<f32>;
@group(0) @binding(3) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(4) var<storage, read> inputs: array<vec4f>;
@group(0) @binding(5) var<storage, read_write> outputs: array<vec4f>;
@group(0) @binding(6) var<storage, read_write> deltas: array<vec4f>;
@group(0) @binding(7) var<uniform> shape: Shape;

var<private> trial: u32;

fn row_count() -> u32 { return step.rows; }
fn step_count() -> u32 { return shape.inputs; }

fn p_quad(row: u32, quad: u32) -> vec4f {
  if (row >= step.rows || quad >= shape.input_stride / 4u) { return vec4f(); }
  return inputs[(trial * shape.rows + row) * (shape.input_stride / 4u) + quad];
}

fn q_quad(k: u32, quad: u32) -> vec4f {
  if (k >= shape.inputs || quad >= shape.unit_stride / 4u) { return vec4f(); }
  return parameters[(trial * shape.parameters + shape.kernel_offset + k * shape.unit_stride) / 4u + quad];
}

// What the outputs of a unit are multiplied with: 0 where it is dropped, else 1 / (1 - rate).
fn dropout_scale(row: u32, unit: u32) -> f32 {
  let rate = hyper[trial * shape.hyper_stride + shape.dropout_rate];
  let seed = u32(hyper[trial * shape.hyper_stride + SEED_LOW]) | (u32(hyper[trial * shape.hyper_stride + SEED_HIGH]) << 16u);
  let words = threefry(vec2u(seed, STREAM_DROPOUT + (shape.layer << 8u)), vec2u(step.iteration, row * shape.units + unit));
  return select(0.0, 1.0 / (1.0 - rate), unit_interval(words.x) >= rate);
}

// The padding behind the last unit gets zeros.
fn finish(row: u32, quad: u32, sum: vec4f) {
  if (quad >= shape.unit_stride / 4u) { return; }
  let z = sum + parameters[(trial * shape.parameters + shape.bias_offset) / 4u + quad];
  var value: vec4f;
  var slope: vec4f;
  for (var c = 0u; c < min(4u, shape.units - 4u * quad); c++) {
    var both = activate(ACTIVATION, z[c], ACTIVATION_PARAMETER);
    if (shape.training == 1u && DROPOUT == 1u) { both *= dropout_scale(row, 4u * quad + c); }
    value[c] = both.x;
    slope[c] = both.y;
  }
  let at = (trial * shape.rows + row) * (shape.unit_stride / 4u) + quad;
  outputs[at] = value;
  if (shape.training == 1u) { deltas[at] = slope; }
}

fn finish_column_sums(quad: u32, sum: vec4f) { }

@compute @workgroup_size(GROUP_X, GROUP_Y)
fn matmul_forward(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  trial = slots[group.z];
  product(group, thread);
}
