// The way back through one layer's kernel to the layer before:
//   deltas[row, k] *= sum_unit next_deltas[row, unit] * kernel[k, unit]
// `deltas` holds the slopes of the layer before and turns into its gradient with respect to the pre-activation.
const PARAMETERS: u32 = 12u;
const KERNEL_OFFSET: u32 = 0u;
const INPUTS: u32 = 2u;
const INPUT_STRIDE: u32 = 4u;
const UNITS: u32 = 3u;
const UNIT_STRIDE: u32 = 4u;
const ROWS: u32 = 32u;

// begin lib/step.wgsl
struct Step { rows: u32 }
// end

@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> slots: array<u32>;
@group(0) @binding(2) var<storage, read> parameters: array<f32>;
@group(0) @binding(3) var<storage, read> next_deltas: array<f32>;
@group(0) @binding(4) var<storage, read_write> deltas: array<f32>;

@compute @workgroup_size(8, 8)
fn matmul_backward_input(@builtin(global_invocation_id) id: vec3u) {
  let k = id.x;
  let row = id.y;
  if (k >= INPUTS || row >= step.rows) { return; }
  let trial = slots[id.z];
  var sum = 0.0;
  for (var unit = 0u; unit < UNITS; unit++) {
    sum += next_deltas[(trial * ROWS + row) * UNIT_STRIDE + unit] * parameters[trial * PARAMETERS + KERNEL_OFFSET + k * UNIT_STRIDE + unit];
  }
  deltas[(trial * ROWS + row) * INPUT_STRIDE + k] *= sum;
}
