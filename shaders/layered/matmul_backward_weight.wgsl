// The gradient of one layer's kernel and bias, summed over the rows of the mini-batch in their order:
//   gradients[k, unit] = sum_row inputs[row, k] * deltas[row, unit];  bias: sum_row deltas[row, unit]
const P_BY_STEPS: u32 = 1u; // the sum runs over the rows of the inputs,
const Q_BY_COLUMNS: u32 = 0u; // and of the deltas

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
  use_bias: u32,
}

// begin lib/step.wgsl
struct Step { rows: u32 }
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
@group(0) @binding(2) var<storage, read> inputs: array<vec4f>;
@group(0) @binding(3) var<storage, read> deltas: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> gradients: array<vec4f>;
@group(0) @binding(5) var<uniform> shape: Shape;

var<private> trial: u32;

fn row_count() -> u32 { return shape.inputs; }
fn step_count() -> u32 { return step.rows; }

fn p_quad(row: u32, quad: u32) -> vec4f {
  if (row >= step.rows || quad >= shape.input_stride / 4u) { return vec4f(); }
  return inputs[(trial * shape.rows + row) * (shape.input_stride / 4u) + quad];
}

fn q_quad(row: u32, quad: u32) -> vec4f {
  if (row >= step.rows || quad >= shape.unit_stride / 4u) { return vec4f(); }
  return deltas[(trial * shape.rows + row) * (shape.unit_stride / 4u) + quad];
}

fn finish(k: u32, quad: u32, sum: vec4f) {
  if (quad >= shape.unit_stride / 4u) { return; }
  gradients[(trial * shape.parameters + shape.kernel_offset + k * shape.unit_stride) / 4u + quad] = sum;
}

// The bias acts on every row alike.
fn finish_column_sums(quad: u32, sum: vec4f) {
  if (shape.use_bias == 0u || quad >= shape.unit_stride / 4u) { return; }
  gradients[(trial * shape.parameters + shape.bias_offset) / 4u + quad] = sum;
}

@compute @workgroup_size(GROUP_X, GROUP_Y)
fn matmul_backward_weight(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  trial = slots[group.z];
  product(group, thread);
}
