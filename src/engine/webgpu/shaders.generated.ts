// Generated from shaders/ by scripts/generate-shaders.mjs: do not edit.
export const shaders = {
  "adam_l2": {
    "bindings": [
      {
        "binding": 0,
        "name": "step",
        "access": "uniform"
      },
      {
        "binding": 1,
        "name": "slots",
        "access": "read"
      },
      {
        "binding": 2,
        "name": "hyper",
        "access": "read"
      },
      {
        "binding": 3,
        "name": "parameters",
        "access": "read_write"
      },
      {
        "binding": 4,
        "name": "gradients",
        "access": "read"
      },
      {
        "binding": 5,
        "name": "norms",
        "access": "read"
      },
      {
        "binding": 6,
        "name": "state",
        "access": "read_write"
      },
      {
        "binding": 7,
        "name": "rates",
        "access": "read"
      }
    ],
    "constants": [
      "STATES",
      "HYPER_STRIDE",
      "PARAMETERS",
      "TENSORS",
      "TENSOR_OFFSETS",
      "CLIPPING",
      "RATE_ROWS",
      "AMSGRAD"
    ],
    "code": "// One step of Adam with L1, L2, clipping and decoupled weight decay, as Keras's Adam and AdamW take it (epsilon is\n// added outside of the corrected root). The step size is learning rate * sqrt(1 - beta2^t) / (1 - beta1^t).\n//   m += (g - m)(1 - beta1);  v += (g^2 - v)(1 - beta2);  w -= step size * m / (sqrt(v) + epsilon)\n// With amsgrad the largest v so far takes the place of v. One lane a parameter.\nconst STATES: u32 = 2u; // slow averages kept for every parameter: m, v and, with amsgrad, the largest v\nconst HYPER_STRIDE: u32 = 16u;\nconst PARAMETERS: u32 = 4u;\nconst TENSORS: u32 = 1u;\nconst TENSOR_OFFSETS = array<u32, 2>(0u, 4u);\nconst CLIPPING: u32 = 0u;\nconst RATE_ROWS: u32 = 1u; // rows of `rates` that each trial has\nconst AMSGRAD: u32 = 0u;\n\n// lib/step.wgsl\n// What changes from one step to the next.\nstruct Step {\n  first_row: u32, // place of the batch's first row in the epoch's order\n  rows: u32, // rows of this batch\n  source_rows: u32, // rows of the whole set\n  shuffled: u32, // 1: visit the rows in the trial's own order\n  iteration: u32, // steps since training began\n  epoch: u32,\n  rate_row: u32, // row of `rates` for this step\n  metrics_row: u32, // row of `metrics` for this pass\n}\n// lib/hyper.wgsl\n// One row of `hyper` holds what is a trial's own: HYPER_STRIDE floats, of which these come first. Behind them lie\n// the penalties (l1 and l2 of each tensor), the dropout rate of each layer and the weight of each class.\nconst SEED_LOW: u32 = 0u; // the lower and upper 16 bits of the seed, as whole floats\nconst SEED_HIGH: u32 = 1u;\nconst FRESH_1: u32 = 2u; // 1 - beta1, rounded once from the exact difference, as Keras does\nconst FRESH_2: u32 = 3u; // 1 - beta2, or 1 - rho of RMSprop\nconst EPSILON: u32 = 4u;\nconst MOMENTUM: u32 = 5u;\nconst WEIGHT_DECAY: u32 = 6u;\nconst CLIP: u32 = 7u;\nconst LABEL_SMOOTHING: u32 = 8u;\nconst RHO: u32 = 9u;\nconst PENALTIES: u32 = 10u;\n// lib/regularized_gradient.wgsl\n// What every optimiser starts from: the gradient of loss and penalties, clipped as Keras clips it.\n// CLIPPING: 0 none, 1 each element by value, 2 each tensor by its norm, 3 all tensors by their common norm.\n\nfn tensor_of(index: u32) -> u32 {\n  var tensor = 0u;\n  for (var next = 1u; next < TENSORS; next++) {\n    if (index >= TENSOR_OFFSETS[next]) { tensor = next; }\n  }\n  return tensor;\n}\n\nfn clip_scale(trial: u32, tensor: u32, limit: f32) -> f32 {\n  var squared = norms[trial * TENSORS + tensor];\n  if (CLIPPING == 3u) {\n    squared = 0.0;\n    for (var other = 0u; other < TENSORS; other++) { squared += norms[trial * TENSORS + other]; }\n  }\n  return limit / max(sqrt(squared), limit);\n}\n\nfn regularized_gradient(trial: u32, index: u32) -> f32 {\n  let tensor = tensor_of(index);\n  let row = trial * HYPER_STRIDE;\n  let w = parameters[trial * PARAMETERS + index];\n  let l1 = hyper[row + PENALTIES + 2u * tensor];\n  let l2 = hyper[row + PENALTIES + 2u * tensor + 1u];\n  let g = gradients[trial * PARAMETERS + index] + l1 * sign(w) + 2.0 * l2 * w;\n  if (CLIPPING == 0u) { return g; }\n  let limit = hyper[row + CLIP];\n  if (CLIPPING == 1u) { return clamp(g, -limit, limit); }\n  return g * clip_scale(trial, tensor, limit);\n}\n\n@group(0) @binding(0) var<uniform> step: Step;\n@group(0) @binding(1) var<storage, read> slots: array<u32>;\n@group(0) @binding(2) var<storage, read> hyper: array<f32>;\n@group(0) @binding(3) var<storage, read_write> parameters: array<f32>;\n@group(0) @binding(4) var<storage, read> gradients: array<f32>;\n@group(0) @binding(5) var<storage, read> norms: array<f32>;\n@group(0) @binding(6) var<storage, read_write> state: array<f32>;\n@group(0) @binding(7) var<storage, read> rates: array<vec2f>; // (learning rate, step size)\n\n@compute @workgroup_size(64)\nfn adam_l2(@builtin(global_invocation_id) id: vec3u) {\n  let index = id.x;\n  if (index >= PARAMETERS) { return; }\n  let trial = slots[id.z];\n  let row = trial * HYPER_STRIDE;\n  let rate = rates[trial * RATE_ROWS + step.rate_row];\n  let g = regularized_gradient(trial, index);\n  let at = trial * PARAMETERS + index;\n  var w = parameters[at];\n  w -= w * hyper[row + WEIGHT_DECAY] * rate.x;\n  let m_at = trial * STATES * PARAMETERS + index;\n  let v_at = m_at + PARAMETERS;\n  let m = state[m_at] + (g - state[m_at]) * hyper[row + FRESH_1];\n  let v = state[v_at] + (g * g - state[v_at]) * hyper[row + FRESH_2];\n  state[m_at] = m;\n  state[v_at] = v;\n  var divisor = v;\n  if (AMSGRAD == 1u) {\n    divisor = max(state[v_at + PARAMETERS], v);\n    state[v_at + PARAMETERS] = divisor;\n  }\n  parameters[at] = w - rate.y * m / (sqrt(divisor) + hyper[row + EPSILON]);\n}\n"
  },
  "gather": {
    "bindings": [
      {
        "binding": 0,
        "name": "step",
        "access": "uniform"
      },
      {
        "binding": 1,
        "name": "slots",
        "access": "read"
      },
      {
        "binding": 2,
        "name": "hyper",
        "access": "read"
      },
      {
        "binding": 3,
        "name": "features",
        "access": "read"
      },
      {
        "binding": 4,
        "name": "labels",
        "access": "read"
      },
      {
        "binding": 5,
        "name": "batch_features",
        "access": "read_write"
      },
      {
        "binding": 6,
        "name": "batch_labels",
        "access": "read_write"
      }
    ],
    "constants": [
      "HYPER_STRIDE",
      "INPUT_STRIDE",
      "LABELS",
      "ROWS"
    ],
    "code": "// Copies the rows of one mini-batch, in each trial's own order, to where the first layer reads them.\n//   batch_features[trial, row, :] = features[order(first_row + row), :], and the labels likewise\n// One lane a group of four features of one row. LABELS: targets of a row and, last, its sample weight.\nconst HYPER_STRIDE: u32 = 16u;\nconst INPUT_STRIDE: u32 = 16u; // a multiple of 4\nconst LABELS: u32 = 2u;\nconst ROWS: u32 = 32u; // rows that the batch buffers hold\n\n// lib/step.wgsl\n// What changes from one step to the next.\nstruct Step {\n  first_row: u32, // place of the batch's first row in the epoch's order\n  rows: u32, // rows of this batch\n  source_rows: u32, // rows of the whole set\n  shuffled: u32, // 1: visit the rows in the trial's own order\n  iteration: u32, // steps since training began\n  epoch: u32,\n  rate_row: u32, // row of `rates` for this step\n  metrics_row: u32, // row of `metrics` for this pass\n}\n// lib/hyper.wgsl\n// One row of `hyper` holds what is a trial's own: HYPER_STRIDE floats, of which these come first. Behind them lie\n// the penalties (l1 and l2 of each tensor), the dropout rate of each layer and the weight of each class.\nconst SEED_LOW: u32 = 0u; // the lower and upper 16 bits of the seed, as whole floats\nconst SEED_HIGH: u32 = 1u;\nconst FRESH_1: u32 = 2u; // 1 - beta1, rounded once from the exact difference, as Keras does\nconst FRESH_2: u32 = 3u; // 1 - beta2, or 1 - rho of RMSprop\nconst EPSILON: u32 = 4u;\nconst MOMENTUM: u32 = 5u;\nconst WEIGHT_DECAY: u32 = 6u;\nconst CLIP: u32 = 7u;\nconst LABEL_SMOOTHING: u32 = 8u;\nconst RHO: u32 = 9u;\nconst PENALTIES: u32 = 10u;\n// lib/random.wgsl\n// Threefry-2x32 with 20 rounds (Salmon et al. 2011); src/core/threefry.ts computes the same words.\nconst STREAM_SHUFFLE: u32 = 2u;\nconst STREAM_DROPOUT: u32 = 3u;\n\nfn rotate_left(x: u32, bits: u32) -> u32 { return (x << bits) | (x >> (32u - bits)); }\n\nfn mix(x: vec2u, bits: u32) -> vec2u {\n  let sum = x.x + x.y;\n  return vec2u(sum, rotate_left(x.y, bits) ^ sum);\n}\n\nfn threefry(key: vec2u, counter: vec2u) -> vec2u {\n  let keys = array<u32, 3>(key.x, key.y, key.x ^ key.y ^ 0x1bd11bdau);\n  var x = counter + key;\n  x = mix(mix(mix(mix(x, 13u), 15u), 26u), 6u) + vec2u(keys[1], keys[2] + 1u);\n  x = mix(mix(mix(mix(x, 17u), 29u), 16u), 24u) + vec2u(keys[2], keys[0] + 2u);\n  x = mix(mix(mix(mix(x, 13u), 15u), 26u), 6u) + vec2u(keys[0], keys[1] + 3u);\n  x = mix(mix(mix(mix(x, 17u), 29u), 16u), 24u) + vec2u(keys[1], keys[2] + 4u);\n  return mix(mix(mix(mix(x, 13u), 15u), 26u), 6u) + vec2u(keys[2], keys[0] + 5u);\n}\n\n// Uniform in [0, 1).\nfn unit_interval(word: u32) -> f32 { return f32(word >> 8u) / 16777216.0; }\n// lib/permutation.wgsl\n// The order in which a trial visits its rows in one epoch; src/core/permutation.ts explains the bijection.\n\nfn permuted(seed: u32, epoch: u32, size: u32, index: u32) -> u32 {\n  var multipliers: array<u32, 4>;\n  var addends: array<u32, 4>;\n  for (var round = 0u; round < 4u; round++) {\n    let words = threefry(vec2u(seed, STREAM_SHUFFLE), vec2u(epoch, round));\n    multipliers[round] = words.x | 1u;\n    addends[round] = words.y;\n  }\n  let bits = max(8u, 32u - countLeadingZeros(size - 1u));\n  let mask = 0xffffffffu >> (32u - bits);\n  let shift = bits >> 1u;\n  var x = index;\n  loop {\n    for (var round = 0u; round < 4u; round++) {\n      x = (x * multipliers[round] + addends[round]) & mask;\n      x ^= x >> shift;\n    }\n    if (x < size) { break; }\n  }\n  return x;\n}\n\n@group(0) @binding(0) var<uniform> step: Step;\n@group(0) @binding(1) var<storage, read> slots: array<u32>;\n@group(0) @binding(2) var<storage, read> hyper: array<f32>;\n@group(0) @binding(3) var<storage, read> features: array<vec4f>;\n@group(0) @binding(4) var<storage, read> labels: array<f32>;\n@group(0) @binding(5) var<storage, read_write> batch_features: array<vec4f>;\n@group(0) @binding(6) var<storage, read_write> batch_labels: array<f32>;\n\n@compute @workgroup_size(64)\nfn gather(@builtin(global_invocation_id) id: vec3u) {\n  let fours = INPUT_STRIDE / 4u;\n  let row = id.x / fours;\n  let four = id.x % fours;\n  if (row >= step.rows) { return; }\n  let trial = slots[id.z];\n  var source = step.first_row + row;\n  if (step.shuffled == 1u) {\n    let seed = u32(hyper[trial * HYPER_STRIDE + SEED_LOW]) | (u32(hyper[trial * HYPER_STRIDE + SEED_HIGH]) << 16u);\n    source = permuted(seed, step.epoch, step.source_rows, source);\n  }\n  batch_features[(trial * ROWS + row) * fours + four] = features[source * fours + four];\n  if (four > 0u) { return; }\n  for (var label = 0u; label < LABELS; label++) {\n    batch_labels[(trial * ROWS + row) * LABELS + label] = labels[source * LABELS + label];\n  }\n}\n"
  },
  "gradient_norm": {
    "bindings": [
      {
        "binding": 1,
        "name": "slots",
        "access": "read"
      },
      {
        "binding": 2,
        "name": "hyper",
        "access": "read"
      },
      {
        "binding": 3,
        "name": "parameters",
        "access": "read"
      },
      {
        "binding": 4,
        "name": "gradients",
        "access": "read"
      },
      {
        "binding": 5,
        "name": "norms",
        "access": "read_write"
      }
    ],
    "constants": [
      "HYPER_STRIDE",
      "PARAMETERS",
      "TENSORS",
      "TENSOR_OFFSETS"
    ],
    "code": "// The squared length of each tensor's gradient, penalty included, for clipping by norm.\n//   norms[trial, tensor] = sum (gradient + l1 * sign(w) + 2 * l2 * w)^2\n// One workgroup a tensor and trial; lane i adds the elements i, i + 64, ..., then the lanes in a fixed tree.\nconst HYPER_STRIDE: u32 = 16u;\nconst PARAMETERS: u32 = 4u;\nconst TENSORS: u32 = 1u;\nconst TENSOR_OFFSETS = array<u32, 2>(0u, 4u);\n\n// lib/hyper.wgsl\n// One row of `hyper` holds what is a trial's own: HYPER_STRIDE floats, of which these come first. Behind them lie\n// the penalties (l1 and l2 of each tensor), the dropout rate of each layer and the weight of each class.\nconst SEED_LOW: u32 = 0u; // the lower and upper 16 bits of the seed, as whole floats\nconst SEED_HIGH: u32 = 1u;\nconst FRESH_1: u32 = 2u; // 1 - beta1, rounded once from the exact difference, as Keras does\nconst FRESH_2: u32 = 3u; // 1 - beta2, or 1 - rho of RMSprop\nconst EPSILON: u32 = 4u;\nconst MOMENTUM: u32 = 5u;\nconst WEIGHT_DECAY: u32 = 6u;\nconst CLIP: u32 = 7u;\nconst LABEL_SMOOTHING: u32 = 8u;\nconst RHO: u32 = 9u;\nconst PENALTIES: u32 = 10u;\n\n@group(0) @binding(1) var<storage, read> slots: array<u32>;\n@group(0) @binding(2) var<storage, read> hyper: array<f32>;\n@group(0) @binding(3) var<storage, read> parameters: array<f32>;\n@group(0) @binding(4) var<storage, read> gradients: array<f32>;\n@group(0) @binding(5) var<storage, read_write> norms: array<f32>;\n\nvar<workgroup> partial: array<f32, 64>;\n\n@compute @workgroup_size(64)\nfn gradient_norm(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {\n  let trial = slots[group.z];\n  let tensor = group.x;\n  let l1 = hyper[trial * HYPER_STRIDE + PENALTIES + 2u * tensor];\n  let l2 = hyper[trial * HYPER_STRIDE + PENALTIES + 2u * tensor + 1u];\n  var sum = 0.0;\n  for (var i = TENSOR_OFFSETS[tensor] + lane; i < TENSOR_OFFSETS[tensor + 1u]; i += 64u) {\n    let w = parameters[trial * PARAMETERS + i];\n    let g = gradients[trial * PARAMETERS + i] + l1 * sign(w) + 2.0 * l2 * w;\n    sum += g * g;\n  }\n  partial[lane] = sum;\n  for (var width = 32u; width > 0u; width >>= 1u) {\n    workgroupBarrier();\n    if (lane < width) { partial[lane] += partial[lane + width]; }\n  }\n  if (lane == 0u) { norms[trial * TENSORS + tensor] = partial[0]; }\n}\n"
  },
  "loss": {
    "bindings": [
      {
        "binding": 0,
        "name": "step",
        "access": "uniform"
      },
      {
        "binding": 1,
        "name": "slots",
        "access": "read"
      },
      {
        "binding": 2,
        "name": "hyper",
        "access": "read"
      },
      {
        "binding": 3,
        "name": "outputs",
        "access": "read"
      },
      {
        "binding": 4,
        "name": "batch_labels",
        "access": "read"
      },
      {
        "binding": 5,
        "name": "penalties",
        "access": "read"
      },
      {
        "binding": 6,
        "name": "deltas",
        "access": "read_write"
      },
      {
        "binding": 7,
        "name": "metrics",
        "access": "read_write"
      }
    ],
    "constants": [
      "HYPER_STRIDE",
      "LOSS",
      "UNITS",
      "UNIT_STRIDE",
      "LABELS",
      "ROWS",
      "TRIALS",
      "TENSORS",
      "CLASS_WEIGHTS",
      "CLASSES",
      "TRAINING"
    ],
    "code": "// The loss of a mini-batch and its gradient, and the sums from which an epoch's metrics are made.\n//   deltas[trial, row, :] = weight(row) / rows * d loss(row) / d z\n//   metrics[metrics_row, trial] += (loss, correct, absolute error, 0), each summed over the rows\n// One workgroup a trial: lane i takes the rows i, i + 64, ..., then the lanes' sums are added in a fixed tree.\nconst HYPER_STRIDE: u32 = 16u;\nconst LOSS: u32 = 0u; // 0 binary cross-entropy and 1 categorical cross-entropy (of logits), 2 mean squared error\nconst UNITS: u32 = 1u;\nconst UNIT_STRIDE: u32 = 4u;\nconst LABELS: u32 = 2u;\nconst ROWS: u32 = 32u;\nconst TRIALS: u32 = 1u;\nconst TENSORS: u32 = 4u;\nconst CLASS_WEIGHTS: u32 = 16u; // where they begin in a row of `hyper`\nconst CLASSES: u32 = 0u; // 0: no class weights\nconst TRAINING: u32 = 1u; // 0: only the metrics\n\n// lib/step.wgsl\n// What changes from one step to the next.\nstruct Step {\n  first_row: u32, // place of the batch's first row in the epoch's order\n  rows: u32, // rows of this batch\n  source_rows: u32, // rows of the whole set\n  shuffled: u32, // 1: visit the rows in the trial's own order\n  iteration: u32, // steps since training began\n  epoch: u32,\n  rate_row: u32, // row of `rates` for this step\n  metrics_row: u32, // row of `metrics` for this pass\n}\n// lib/hyper.wgsl\n// One row of `hyper` holds what is a trial's own: HYPER_STRIDE floats, of which these come first. Behind them lie\n// the penalties (l1 and l2 of each tensor), the dropout rate of each layer and the weight of each class.\nconst SEED_LOW: u32 = 0u; // the lower and upper 16 bits of the seed, as whole floats\nconst SEED_HIGH: u32 = 1u;\nconst FRESH_1: u32 = 2u; // 1 - beta1, rounded once from the exact difference, as Keras does\nconst FRESH_2: u32 = 3u; // 1 - beta2, or 1 - rho of RMSprop\nconst EPSILON: u32 = 4u;\nconst MOMENTUM: u32 = 5u;\nconst WEIGHT_DECAY: u32 = 6u;\nconst CLIP: u32 = 7u;\nconst LABEL_SMOOTHING: u32 = 8u;\nconst RHO: u32 = 9u;\nconst PENALTIES: u32 = 10u;\n\n@group(0) @binding(0) var<uniform> step: Step;\n@group(0) @binding(1) var<storage, read> slots: array<u32>;\n@group(0) @binding(2) var<storage, read> hyper: array<f32>;\n@group(0) @binding(3) var<storage, read> outputs: array<f32>;\n@group(0) @binding(4) var<storage, read> batch_labels: array<f32>;\n@group(0) @binding(5) var<storage, read> penalties: array<f32>;\n@group(0) @binding(6) var<storage, read_write> deltas: array<f32>;\n@group(0) @binding(7) var<storage, read_write> metrics: array<vec4f>;\n\nvar<workgroup> partial: array<vec4f, 64>;\n\n// Each returns (loss, share of outputs right, mean absolute error) of a row and stores scale * d loss / d z.\nfn binary_crossentropy(at: u32, label: u32, smoothing: f32, scale: f32) -> vec3f {\n  var sums = vec3f(0.0);\n  for (var unit = 0u; unit < UNITS; unit++) {\n    let z = outputs[at + unit];\n    let truth = batch_labels[label + unit];\n    let target_ = truth * (1.0 - smoothing) + 0.5 * smoothing;\n    let e = exp(-abs(z));\n    let probability = select(e, 1.0, z >= 0.0) / (1.0 + e);\n    sums.x += max(z, 0.0) - z * target_ + log(1.0 + e);\n    sums.y += select(0.0, 1.0, (z > 0.0) == (truth > 0.5));\n    sums.z += abs(probability - truth);\n    if (TRAINING == 1u) { deltas[at + unit] = scale * (probability - target_) / f32(UNITS); }\n  }\n  return sums / f32(UNITS);\n}\n\nfn categorical_crossentropy(at: u32, label: u32, smoothing: f32, scale: f32) -> vec3f {\n  let truth = u32(batch_labels[label]);\n  var best = 0u;\n  for (var unit = 1u; unit < UNITS; unit++) {\n    if (outputs[at + unit] > outputs[at + best]) { best = unit; }\n  }\n  let highest = outputs[at + best];\n  var total = 0.0;\n  for (var unit = 0u; unit < UNITS; unit++) { total += exp(outputs[at + unit] - highest); }\n  let log_total = log(total);\n  var loss = 0.0;\n  for (var unit = 0u; unit < UNITS; unit++) {\n    let log_probability = outputs[at + unit] - highest - log_total;\n    let target_ = select(0.0, 1.0 - smoothing, unit == truth) + smoothing / f32(UNITS);\n    loss -= target_ * log_probability;\n    if (TRAINING == 1u) { deltas[at + unit] = scale * (exp(log_probability) - target_); }\n  }\n  return vec3f(loss, select(0.0, 1.0, best == truth), 0.0);\n}\n\nfn mean_squared_error(at: u32, label: u32, scale: f32) -> vec3f {\n  var sums = vec3f(0.0);\n  for (var unit = 0u; unit < UNITS; unit++) {\n    let difference = outputs[at + unit] - batch_labels[label + unit];\n    sums.x += difference * difference;\n    sums.z += abs(difference);\n    // `deltas` holds the slope of the output's activation.\n    if (TRAINING == 1u) { deltas[at + unit] = scale * 2.0 * difference / f32(UNITS) * deltas[at + unit]; }\n  }\n  return sums / f32(UNITS);\n}\n\nfn row_loss(trial: u32, row: u32) -> vec4f {\n  let at = (trial * ROWS + row) * UNIT_STRIDE;\n  let label = (trial * ROWS + row) * LABELS;\n  let smoothing = hyper[trial * HYPER_STRIDE + LABEL_SMOOTHING];\n  var weight = batch_labels[label + LABELS - 1u];\n  if (TRAINING == 1u && CLASSES > 0u) {\n    weight *= hyper[trial * HYPER_STRIDE + CLASS_WEIGHTS + u32(batch_labels[label])];\n  }\n  let scale = weight / f32(step.rows);\n  var result: vec3f;\n  switch LOSS {\n    case 0u: { result = binary_crossentropy(at, label, smoothing, scale); }\n    case 1u: { result = categorical_crossentropy(at, label, smoothing, scale); }\n    default: { result = mean_squared_error(at, label, scale); }\n  }\n  return vec4f(weight * result.x, result.y, result.z, 0.0);\n}\n\nfn penalty(trial: u32) -> f32 {\n  var sum = 0.0;\n  for (var tensor = 0u; tensor < TENSORS; tensor++) { sum += penalties[trial * TENSORS + tensor]; }\n  return sum;\n}\n\n@compute @workgroup_size(64)\nfn loss(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {\n  let trial = slots[group.z];\n  var sum = vec4f(0.0);\n  for (var row = lane; row < step.rows; row += 64u) { sum += row_loss(trial, row); }\n  partial[lane] = sum;\n  for (var width = 32u; width > 0u; width >>= 1u) {\n    workgroupBarrier();\n    if (lane < width) { partial[lane] += partial[lane + width]; }\n  }\n  if (lane == 0u) {\n    let penalty_sum = vec4f(f32(step.rows) * penalty(trial), 0.0, 0.0, 0.0);\n    metrics[step.metrics_row * TRIALS + trial] += partial[0] + penalty_sum;\n  }\n}\n"
  },
  "matmul_backward_input": {
    "bindings": [
      {
        "binding": 0,
        "name": "step",
        "access": "uniform"
      },
      {
        "binding": 1,
        "name": "slots",
        "access": "read"
      },
      {
        "binding": 2,
        "name": "parameters",
        "access": "read"
      },
      {
        "binding": 3,
        "name": "next_deltas",
        "access": "read"
      },
      {
        "binding": 4,
        "name": "deltas",
        "access": "read_write"
      }
    ],
    "constants": [
      "PARAMETERS",
      "KERNEL_OFFSET",
      "INPUTS",
      "INPUT_STRIDE",
      "UNITS",
      "UNIT_STRIDE",
      "ROWS"
    ],
    "code": "// The way back through one layer's kernel to the layer before:\n//   deltas[row, k] *= sum_unit next_deltas[row, unit] * kernel[k, unit]\n// `deltas` holds the slopes of the layer before and turns into its gradient with respect to the pre-activation.\nconst PARAMETERS: u32 = 12u;\nconst KERNEL_OFFSET: u32 = 0u;\nconst INPUTS: u32 = 2u;\nconst INPUT_STRIDE: u32 = 4u;\nconst UNITS: u32 = 3u;\nconst UNIT_STRIDE: u32 = 4u;\nconst ROWS: u32 = 32u;\n\n// lib/step.wgsl\n// What changes from one step to the next.\nstruct Step {\n  first_row: u32, // place of the batch's first row in the epoch's order\n  rows: u32, // rows of this batch\n  source_rows: u32, // rows of the whole set\n  shuffled: u32, // 1: visit the rows in the trial's own order\n  iteration: u32, // steps since training began\n  epoch: u32,\n  rate_row: u32, // row of `rates` for this step\n  metrics_row: u32, // row of `metrics` for this pass\n}\n\n@group(0) @binding(0) var<uniform> step: Step;\n@group(0) @binding(1) var<storage, read> slots: array<u32>;\n@group(0) @binding(2) var<storage, read> parameters: array<f32>;\n@group(0) @binding(3) var<storage, read> next_deltas: array<f32>;\n@group(0) @binding(4) var<storage, read_write> deltas: array<f32>;\n\n@compute @workgroup_size(8, 8)\nfn matmul_backward_input(@builtin(global_invocation_id) id: vec3u) {\n  let k = id.x;\n  let row = id.y;\n  if (k >= INPUTS || row >= step.rows) { return; }\n  let trial = slots[id.z];\n  var sum = 0.0;\n  for (var unit = 0u; unit < UNITS; unit++) {\n    sum += next_deltas[(trial * ROWS + row) * UNIT_STRIDE + unit] * parameters[trial * PARAMETERS + KERNEL_OFFSET + k * UNIT_STRIDE + unit];\n  }\n  deltas[(trial * ROWS + row) * INPUT_STRIDE + k] *= sum;\n}\n"
  },
  "matmul_backward_weight": {
    "bindings": [
      {
        "binding": 0,
        "name": "step",
        "access": "uniform"
      },
      {
        "binding": 1,
        "name": "slots",
        "access": "read"
      },
      {
        "binding": 2,
        "name": "inputs",
        "access": "read"
      },
      {
        "binding": 3,
        "name": "deltas",
        "access": "read"
      },
      {
        "binding": 4,
        "name": "gradients",
        "access": "read_write"
      }
    ],
    "constants": [
      "PARAMETERS",
      "KERNEL_OFFSET",
      "BIAS_OFFSET",
      "USE_BIAS",
      "INPUTS",
      "INPUT_STRIDE",
      "UNITS",
      "UNIT_STRIDE",
      "ROWS"
    ],
    "code": "// The gradient of one layer's kernel and bias, summed over the rows of the mini-batch in their order:\n//   gradients[k, unit] = sum_row inputs[row, k] * deltas[row, unit];  bias: sum_row deltas[row, unit]\nconst PARAMETERS: u32 = 12u;\nconst KERNEL_OFFSET: u32 = 0u;\nconst BIAS_OFFSET: u32 = 8u;\nconst USE_BIAS: u32 = 1u;\nconst INPUTS: u32 = 2u;\nconst INPUT_STRIDE: u32 = 4u;\nconst UNITS: u32 = 3u;\nconst UNIT_STRIDE: u32 = 4u;\nconst ROWS: u32 = 32u;\n\n// lib/step.wgsl\n// What changes from one step to the next.\nstruct Step {\n  first_row: u32, // place of the batch's first row in the epoch's order\n  rows: u32, // rows of this batch\n  source_rows: u32, // rows of the whole set\n  shuffled: u32, // 1: visit the rows in the trial's own order\n  iteration: u32, // steps since training began\n  epoch: u32,\n  rate_row: u32, // row of `rates` for this step\n  metrics_row: u32, // row of `metrics` for this pass\n}\n\n@group(0) @binding(0) var<uniform> step: Step;\n@group(0) @binding(1) var<storage, read> slots: array<u32>;\n@group(0) @binding(2) var<storage, read> inputs: array<f32>;\n@group(0) @binding(3) var<storage, read> deltas: array<f32>;\n@group(0) @binding(4) var<storage, read_write> gradients: array<f32>;\n\n@compute @workgroup_size(8, 8)\nfn matmul_backward_weight(@builtin(global_invocation_id) id: vec3u) {\n  let unit = id.x;\n  let k = id.y; // the row behind the kernel's last is the bias\n  if (unit >= UNITS || k > INPUTS || (k == INPUTS && USE_BIAS == 0u)) { return; }\n  let trial = slots[id.z];\n  var sum = 0.0;\n  for (var row = 0u; row < step.rows; row++) {\n    let delta = deltas[(trial * ROWS + row) * UNIT_STRIDE + unit];\n    if (k == INPUTS) {\n      sum += delta;\n    } else {\n      sum += inputs[(trial * ROWS + row) * INPUT_STRIDE + k] * delta;\n    }\n  }\n  let at = select(KERNEL_OFFSET + k * UNIT_STRIDE, BIAS_OFFSET, k == INPUTS);\n  gradients[trial * PARAMETERS + at + unit] = sum;\n}\n"
  },
  "matmul_forward": {
    "bindings": [
      {
        "binding": 0,
        "name": "step",
        "access": "uniform"
      },
      {
        "binding": 1,
        "name": "slots",
        "access": "read"
      },
      {
        "binding": 2,
        "name": "hyper",
        "access": "read"
      },
      {
        "binding": 3,
        "name": "parameters",
        "access": "read"
      },
      {
        "binding": 4,
        "name": "inputs",
        "access": "read"
      },
      {
        "binding": 5,
        "name": "outputs",
        "access": "read_write"
      },
      {
        "binding": 6,
        "name": "deltas",
        "access": "read_write"
      }
    ],
    "constants": [
      "HYPER_STRIDE",
      "PARAMETERS",
      "KERNEL_OFFSET",
      "BIAS_OFFSET",
      "INPUTS",
      "INPUT_STRIDE",
      "UNITS",
      "UNIT_STRIDE",
      "ROWS",
      "ACTIVATION",
      "ACTIVATION_PARAMETER",
      "LAYER",
      "DROPOUT_RATE",
      "TRAINING"
    ],
    "code": "// One layer forward: matrix product, bias, activation and dropout in one pass.\n//   z[row, unit] = bias[unit] + sum_k inputs[row, k] * kernel[k, unit]\n//   outputs = mask * f(z) / (1 - rate);  deltas = mask * f'(z) / (1 - rate), the slope that the way back needs\nconst HYPER_STRIDE: u32 = 16u;\nconst PARAMETERS: u32 = 12u;\nconst KERNEL_OFFSET: u32 = 0u;\nconst BIAS_OFFSET: u32 = 8u;\nconst INPUTS: u32 = 2u;\nconst INPUT_STRIDE: u32 = 4u;\nconst UNITS: u32 = 3u;\nconst UNIT_STRIDE: u32 = 4u;\nconst ROWS: u32 = 32u;\nconst ACTIVATION: u32 = 1u;\nconst ACTIVATION_PARAMETER: f32 = 0.0;\nconst LAYER: u32 = 0u;\nconst DROPOUT_RATE: u32 = 0u; // where this layer's rate stands in a row of `hyper`; 0: no dropout\nconst TRAINING: u32 = 1u; // 0: no slopes, no dropout\n\n// lib/step.wgsl\n// What changes from one step to the next.\nstruct Step {\n  first_row: u32, // place of the batch's first row in the epoch's order\n  rows: u32, // rows of this batch\n  source_rows: u32, // rows of the whole set\n  shuffled: u32, // 1: visit the rows in the trial's own order\n  iteration: u32, // steps since training began\n  epoch: u32,\n  rate_row: u32, // row of `rates` for this step\n  metrics_row: u32, // row of `metrics` for this pass\n}\n// lib/hyper.wgsl\n// One row of `hyper` holds what is a trial's own: HYPER_STRIDE floats, of which these come first. Behind them lie\n// the penalties (l1 and l2 of each tensor), the dropout rate of each layer and the weight of each class.\nconst SEED_LOW: u32 = 0u; // the lower and upper 16 bits of the seed, as whole floats\nconst SEED_HIGH: u32 = 1u;\nconst FRESH_1: u32 = 2u; // 1 - beta1, rounded once from the exact difference, as Keras does\nconst FRESH_2: u32 = 3u; // 1 - beta2, or 1 - rho of RMSprop\nconst EPSILON: u32 = 4u;\nconst MOMENTUM: u32 = 5u;\nconst WEIGHT_DECAY: u32 = 6u;\nconst CLIP: u32 = 7u;\nconst LABEL_SMOOTHING: u32 = 8u;\nconst RHO: u32 = 9u;\nconst PENALTIES: u32 = 10u;\n// lib/random.wgsl\n// Threefry-2x32 with 20 rounds (Salmon et al. 2011); src/core/threefry.ts computes the same words.\nconst STREAM_SHUFFLE: u32 = 2u;\nconst STREAM_DROPOUT: u32 = 3u;\n\nfn rotate_left(x: u32, bits: u32) -> u32 { return (x << bits) | (x >> (32u - bits)); }\n\nfn mix(x: vec2u, bits: u32) -> vec2u {\n  let sum = x.x + x.y;\n  return vec2u(sum, rotate_left(x.y, bits) ^ sum);\n}\n\nfn threefry(key: vec2u, counter: vec2u) -> vec2u {\n  let keys = array<u32, 3>(key.x, key.y, key.x ^ key.y ^ 0x1bd11bdau);\n  var x = counter + key;\n  x = mix(mix(mix(mix(x, 13u), 15u), 26u), 6u) + vec2u(keys[1], keys[2] + 1u);\n  x = mix(mix(mix(mix(x, 17u), 29u), 16u), 24u) + vec2u(keys[2], keys[0] + 2u);\n  x = mix(mix(mix(mix(x, 13u), 15u), 26u), 6u) + vec2u(keys[0], keys[1] + 3u);\n  x = mix(mix(mix(mix(x, 17u), 29u), 16u), 24u) + vec2u(keys[1], keys[2] + 4u);\n  return mix(mix(mix(mix(x, 13u), 15u), 26u), 6u) + vec2u(keys[2], keys[0] + 5u);\n}\n\n// Uniform in [0, 1).\nfn unit_interval(word: u32) -> f32 { return f32(word >> 8u) / 16777216.0; }\n// lib/activation.wgsl\n// Value and slope of each activation at the pre-activation z, in forms that neither overflow nor lose the small\n// values; src/engine/cpu/activation.ts computes the same. KIND numbers are those of `activationKinds` there.\nconst KIND_RELU: u32 = 1u;\nconst KIND_LEAKY_RELU: u32 = 2u;\nconst KIND_ELU: u32 = 3u;\nconst KIND_SELU: u32 = 4u;\nconst KIND_GELU: u32 = 5u;\nconst KIND_GELU_TANH: u32 = 6u;\nconst KIND_SILU: u32 = 7u;\nconst KIND_SOFTPLUS: u32 = 8u;\nconst KIND_TANH: u32 = 9u;\nconst KIND_SIGMOID: u32 = 10u;\n\nfn sigmoid(z: f32) -> f32 {\n  let e = exp(-abs(z));\n  return select(e, 1.0, z >= 0.0) / (1.0 + e);\n}\n\n// WGSL's tanh may be wrong by 1e-5 and undefined for large arguments.\nfn stable_tanh(z: f32) -> f32 {\n  let e = exp(-2.0 * abs(z));\n  let t = (1.0 - e) / (1.0 + e);\n  return select(-t, t, z >= 0.0);\n}\n\nfn softplus(z: f32) -> f32 { return max(z, 0.0) + log(1.0 + exp(-abs(z))); }\n\n// Abramowitz and Stegun 7.1.26: absolute error below 1.5e-7.\nfn erf(x: f32) -> f32 {\n  let t = 1.0 / (1.0 + 0.3275911 * abs(x));\n  let polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));\n  let value = 1.0 - polynomial * exp(-x * x);\n  return select(-value, value, x >= 0.0);\n}\n\nfn elu(z: f32, alpha: f32) -> vec2f {\n  let e = alpha * exp(min(z, 0.0));\n  return select(vec2f(e - alpha, e), vec2f(z, 1.0), z > 0.0);\n}\n\nfn gelu(z: f32) -> vec2f {\n  let share = 0.5 * (1.0 + erf(z * 0.70710678));\n  return vec2f(z * share, share + z * 0.39894228 * exp(-0.5 * z * z));\n}\n\nfn gelu_tanh(z: f32) -> vec2f {\n  let t = stable_tanh(0.79788456 * (z + 0.044715 * z * z * z));\n  let inner_slope = 0.79788456 * (1.0 + 0.134145 * z * z);\n  return vec2f(0.5 * z * (1.0 + t), 0.5 * (1.0 + t) + 0.5 * z * (1.0 - t * t) * inner_slope);\n}\n\nfn activate(kind: u32, z: f32, parameter: f32) -> vec2f {\n  switch kind {\n    case KIND_RELU: { return select(vec2f(0.0), vec2f(z, 1.0), z > 0.0); }\n    case KIND_LEAKY_RELU: { return select(vec2f(parameter * z, parameter), vec2f(z, 1.0), z > 0.0); }\n    case KIND_ELU: { return elu(z, parameter); }\n    case KIND_SELU: { return 1.05070098 * elu(z, 1.67326324); }\n    case KIND_GELU: { return gelu(z); }\n    case KIND_GELU_TANH: { return gelu_tanh(z); }\n    case KIND_SILU: { let s = sigmoid(z); return vec2f(z * s, s * (1.0 + z * (1.0 - s))); }\n    case KIND_SOFTPLUS: { return vec2f(softplus(z), sigmoid(z)); }\n    case KIND_TANH: { let t = stable_tanh(z); return vec2f(t, 1.0 - t * t); }\n    case KIND_SIGMOID: { let s = sigmoid(z); return vec2f(s, s * (1.0 - s)); }\n    default: { return vec2f(z, 1.0); }\n  }\n}\n\n@group(0) @binding(0) var<uniform> step: Step;\n@group(0) @binding(1) var<storage, read> slots: array<u32>;\n@group(0) @binding(2) var<storage, read> hyper: array<f32>;\n@group(0) @binding(3) var<storage, read> parameters: array<f32>;\n@group(0) @binding(4) var<storage, read> inputs: array<f32>;\n@group(0) @binding(5) var<storage, read_write> outputs: array<f32>;\n@group(0) @binding(6) var<storage, read_write> deltas: array<f32>;\n\n// What the outputs of a unit are multiplied with: 0 where it is dropped, else 1 / (1 - rate).\nfn dropout_scale(trial: u32, row: u32, unit: u32) -> f32 {\n  let rate = hyper[trial * HYPER_STRIDE + DROPOUT_RATE];\n  let seed = u32(hyper[trial * HYPER_STRIDE + SEED_LOW]) | (u32(hyper[trial * HYPER_STRIDE + SEED_HIGH]) << 16u);\n  let words = threefry(vec2u(seed, STREAM_DROPOUT + (LAYER << 8u)), vec2u(step.iteration, row * UNITS + unit));\n  return select(0.0, 1.0 / (1.0 - rate), unit_interval(words.x) >= rate);\n}\n\n@compute @workgroup_size(8, 8)\nfn matmul_forward(@builtin(global_invocation_id) id: vec3u) {\n  let unit = id.x;\n  let row = id.y;\n  if (unit >= UNIT_STRIDE || row >= step.rows) { return; }\n  let trial = slots[id.z];\n  let at = (trial * ROWS + row) * UNIT_STRIDE + unit;\n  if (unit >= UNITS) {\n    outputs[at] = 0.0;\n    if (TRAINING == 1u) { deltas[at] = 0.0; }\n    return;\n  }\n  var z = parameters[trial * PARAMETERS + BIAS_OFFSET + unit];\n  for (var k = 0u; k < INPUTS; k++) {\n    z += inputs[(trial * ROWS + row) * INPUT_STRIDE + k] * parameters[trial * PARAMETERS + KERNEL_OFFSET + k * UNIT_STRIDE + unit];\n  }\n  var result = activate(ACTIVATION, z, ACTIVATION_PARAMETER);\n  if (TRAINING == 1u && DROPOUT_RATE > 0u) { result *= dropout_scale(trial, row, unit); }\n  outputs[at] = result.x;\n  if (TRAINING == 1u) { deltas[at] = result.y; }\n}\n"
  },
  "penalty": {
    "bindings": [
      {
        "binding": 1,
        "name": "slots",
        "access": "read"
      },
      {
        "binding": 2,
        "name": "hyper",
        "access": "read"
      },
      {
        "binding": 3,
        "name": "parameters",
        "access": "read"
      },
      {
        "binding": 4,
        "name": "penalties",
        "access": "read_write"
      }
    ],
    "constants": [
      "HYPER_STRIDE",
      "PARAMETERS",
      "TENSORS",
      "TENSOR_OFFSETS"
    ],
    "code": "// The L1 and L2 penalty of each weight tensor (Keras's L1L2: no 1/2, not divided by the batch).\n//   penalties[trial, tensor] = l1 * sum |w| + l2 * sum w^2\n// One workgroup a tensor and trial; lane i adds the weights i, i + 64, ..., then the lanes in a fixed tree.\nconst HYPER_STRIDE: u32 = 16u;\nconst PARAMETERS: u32 = 4u;\nconst TENSORS: u32 = 1u;\nconst TENSOR_OFFSETS = array<u32, 2>(0u, 4u);\n\n// lib/hyper.wgsl\n// One row of `hyper` holds what is a trial's own: HYPER_STRIDE floats, of which these come first. Behind them lie\n// the penalties (l1 and l2 of each tensor), the dropout rate of each layer and the weight of each class.\nconst SEED_LOW: u32 = 0u; // the lower and upper 16 bits of the seed, as whole floats\nconst SEED_HIGH: u32 = 1u;\nconst FRESH_1: u32 = 2u; // 1 - beta1, rounded once from the exact difference, as Keras does\nconst FRESH_2: u32 = 3u; // 1 - beta2, or 1 - rho of RMSprop\nconst EPSILON: u32 = 4u;\nconst MOMENTUM: u32 = 5u;\nconst WEIGHT_DECAY: u32 = 6u;\nconst CLIP: u32 = 7u;\nconst LABEL_SMOOTHING: u32 = 8u;\nconst RHO: u32 = 9u;\nconst PENALTIES: u32 = 10u;\n\n@group(0) @binding(1) var<storage, read> slots: array<u32>;\n@group(0) @binding(2) var<storage, read> hyper: array<f32>;\n@group(0) @binding(3) var<storage, read> parameters: array<f32>;\n@group(0) @binding(4) var<storage, read_write> penalties: array<f32>;\n\nvar<workgroup> partial: array<f32, 64>;\n\n@compute @workgroup_size(64)\nfn penalty(@builtin(local_invocation_index) lane: u32, @builtin(workgroup_id) group: vec3u) {\n  let trial = slots[group.z];\n  let tensor = group.x;\n  let l1 = hyper[trial * HYPER_STRIDE + PENALTIES + 2u * tensor];\n  let l2 = hyper[trial * HYPER_STRIDE + PENALTIES + 2u * tensor + 1u];\n  var sum = 0.0;\n  for (var i = TENSOR_OFFSETS[tensor] + lane; i < TENSOR_OFFSETS[tensor + 1u]; i += 64u) {\n    let w = parameters[trial * PARAMETERS + i];\n    sum += l1 * abs(w) + l2 * w * w;\n  }\n  partial[lane] = sum;\n  for (var width = 32u; width > 0u; width >>= 1u) {\n    workgroupBarrier();\n    if (lane < width) { partial[lane] += partial[lane + width]; }\n  }\n  if (lane == 0u) { penalties[trial * TENSORS + tensor] = partial[0]; }\n}\n"
  },
  "rmsprop_l2": {
    "bindings": [
      {
        "binding": 0,
        "name": "step",
        "access": "uniform"
      },
      {
        "binding": 1,
        "name": "slots",
        "access": "read"
      },
      {
        "binding": 2,
        "name": "hyper",
        "access": "read"
      },
      {
        "binding": 3,
        "name": "parameters",
        "access": "read_write"
      },
      {
        "binding": 4,
        "name": "gradients",
        "access": "read"
      },
      {
        "binding": 5,
        "name": "norms",
        "access": "read"
      },
      {
        "binding": 6,
        "name": "state",
        "access": "read_write"
      },
      {
        "binding": 7,
        "name": "rates",
        "access": "read"
      }
    ],
    "constants": [
      "STATES",
      "HYPER_STRIDE",
      "PARAMETERS",
      "TENSORS",
      "TENSOR_OFFSETS",
      "CLIPPING",
      "RATE_ROWS",
      "CENTERED"
    ],
    "code": "// One step of RMSprop with momentum, L1, L2, clipping and decoupled weight decay (Keras's RMSprop: epsilon inside of\n// the root).\n//   v = rho * v + (1 - rho) g^2;  m = momentum * m + learning rate * g / sqrt(v + epsilon);  w -= m\n// Centred, the square of the gradient's slow average is taken from v first. One lane a parameter.\nconst STATES: u32 = 2u; // slow averages kept for every parameter: m, v and, where centred, the mean gradient\nconst HYPER_STRIDE: u32 = 16u;\nconst PARAMETERS: u32 = 4u;\nconst TENSORS: u32 = 1u;\nconst TENSOR_OFFSETS = array<u32, 2>(0u, 4u);\nconst CLIPPING: u32 = 0u;\nconst RATE_ROWS: u32 = 1u; // rows of `rates` that each trial has\nconst CENTERED: u32 = 0u;\n\n// lib/step.wgsl\n// What changes from one step to the next.\nstruct Step {\n  first_row: u32, // place of the batch's first row in the epoch's order\n  rows: u32, // rows of this batch\n  source_rows: u32, // rows of the whole set\n  shuffled: u32, // 1: visit the rows in the trial's own order\n  iteration: u32, // steps since training began\n  epoch: u32,\n  rate_row: u32, // row of `rates` for this step\n  metrics_row: u32, // row of `metrics` for this pass\n}\n// lib/hyper.wgsl\n// One row of `hyper` holds what is a trial's own: HYPER_STRIDE floats, of which these come first. Behind them lie\n// the penalties (l1 and l2 of each tensor), the dropout rate of each layer and the weight of each class.\nconst SEED_LOW: u32 = 0u; // the lower and upper 16 bits of the seed, as whole floats\nconst SEED_HIGH: u32 = 1u;\nconst FRESH_1: u32 = 2u; // 1 - beta1, rounded once from the exact difference, as Keras does\nconst FRESH_2: u32 = 3u; // 1 - beta2, or 1 - rho of RMSprop\nconst EPSILON: u32 = 4u;\nconst MOMENTUM: u32 = 5u;\nconst WEIGHT_DECAY: u32 = 6u;\nconst CLIP: u32 = 7u;\nconst LABEL_SMOOTHING: u32 = 8u;\nconst RHO: u32 = 9u;\nconst PENALTIES: u32 = 10u;\n// lib/regularized_gradient.wgsl\n// What every optimiser starts from: the gradient of loss and penalties, clipped as Keras clips it.\n// CLIPPING: 0 none, 1 each element by value, 2 each tensor by its norm, 3 all tensors by their common norm.\n\nfn tensor_of(index: u32) -> u32 {\n  var tensor = 0u;\n  for (var next = 1u; next < TENSORS; next++) {\n    if (index >= TENSOR_OFFSETS[next]) { tensor = next; }\n  }\n  return tensor;\n}\n\nfn clip_scale(trial: u32, tensor: u32, limit: f32) -> f32 {\n  var squared = norms[trial * TENSORS + tensor];\n  if (CLIPPING == 3u) {\n    squared = 0.0;\n    for (var other = 0u; other < TENSORS; other++) { squared += norms[trial * TENSORS + other]; }\n  }\n  return limit / max(sqrt(squared), limit);\n}\n\nfn regularized_gradient(trial: u32, index: u32) -> f32 {\n  let tensor = tensor_of(index);\n  let row = trial * HYPER_STRIDE;\n  let w = parameters[trial * PARAMETERS + index];\n  let l1 = hyper[row + PENALTIES + 2u * tensor];\n  let l2 = hyper[row + PENALTIES + 2u * tensor + 1u];\n  let g = gradients[trial * PARAMETERS + index] + l1 * sign(w) + 2.0 * l2 * w;\n  if (CLIPPING == 0u) { return g; }\n  let limit = hyper[row + CLIP];\n  if (CLIPPING == 1u) { return clamp(g, -limit, limit); }\n  return g * clip_scale(trial, tensor, limit);\n}\n\n@group(0) @binding(0) var<uniform> step: Step;\n@group(0) @binding(1) var<storage, read> slots: array<u32>;\n@group(0) @binding(2) var<storage, read> hyper: array<f32>;\n@group(0) @binding(3) var<storage, read_write> parameters: array<f32>;\n@group(0) @binding(4) var<storage, read> gradients: array<f32>;\n@group(0) @binding(5) var<storage, read> norms: array<f32>;\n@group(0) @binding(6) var<storage, read_write> state: array<f32>;\n@group(0) @binding(7) var<storage, read> rates: array<vec2f>; // (learning rate, step size)\n\n@compute @workgroup_size(64)\nfn rmsprop_l2(@builtin(global_invocation_id) id: vec3u) {\n  let index = id.x;\n  if (index >= PARAMETERS) { return; }\n  let trial = slots[id.z];\n  let row = trial * HYPER_STRIDE;\n  let rate = rates[trial * RATE_ROWS + step.rate_row];\n  let g = regularized_gradient(trial, index);\n  let at = trial * PARAMETERS + index;\n  var w = parameters[at];\n  w -= w * hyper[row + WEIGHT_DECAY] * rate.x;\n  let rho = hyper[row + RHO];\n  let fresh = hyper[row + FRESH_2];\n  let m_at = trial * STATES * PARAMETERS + index;\n  let v_at = m_at + PARAMETERS;\n  let v = rho * state[v_at] + fresh * (g * g);\n  state[v_at] = v;\n  var divisor = v + hyper[row + EPSILON];\n  if (CENTERED == 1u) {\n    let mean = rho * state[v_at + PARAMETERS] + fresh * g;\n    state[v_at + PARAMETERS] = mean;\n    divisor -= mean * mean;\n  }\n  let m = hyper[row + MOMENTUM] * state[m_at] + rate.x * g / sqrt(divisor);\n  state[m_at] = m;\n  parameters[at] = w - m;\n}\n"
  },
  "sgd_l2": {
    "bindings": [
      {
        "binding": 0,
        "name": "step",
        "access": "uniform"
      },
      {
        "binding": 1,
        "name": "slots",
        "access": "read"
      },
      {
        "binding": 2,
        "name": "hyper",
        "access": "read"
      },
      {
        "binding": 3,
        "name": "parameters",
        "access": "read_write"
      },
      {
        "binding": 4,
        "name": "gradients",
        "access": "read"
      },
      {
        "binding": 5,
        "name": "norms",
        "access": "read"
      },
      {
        "binding": 6,
        "name": "state",
        "access": "read_write"
      },
      {
        "binding": 7,
        "name": "rates",
        "access": "read"
      }
    ],
    "constants": [
      "STATES",
      "HYPER_STRIDE",
      "PARAMETERS",
      "TENSORS",
      "TENSOR_OFFSETS",
      "CLIPPING",
      "RATE_ROWS",
      "NESTEROV"
    ],
    "code": "// One step of stochastic gradient descent with momentum, L1, L2, clipping and decoupled weight decay (Keras's SGD).\n//   m = momentum * m - learning rate * g;  w += m, or with nesterov w += momentum * m - learning rate * g\n// One lane a parameter.\nconst STATES: u32 = 1u; // slow averages kept for every parameter: m\nconst HYPER_STRIDE: u32 = 16u;\nconst PARAMETERS: u32 = 4u;\nconst TENSORS: u32 = 1u;\nconst TENSOR_OFFSETS = array<u32, 2>(0u, 4u);\nconst CLIPPING: u32 = 0u;\nconst RATE_ROWS: u32 = 1u; // rows of `rates` that each trial has\nconst NESTEROV: u32 = 0u;\n\n// lib/step.wgsl\n// What changes from one step to the next.\nstruct Step {\n  first_row: u32, // place of the batch's first row in the epoch's order\n  rows: u32, // rows of this batch\n  source_rows: u32, // rows of the whole set\n  shuffled: u32, // 1: visit the rows in the trial's own order\n  iteration: u32, // steps since training began\n  epoch: u32,\n  rate_row: u32, // row of `rates` for this step\n  metrics_row: u32, // row of `metrics` for this pass\n}\n// lib/hyper.wgsl\n// One row of `hyper` holds what is a trial's own: HYPER_STRIDE floats, of which these come first. Behind them lie\n// the penalties (l1 and l2 of each tensor), the dropout rate of each layer and the weight of each class.\nconst SEED_LOW: u32 = 0u; // the lower and upper 16 bits of the seed, as whole floats\nconst SEED_HIGH: u32 = 1u;\nconst FRESH_1: u32 = 2u; // 1 - beta1, rounded once from the exact difference, as Keras does\nconst FRESH_2: u32 = 3u; // 1 - beta2, or 1 - rho of RMSprop\nconst EPSILON: u32 = 4u;\nconst MOMENTUM: u32 = 5u;\nconst WEIGHT_DECAY: u32 = 6u;\nconst CLIP: u32 = 7u;\nconst LABEL_SMOOTHING: u32 = 8u;\nconst RHO: u32 = 9u;\nconst PENALTIES: u32 = 10u;\n// lib/regularized_gradient.wgsl\n// What every optimiser starts from: the gradient of loss and penalties, clipped as Keras clips it.\n// CLIPPING: 0 none, 1 each element by value, 2 each tensor by its norm, 3 all tensors by their common norm.\n\nfn tensor_of(index: u32) -> u32 {\n  var tensor = 0u;\n  for (var next = 1u; next < TENSORS; next++) {\n    if (index >= TENSOR_OFFSETS[next]) { tensor = next; }\n  }\n  return tensor;\n}\n\nfn clip_scale(trial: u32, tensor: u32, limit: f32) -> f32 {\n  var squared = norms[trial * TENSORS + tensor];\n  if (CLIPPING == 3u) {\n    squared = 0.0;\n    for (var other = 0u; other < TENSORS; other++) { squared += norms[trial * TENSORS + other]; }\n  }\n  return limit / max(sqrt(squared), limit);\n}\n\nfn regularized_gradient(trial: u32, index: u32) -> f32 {\n  let tensor = tensor_of(index);\n  let row = trial * HYPER_STRIDE;\n  let w = parameters[trial * PARAMETERS + index];\n  let l1 = hyper[row + PENALTIES + 2u * tensor];\n  let l2 = hyper[row + PENALTIES + 2u * tensor + 1u];\n  let g = gradients[trial * PARAMETERS + index] + l1 * sign(w) + 2.0 * l2 * w;\n  if (CLIPPING == 0u) { return g; }\n  let limit = hyper[row + CLIP];\n  if (CLIPPING == 1u) { return clamp(g, -limit, limit); }\n  return g * clip_scale(trial, tensor, limit);\n}\n\n@group(0) @binding(0) var<uniform> step: Step;\n@group(0) @binding(1) var<storage, read> slots: array<u32>;\n@group(0) @binding(2) var<storage, read> hyper: array<f32>;\n@group(0) @binding(3) var<storage, read_write> parameters: array<f32>;\n@group(0) @binding(4) var<storage, read> gradients: array<f32>;\n@group(0) @binding(5) var<storage, read> norms: array<f32>;\n@group(0) @binding(6) var<storage, read_write> state: array<f32>;\n@group(0) @binding(7) var<storage, read> rates: array<vec2f>; // (learning rate, step size)\n\n@compute @workgroup_size(64)\nfn sgd_l2(@builtin(global_invocation_id) id: vec3u) {\n  let index = id.x;\n  if (index >= PARAMETERS) { return; }\n  let trial = slots[id.z];\n  let row = trial * HYPER_STRIDE;\n  let rate = rates[trial * RATE_ROWS + step.rate_row];\n  let g = regularized_gradient(trial, index);\n  let at = trial * PARAMETERS + index;\n  var w = parameters[at];\n  w -= w * hyper[row + WEIGHT_DECAY] * rate.x;\n  let momentum = hyper[row + MOMENTUM];\n  let m_at = trial * STATES * PARAMETERS + index;\n  let m = momentum * state[m_at] - rate.x * g;\n  state[m_at] = m;\n  parameters[at] = w + select(m, momentum * m - rate.x * g, NESTEROV == 1u);\n}\n"
  },
  "softmax": {
    "bindings": [
      {
        "binding": 0,
        "name": "step",
        "access": "uniform"
      },
      {
        "binding": 1,
        "name": "slots",
        "access": "read"
      },
      {
        "binding": 2,
        "name": "outputs",
        "access": "read_write"
      }
    ],
    "constants": [
      "UNITS",
      "UNIT_STRIDE",
      "ROWS"
    ],
    "code": "// Turns rows of logits into class probabilities, in place.\n//   outputs[trial, row, unit] = exp(z_unit - max z) / sum exp(z - max z)\n// One lane a row.\nconst UNITS: u32 = 2u;\nconst UNIT_STRIDE: u32 = 4u;\nconst ROWS: u32 = 32u;\n\n// lib/step.wgsl\n// What changes from one step to the next.\nstruct Step {\n  first_row: u32, // place of the batch's first row in the epoch's order\n  rows: u32, // rows of this batch\n  source_rows: u32, // rows of the whole set\n  shuffled: u32, // 1: visit the rows in the trial's own order\n  iteration: u32, // steps since training began\n  epoch: u32,\n  rate_row: u32, // row of `rates` for this step\n  metrics_row: u32, // row of `metrics` for this pass\n}\n\n@group(0) @binding(0) var<uniform> step: Step;\n@group(0) @binding(1) var<storage, read> slots: array<u32>;\n@group(0) @binding(2) var<storage, read_write> outputs: array<f32>;\n\n@compute @workgroup_size(64)\nfn softmax(@builtin(global_invocation_id) id: vec3u) {\n  if (id.x >= step.rows) { return; }\n  let at = (slots[id.z] * ROWS + id.x) * UNIT_STRIDE;\n  var highest = outputs[at];\n  for (var unit = 1u; unit < UNITS; unit++) { highest = max(highest, outputs[at + unit]); }\n  var total = 0.0;\n  for (var unit = 0u; unit < UNITS; unit++) {\n    let e = exp(outputs[at + unit] - highest);\n    outputs[at + unit] = e;\n    total += e;\n  }\n  for (var unit = 0u; unit < UNITS; unit++) { outputs[at + unit] /= total; }\n}\n"
  }
} as const;

/** Where the named values stand in a row of `hyper`. */
export const hyper = {
  "SEED_LOW": 0,
  "SEED_HIGH": 1,
  "FRESH_1": 2,
  "FRESH_2": 3,
  "EPSILON": 4,
  "MOMENTUM": 5,
  "WEIGHT_DECAY": 6,
  "CLIP": 7,
  "LABEL_SMOOTHING": 8,
  "RHO": 9,
  "PENALTIES": 10
} as const;

/** The members of the uniform `Step`, each a 32-bit word, in their order. */
export const stepFields = ["first_row","rows","source_rows","shuffled","iteration","epoch","rate_row","metrics_row"] as const;

export type KernelName = keyof typeof shaders;
type Binding<K extends KernelName> = (typeof shaders)[K]['bindings'][number]['name'];
/** The buffers of a kernel, without the step and the slots that all of them have. */
export type BindingName<K extends KernelName> = Exclude<Binding<K>, 'step' | 'slots'>;
/** The constants that a call sets, without the table of tensors. */
export type ConstantName<K extends KernelName> = Exclude<(typeof shaders)[K]['constants'][number], 'TENSOR_OFFSETS'>;
