// One layer forward: matrix product, bias, activation and dropout in one pass.
//   z[row, unit] = bias[unit] + sum_k inputs[row, k] * kernel[k, unit]
//   outputs = mask * f(z) / (1 - rate);  deltas = mask * f'(z) / (1 - rate), the slope that the way back needs
const HYPER_STRIDE: u32 = 16u;
const PARAMETERS: u32 = 12u;
const KERNEL_OFFSET: u32 = 0u;
const BIAS_OFFSET: u32 = 8u;
const INPUTS: u32 = 2u;
const INPUT_STRIDE: u32 = 4u;
const UNITS: u32 = 3u;
const UNIT_STRIDE: u32 = 4u;
const ROWS: u32 = 32u;
const ACTIVATION: u32 = 1u;
const ACTIVATION_PARAMETER: f32 = 0.0;
const LAYER: u32 = 0u;
const DROPOUT_RATE: u32 = 0u; // where this layer's rate stands in a row of `hyper`; 0: no dropout
const TRAINING: u32 = 1u; // 0: no slopes, no dropout

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

@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> slots: array<u32>;
@group(0) @binding(2) var<storage, read> hyper: array<f32>;
@group(0) @binding(3) var<storage, read> parameters: array<f32>;
@group(0) @binding(4) var<storage, read> inputs: array<f32>;
@group(0) @binding(5) var<storage, read_write> outputs: array<f32>;
@group(0) @binding(6) var<storage, read_write> deltas: array<f32>;

// What the outputs of a unit are multiplied with: 0 where it is dropped, else 1 / (1 - rate).
fn dropout_scale(trial: u32, row: u32, unit: u32) -> f32 {
  let rate = hyper[trial * HYPER_STRIDE + DROPOUT_RATE];
  let seed = u32(hyper[trial * HYPER_STRIDE + SEED_LOW]) | (u32(hyper[trial * HYPER_STRIDE + SEED_HIGH]) << 16u);
  let words = threefry(vec2u(seed, STREAM_DROPOUT + (LAYER << 8u)), vec2u(step.iteration, row * UNITS + unit));
  return select(0.0, 1.0 / (1.0 - rate), unit_interval(words.x) >= rate);
}

@compute @workgroup_size(8, 8)
fn matmul_forward(@builtin(global_invocation_id) id: vec3u) {
  let unit = id.x;
  let row = id.y;
  if (unit >= UNIT_STRIDE || row >= step.rows) { return; }
  let trial = slots[id.z];
  let at = (trial * ROWS + row) * UNIT_STRIDE + unit;
  if (unit >= UNITS) {
    outputs[at] = 0.0;
    if (TRAINING == 1u) { deltas[at] = 0.0; }
    return;
  }
  var z = parameters[trial * PARAMETERS + BIAS_OFFSET + unit];
  for (var k = 0u; k < INPUTS; k++) {
    z += inputs[(trial * ROWS + row) * INPUT_STRIDE + k] * parameters[trial * PARAMETERS + KERNEL_OFFSET + k * UNIT_STRIDE + unit];
  }
  var result = activate(ACTIVATION, z, ACTIVATION_PARAMETER);
  if (TRAINING == 1u && DROPOUT_RATE > 0u) { result *= dropout_scale(trial, row, unit); }
  outputs[at] = result.x;
  if (TRAINING == 1u) { deltas[at] = result.y; }
}
