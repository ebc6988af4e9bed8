// The gradient of one layer's kernel and bias, summed over the rows of the mini-batch in their order:
//   gradients[k, unit] = sum_row inputs[row, k] * deltas[row, unit];  bias: sum_row deltas[row, unit]
const PARAMETERS: u32 = 12u;
const KERNEL_OFFSET: u32 = 0u;
const BIAS_OFFSET: u32 = 8u;
const USE_BIAS: u32 = 1u;
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
@group(0) @binding(2) var<storage, read> inputs: array<f32>;
@group(0) @binding(3) var<storage, read> deltas: array<f32>;
@group(0) @binding(4) var<storage, read_write> gradients: array<f32>;

@compute @workgroup_size(8, 8)
fn matmul_backward_weight(@builtin(global_invocation_id) id: vec3u) {
  let unit = id.x;
  let k = id.y; // the row behind the kernel's last is the bias
  if (unit >= UNITS || k > INPUTS || (k == INPUTS && USE_BIAS == 0u)) { return; }
  let trial = slots[id.z];
  var sum = 0.0;
  for (var row = 0u; row < step.rows; row++) {
    let delta = deltas[(trial * ROWS + row) * UNIT_STRIDE + unit];
    if (k == INPUTS) {
      sum += delta;
    } else {
      sum += inputs[(trial * ROWS + row) * INPUT_STRIDE + k] * delta;
    }
  }
  let at = select(KERNEL_OFFSET + k * UNIT_STRIDE, BIAS_OFFSET, k == INPUTS);
  gradients[trial * PARAMETERS + at + unit] = sum;
}
