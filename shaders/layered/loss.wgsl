// The loss of a mini-batch and its gradient, and the sums from which an epoch's metrics are made.
//   deltas[trial, row, :] = weight(row) / rows * d loss(row) / d z
//   metrics[metrics_row, trial] += (loss, correct, absolute error, loss without penalties), each summed over the rows
// One workgroup a trial: lane i takes the rows i, i + 64, ..., then the lanes' sums are added in a fixed tree.
const HYPER_STRIDE: u32 = 16u;
const LOSS: u32 = 0u; // 0 binary cross-entropy and 1 categorical cross-entropy (of logits), 2 mean squared error
const UNITS: u32 = 1u;
const UNIT_STRIDE: u32 = 4u;
const LABELS: u32 = 2u;
const ROWS: u32 = 32u;
const TRIALS: u32 = 1u;
const TENSORS: u32 = 4u;
const CLASS_WEIGHTS: u32 = 16u; // where they begin in a row of `hyper`
const CLASSES: u32 = 0u; // 0: no class weights
const TRAINING: u32 = 1u; // 0: only the metrics

// begin lib/step.wgsl
struct Step { rows: u32, metrics_row: u32 }
// end
// begin lib/hyper.wgsl
const LABEL_SMOOTHING: u32 = 8u;
// end

@group(0) @binding(0) var<uniform> step: Step;
@group(0) @binding(1) var<storage, read> slots: array<u32>;
@group(0) @binding(2) var<storage, read> hyper: array<f32>;
@group(0) @binding(3) var<storage, read> outputs: array<f32>;
@group(0) @binding(4) var<storage, read> batch_labels: array<f32>;
@group(0) @binding(5) var<storage, read> penalties: array<f32>;
@group(0) @binding(6) var<storage, read_write> deltas: array<f32>;
@group(0) @binding(7) var<storage, read_write> metrics: array<vec4f>;

var<workgroup> partial: array<vec4f, 64>;

// Each returns (loss, share of outputs right, mean absolute error) of a row and stores scale * d loss / d z.
fn binary_crossentropy(at: u32, label: u32, smoothing: f32, scale: f32) -> vec3f {
  var sums = vec3f(0.0);
  for (var unit = 0u; unit < UNITS; unit++) {
    let z = outputs[at + unit];
    let truth = batch_labels[label + unit];
    let target_ = truth * (1.0 - smoothing) + 0.5 * smoothing;
    let e = exp(-abs(z));
    let probability = select(e, 1.0, z >= 0.0) / (1.0 + e);
    sums.x += max(z, 0.0) - z * target_ + log(1.0 + e);
    sums.y += select(0.0, 1.0, (z > 0.0) == (truth > 0.5));
    sums.z += abs(probability - truth);
    if (TRAINING == 1u) { deltas[at + unit] = scale * (probability - target_) / f32(UNITS); }
  }
  return sums / f32(UNITS);
}

fn categorical_crossentropy(at: u32, label: u32, smoothing: f32, scale: f32) -> vec3f {
  let truth = u32(batch_labels[label]);
  var best = 0u;
  for (var unit = 1u; unit < UNITS; unit++) {
    if (outputs[at + unit] > outputs[at + best]) { best = unit; }
  }
  let highest = outputs[at + best];
  var total = 0.0;
  for (var unit = 0u; unit < UNITS; unit++) { total += exp(outputs[at + unit] - highest); }
  let log_total = log(total);
  var loss = 0.0;
  for (var unit = 0u; unit < UNITS; unit++) {
    let log_probability = outputs[at + unit] - highest - log_total;
    let target_ = select(0.0, 1.0 - smoothing, unit == truth) + smoothing / f32(UNITS);
    loss -= target_ * log_probability;
    if (TRAINING == 1u) { deltas[at + unit] = scale * (exp(log_probability) - target_); }
  }
  return vec3f(loss, select(0.0, 1.0, best == truth), 0.0);
}

fn mean_squared_error(at: u32, label: u32, scale: f32) -> vec3f {
  var sums = vec3f(0.0);
  for (var unit = 0u; unit < UNITS; unit++) {
    let difference = outputs[at + unit] - batch_labels[label + unit];
    sums.x += difference * difference;
    sums.z += abs(difference);
    // `deltas` holds the slope of the output's activation.
    if (TRAINING == 1u) { deltas[at + unit] = scale * 2.0 * difference / f32(UNITS) * deltas[at + unit]; }
  }
  return sums / f32(UNITS);
}

fn row_loss(trial: u32, row: u32) -> vec4f {
  let at = (trial * ROWS + row) * UNIT_STRIDE;
  let label = (trial * ROWS + row) * LABELS;
  let smoothing = hyper[trial * HYPER_STRIDE + LABEL_SMOOTHING];
  var weight = batch_labels[label + LABELS - 1u];
  if (TRAINING == 1u && CLASSES > 0u) {
    weight *= hyper[trial * HYPER_STRIDE + CLASS_WEIGHTS + u32(batch_labels[label])];
  }
  let scale = weight / f32(step.rows);
  var result: vec3f;
  switch LOSS {
    case 0u: { result = binary_crossentropy(at, label, smoothing, scale); }
    case 1u: { result = categorical_crossentropy(at, label, smoothing, scale); }
    default: { result = mean_squared_error(at, label, scale); }
  }
  return vec4f(weight * result.x, result.y, result.z, weight * result.x);
}

fn penalty(trial: u32) -> f32 {
  var sum = 0.0;
  for (var tensor = 0u; tensor < TENSORS; tensor++) { sum += penalties[trial * TENSORS + tensor]; }
  return sum;
}

@compute @workgroup_size(64)
fn loss(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {
  let trial = slots[group.z];
  var sum = vec4f(0.0);
  for (var row = lane; row < step.rows; row += 64u) { sum += row_loss(trial, row); }
  partial[lane] = sum;
  for (var width = 32u; width > 0u; width >>= 1u) {
    workgroupBarrier();
    if (lane < width) { partial[lane] += partial[lane + width]; }
  }
  if (lane == 0u) {
    let penalty_sum = vec4f(f32(step.rows) * penalty(trial), 0.0, 0.0, 0.0);
    metrics[step.metrics_row * TRIALS + trial] += partial[0] + penalty_sum;
  }
}
