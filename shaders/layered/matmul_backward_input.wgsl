// The way back through one layer's kernel to the layer before:
//   deltas[row, k] *= sum_unit next_deltas[row, unit] * kernel[k, unit]
// `deltas` holds the slopes of the layer before and turns into its gradient with respect to the pre-activation.
const P_BY_STEPS: u32 = 0u; // the deltas lie row by row
const Q_BY_COLUMNS: u32 = 1u; // each input has its row of the kernel

// The sizes of one call; uniform, so that layers of all sizes share one compiled kernel.
struct Shape {
  parameters: u32,
  kernel_offset: u32,
  inputs: u32,
  input_stride: u32,
  units: u32,
  unit_stride: u32,
  rows: u32,
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
@group(0) @binding(2) var<storage, read> parameters: array<vec4f>;
@group(0) @binding(3) var<storage, read> next_deltas: array<vec4f>;
@group(0) @binding(4) var<storage, read_write> deltas: array<vec4f>;
@group(0) @binding(5) var<uniform> shape: Shape;

var<private> trial: u32;

fn row_count() -> u32 { return step.rows; }
fn step_count() -> u32 { return shape.units; }

fn p_quad(row: u32, quad: u32) -> vec4f {
  if (row >= step.rows || quad >= shape.unit_stride / 4u) { return vec4f(); }
  return next_deltas[(trial * shape.rows + row) * (shape.unit_stride / 4u) + quad];
}

fn q_quad(k: u32, quad: u32) -> vec4f {
  if (k >= shape.inputs || quad >= shape.unit_stride / 4u) { return vec4f(); }
  return parameters[(trial * shape.parameters + shape.kernel_offset + k * shape.unit_stride) / 4u + quad];
}

fn finish(row: u32, quad: u32, sum: vec4f) {
  if (quad >= shape.input_stride / 4u) { return; }
  deltas[(trial * shape.rows + row) * (shape.input_stride / 4u) + quad] *= sum;
}

fn finish_column_sums(quad: u32, sum: vec4f) { }

@compute @workgroup_size(GROUP_X, GROUP_Y)
fn matmul_backward_input(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) thread: u32) {
  trial = slots[group.z];
  product(group, thread);
}
