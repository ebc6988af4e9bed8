// Loss of one row from its outputs, and the loss's gradient: what shaders/layered/loss.wgsl computes of a mini-batch.
// `outputs` holds the last layer's sums, `targets` what they should be, `output_deltas` takes the gradient; each has
// as many numbers for every row of a block.
// begin the kernel's own
const LOSS: u32 = 0u;
const OUTPUTS: u32 = 1u;
const TARGETS: u32 = 1u;
const OUTPUT_ACTIVATION: u32 = 0u;
const OUTPUT_PARAMETER: f32 = 0.0;
var<private> outputs: array<f32, 2>;
var<private> targets: array<f32, 2>;
var<private> output_deltas: array<f32, 2>;
// end
// begin lib/activation.wgsl
// end

// Each returns (loss, share of outputs right, mean absolute error) and leaves scale * d loss / d z.
fn binary_crossentropy(s: u32, scale: f32, smoothing: f32) -> vec3f {
  var sums = vec3f(0.0);
  for (var k = 0u; k < OUTPUTS; k++) { // unroll
    let z = outputs[s * OUTPUTS + k];
    let truth = targets[s * TARGETS + k];
    let smoothed = truth * (1.0 - smoothing) + 0.5 * smoothing;
    let e = exp(-abs(z));
    let probability = select(e, 1.0, z >= 0.0) / (1.0 + e);
    sums += vec3f(
      max(z, 0.0) - z * smoothed + log(1.0 + e),
      select(0.0, 1.0, (z > 0.0) == (truth > 0.5)),
      abs(probability - truth),
    );
    output_deltas[s * OUTPUTS + k] = scale * (probability - smoothed) / f32(OUTPUTS);
  }
  return sums / f32(OUTPUTS);
}

fn categorical_crossentropy(s: u32, scale: f32, smoothing: f32) -> vec3f {
  let truth = u32(targets[s * TARGETS]);
  var best = 0u;
  var highest = outputs[s * OUTPUTS];
  for (var k = 1u; k < OUTPUTS; k++) { // unroll
    let z = outputs[s * OUTPUTS + k];
    best = select(best, k, z > highest);
    highest = max(highest, z);
  }
  var total = 0.0;
  for (var k = 0u; k < OUTPUTS; k++) { // unroll
    total += exp(outputs[s * OUTPUTS + k] - highest);
  }
  let log_total = log(total);
  var loss = 0.0;
  for (var k = 0u; k < OUTPUTS; k++) { // unroll
    let log_probability = outputs[s * OUTPUTS + k] - highest - log_total;
    let smoothed = select(0.0, 1.0 - smoothing, k == truth) + smoothing / f32(OUTPUTS);
    loss -= smoothed * log_probability;
    output_deltas[s * OUTPUTS + k] = scale * (exp(log_probability) - smoothed);
  }
  return vec3f(loss, select(0.0, 1.0, best == truth), 0.0);
}

fn mean_squared_error(s: u32, scale: f32) -> vec3f {
  var sums = vec3f(0.0);
  for (var k = 0u; k < OUTPUTS; k++) { // unroll
    let output = activate(OUTPUT_ACTIVATION, outputs[s * OUTPUTS + k], OUTPUT_PARAMETER);
    let difference = output.x - targets[s * TARGETS + k];
    sums += vec3f(difference * difference, 0.0, abs(difference));
    output_deltas[s * OUTPUTS + k] = scale * 2.0 * difference / f32(OUTPUTS) * output.y;
  }
  return sums / f32(OUTPUTS);
}

fn output_loss(s: u32, scale: f32, smoothing: f32) -> vec3f {
  switch LOSS {
    case 0u: { return binary_crossentropy(s, scale, smoothing); }
    case 1u: { return categorical_crossentropy(s, scale, smoothing); }
    default: { return mean_squared_error(s, scale); }
  }
}
