// Whole trainings, one subgroup (or workgroup) a trial: the units of a layer are dealt out to the lanes, which keep their
// weights and averages in their own memory and tell each other only activations and gradients. Loops marked `unroll`
// are written out before compilation, and conditions marked `static` decided (src/engine/webgpu/unroll.ts).
//
// Unit u of a layer belongs to lane u % LANES, as one of its GROUPS. Its lane has a row of the kernel, four inputs in a
// group; and because the way back needs the columns, the lane of each input has a copy of its column, four units in a
// group, which goes through the same updates. What is left over in a last group always holds zeros.
const LANES: u32 = 8u;
const SAMPLES: u32 = 2u; // rows that go through the network together
const LAYERS: u32 = 2u;
const WIDTHS = array<u32, 3>(3u, 4u, 2u); // inputs, then the units of each layer
const QUADS = array<u32, 3>(1u, 1u, 1u); // the same in groups of four
const GROUPS = array<u32, 3>(1u, 1u, 1u); // the same for each lane
const MOST_GROUPS: u32 = 1u;
const PLACES = array<u32, 3>(0u, 1u, 2u); // where each layer's outputs begin among those of a row; first the inputs
const NODES: u32 = 3u; // outputs that a lane has for each row
const PUBLISHED: u32 = 12u; // two for each of them and each row of a block
const KERNELS = array<u32, 2>(0u, 2u); // where each layer's kernel begins among a lane's groups of four
const BIASES = array<u32, 2>(1u, 3u);
const COPIES = array<u32, 2>(0u, 4u); // the columns; the first layer needs none
const USE_BIAS = array<u32, 2>(1u, 1u);
const PARAMETERS: u32 = 5u; // groups of four that a lane keeps
const PARTS: u32 = 5u; // kernels, biases and copies
const PART_OFFSETS = array<u32, 6>(0u, 1u, 2u, 3u, 4u, 5u);
const PART_TENSORS = array<u32, 5>(0u, 1u, 2u, 3u, 2u); // whose penalties and clipping hold for it
const PART_COUNTS = array<u32, 5>(1u, 1u, 1u, 1u, 0u); // 0: a copy
const TENSORS: u32 = 4u;
const ACTIVATIONS = array<u32, 2>(1u, 0u); // of the hidden layers; the last is the loss's
const ACTIVATION_PARAMETERS = array<f32, 2>(0.0, 0.0);
const OUTPUT_ACTIVATION: u32 = 0u;
const OUTPUT_PARAMETER: f32 = 0.0;
const OUTPUTS: u32 = 2u;
const TARGETS: u32 = 1u;
const ROW_QUADS: u32 = 2u; // a row's inputs, targets and weight, padded
const LOSS: u32 = 1u; // 0 binary cross-entropy and 1 categorical cross-entropy (of logits), 2 mean squared error
const OPTIMIZER: u32 = 2u; // 0 SGD, 1 RMSprop, 2 Adam
const NESTEROV: u32 = 0u;
const CENTERED: u32 = 0u;
const AMSGRAD: u32 = 0u;
const STATES: u32 = 2u; // slow averages of each weight
const HELD_2: u32 = 5u; // groups that have a second and a third average, which not all optimisers keep
const HELD_3: u32 = 1u;
const CLIPPING: u32 = 0u; // 0 none, 1 by value, 2 each tensor by its norm, 3 all tensors by their common norm
const PENALISED: u32 = 0u; // 0: no trial has a penalty
const DROPOUT = array<u32, 2>(0u, 0u); // 1: some trial drops units of the layer
const CLASSES: u32 = 0u; // class weights of a trial; 0: none
const KEEPS: u32 = 0u; // 1: some trial goes back to its best weights
const SETTINGS_STRIDE: u32 = 46u;
const DROPOUT_RATES: u32 = 44u; // where they begin in a row of `settings`
const CLASS_WEIGHTS: u32 = 46u;

// begin lib/settings.wgsl
const SEED: u32 = 0u;
const BATCH: u32 = 1u;
const EPOCHS: u32 = 2u;
const FIRST_ROW: u32 = 3u;
const END_ROW: u32 = 4u;
const FIRST_VALIDATION: u32 = 5u;
const END_VALIDATION: u32 = 6u;
const SHUFFLED: u32 = 7u;
const RATE_KIND: u32 = 8u;
const RATE_TABLE: u32 = 9u;
const CORRECTIONS: u32 = 10u;
const LAST_CORRECTION: u32 = 11u;
const FRESH_1: u32 = 12u;
const FRESH_2: u32 = 13u;
const EPSILON: u32 = 14u;
const MOMENTUM: u32 = 15u;
const WEIGHT_DECAY: u32 = 16u;
const CLIP: u32 = 17u;
const LABEL_SMOOTHING: u32 = 18u;
const RHO: u32 = 19u;
const PENALTIES: u32 = 36u;
// end
// begin lib/progress.wgsl
const RUNNING: u32 = 0u;
struct Progress { status: u32, epoch: u32, step: u32, rate: f32, best_epoch: u32 }
fn load_progress(slot: u32) -> Progress { return Progress(progress[slot], 0u, 0u, 0.0, 0u); }
fn store_progress(slot: u32, p: Progress) { progress[slot] = p.status; }
// end
// begin lib/random.wgsl
const STREAM_DROPOUT: u32 = 3u;
fn threefry(key: vec2u, counter: vec2u) -> vec2u { return key + counter; }
fn unit_interval(word: u32) -> f32 { return f32(word); }
// end
// begin lib/permutation.wgsl
struct Order { size: u32, shift: u32 }
fn epoch_order(seed: u32, epoch: u32, size: u32) -> Order { return Order(size, seed + epoch); }
fn permuted(order: Order, index: u32) -> u32 { return (index + order.shift) % order.size; }
// end
// begin lib/activation.wgsl
fn activate(kind: u32, z: f32, parameter: f32) -> vec2f { return vec2f(z, parameter + f32(kind)); }
// end
// begin lib/output_loss.wgsl
fn output_loss(s: u32, scale: f32, smoothing: f32) -> vec3f { return vec3f(outputs[s] * scale - smoothing); }
// end
// begin lib/update.wgsl
struct Update {
  rate: f32, step_size: f32, fresh_1: f32, fresh_2: f32, rho: f32, epsilon: f32, momentum: f32, decay: f32, clip: f32,
}
fn penalised(k: u32, penalty: vec2f) -> vec4f { return gradients[k] + penalty.x; }
fn update_weights(k: u32, u: Update, penalty: vec2f, clip_scale: f32) { weights[k] -= u.rate * clip_scale; }
// end
// begin lib/exchange_workgroup.wgsl or lib/exchange_subgroup.wgsl
fn publish(at: u32, lane: u32, value: f32) { }
fn sync() { }
fn shared_value(at: u32, owner: u32, value: f32) -> f32 { return value; }
fn lane_sum(lane: u32, value: f32) -> f32 { return value; }
fn same_for_all(lane: u32, value: u32) -> u32 { return value; }
// end
// begin lib/epoch_end.wgsl
fn end_epoch(metrics: vec4f, before: Progress) -> Progress { return before; }
// end

// One submit: `trials` workgroups train up to `epochs` epochs more; the buffers have room for `slots` trials.
struct Chunk {
  trials: u32,
  epochs: u32,
  slots: u32,
  one: u32, // always 1: a bound multiplied by it is no constant, so that drivers do not unroll the loop
}

@group(0) @binding(0) var<uniform> chunk: Chunk;
@group(0) @binding(1) var<storage, read> order: array<u32>; // the slot of each workgroup's trial
@group(0) @binding(2) var<storage, read> rows: array<vec4f>;
@group(0) @binding(3) var<storage, read> settings: array<u32>;
@group(0) @binding(4) var<storage, read> tables: array<f32>; // learning rates, Adam's corrections
@group(0) @binding(5) var<storage, read_write> state: array<vec4f>; // weights, averages, kept weights of all trials
@group(0) @binding(6) var<storage, read_write> progress: array<u32>;
@group(0) @binding(7) var<storage, read_write> history: array<vec4f>; // three an epoch

var<private> weights: array<vec4f, PARAMETERS>; // blocks
var<private> gradients: array<vec4f, PARAMETERS>; // blocks
var<private> state_1: array<vec4f, PARAMETERS>; // blocks
var<private> state_2: array<vec4f, HELD_2>; // blocks
var<private> state_3: array<vec4f, HELD_3>; // blocks
var<private> nodes: array<f32, SAMPLES * NODES>; // outputs of the lane's units in all layers
var<private> deltas: array<f32, SAMPLES * NODES>; // slopes of the activations, then the loss's gradient at their sums
var<private> outputs: array<f32, SAMPLES * OUTPUTS>;
var<private> targets: array<f32, SAMPLES * TARGETS>;
var<private> output_deltas: array<f32, SAMPLES * OUTPUTS>;
var<private> row_weights: array<f32, SAMPLES>;
var<private> own: array<u32, SETTINGS_STRIDE>; // the trial's settings
var<private> slot: u32;
var<private> lane: u32;

fn setting(word: u32) -> f32 { return bitcast<f32>(own[word]); }

fn state_at(segment: u32, k: u32) -> u32 { return ((segment * chunk.slots + slot) * PARAMETERS + k) * LANES + lane; }

// These loops are kept from being unrolled: with one index that is not a constant, drivers keep the arrays in memory,
// where all other accesses are plain moves, and compile in a fraction of the time. Arrays and loops marked `blocks` are
// cut into blocks before compilation, since for some drivers that time grows with the square of an array's accesses.
fn load_settings() {
  for (var word = 0u; word < SETTINGS_STRIDE * chunk.one; word++) { own[word] = settings[slot * SETTINGS_STRIDE + word]; }
}

// A trial that has not begun finds its weights, but no averages.
fn load_state(has_begun: bool) {
  for (var k = 0u; k < PARAMETERS * chunk.one; k++) { // blocks
    weights[k] = state[state_at(0u, k)];
    gradients[k] = vec4f(0.0);
    state_1[k] = select(vec4f(0.0), state[state_at(1u, k)], has_begun);
    if (STATES >= 2u) { // static
      state_2[k] = select(vec4f(0.0), state[state_at(2u, k)], has_begun);
    }
    if (STATES >= 3u) { // static
      state_3[k] = select(vec4f(0.0), state[state_at(3u, k)], has_begun);
    }
  }
}

fn store_state() {
  for (var k = 0u; k < PARAMETERS * chunk.one; k++) { // blocks
    state[state_at(0u, k)] = weights[k];
    state[state_at(1u, k)] = state_1[k];
    if (STATES >= 2u) { // static
      state[state_at(2u, k)] = state_2[k];
    }
    if (STATES >= 3u) { // static
      state[state_at(3u, k)] = state_3[k];
    }
  }
}

fn keep_weights() {
  for (var k = 0u; k < PARAMETERS * chunk.one; k++) { // blocks
    state[state_at(STATES + 1u, k)] = weights[k];
  }
}

fn restore_weights() {
  for (var k = 0u; k < PARAMETERS * chunk.one; k++) { // blocks
    weights[k] = state[state_at(STATES + 1u, k)];
  }
}

// Every lane loads its share of the inputs, and all of the targets.
fn load_row(s: u32, row: u32) {
  for (var j = 0u; j < GROUPS[0]; j++) { // unroll
    let i = j * LANES + lane;
    let value = rows[row * ROW_QUADS + min(i, WIDTHS[0]) / 4u][min(i, WIDTHS[0]) % 4u];
    nodes[s * NODES + j] = select(0.0, value, i < WIDTHS[0]);
    publish(s * NODES + j, lane, nodes[s * NODES + j]);
  }
  for (var k = 0u; k < TARGETS; k++) { // unroll
    targets[s * TARGETS + k] = rows[row * ROW_QUADS + (WIDTHS[0] + k) / 4u][(WIDTHS[0] + k) % 4u];
  }
  row_weights[s] = rows[row * ROW_QUADS + (WIDTHS[0] + TARGETS) / 4u][(WIDTHS[0] + TARGETS) % 4u];
}

// What a unit's output is multiplied with while training: 0 where it is dropped, else 1 / (1 - rate).
fn dropout_scale(layer: u32, units: u32, step: u32, row: u32, unit: u32) -> f32 {
  let rate = setting(DROPOUT_RATES + layer);
  let key = vec2u(own[SEED], STREAM_DROPOUT + (layer << 8u));
  let words = threefry(key, vec2u(step, row * units + unit));
  return select(0.0, 1.0 / (1.0 - rate), unit_interval(words.x) >= rate);
}

// Output of one unit of layer l for row s of the block, whichever lane has it.
fn node(s: u32, place: u32, unit: u32) -> f32 {
  let at = s * NODES + place + unit / LANES;
  return shared_value(at, unit % LANES, nodes[at]);
}

fn delta(s: u32, place: u32, unit: u32) -> f32 {
  let at = s * NODES + place + unit / LANES;
  return shared_value(SAMPLES * NODES + at, unit % LANES, deltas[at]);
}

// Runs the loaded rows through the network; the first of them is row `row` of its mini-batch.
fn forward(training: bool, step: u32, row: u32) {
  for (var l = 0u; l < LAYERS; l++) { // unroll
    var sums: array<f32, SAMPLES * MOST_GROUPS>;
    if (USE_BIAS[l] == 1u) { // static
      for (var j = 0u; j < GROUPS[l + 1u]; j++) { // unroll
        for (var s = 0u; s < SAMPLES; s++) { // unroll
          sums[s * MOST_GROUPS + j] = weights[BIASES[l] + j / 4u][j % 4u];
        }
      }
    }
    for (var q = 0u; q < QUADS[l]; q++) { // unroll
      for (var s = 0u; s < SAMPLES; s++) { // unroll
        var x: vec4f;
        for (var i = 4u * q; i < min(4u * q + 4u, WIDTHS[l]); i++) { // unroll
          x[i % 4u] = node(s, PLACES[l], i);
        }
        for (var j = 0u; j < GROUPS[l + 1u]; j++) { // unroll
          sums[s * MOST_GROUPS + j] += dot(x, weights[KERNELS[l] + q * GROUPS[l + 1u] + j]);
        }
      }
    }
    for (var j = 0u; j < GROUPS[l + 1u]; j++) { // unroll
      let unit = j * LANES + lane;
      for (var s = 0u; s < SAMPLES; s++) { // unroll
        var both = vec2f(sums[s * MOST_GROUPS + j], 0.0);
        if (l + 1u < LAYERS) { // static
          both = activate(ACTIVATIONS[l], both.x, ACTIVATION_PARAMETERS[l]);
          if (DROPOUT[l] == 1u) { // static
            if (training) { both *= dropout_scale(l, WIDTHS[l + 1u], step, row + s, unit); }
          }
        }
        both = select(vec2f(0.0), both, unit < WIDTHS[l + 1u]);
        nodes[s * NODES + PLACES[l + 1u] + j] = both.x;
        deltas[s * NODES + PLACES[l + 1u] + j] = both.y;
        publish(s * NODES + PLACES[l + 1u] + j, lane, both.x);
      }
    }
    sync();
  }
  for (var s = 0u; s < SAMPLES; s++) { // unroll
    for (var k = 0u; k < OUTPUTS; k++) { // unroll
      outputs[s * OUTPUTS + k] = node(s, PLACES[LAYERS], k);
    }
  }
}

// Adds the block's gradients. The layers go from last to first.
fn backward() {
  for (var s = 0u; s < SAMPLES; s++) { // unroll
    for (var k = 0u; k < OUTPUTS; k++) { // unroll
      let at = s * NODES + PLACES[LAYERS] + k / LANES;
      deltas[at] = select(deltas[at], output_deltas[s * OUTPUTS + k], lane == k % LANES);
    }
    for (var j = 0u; j < GROUPS[LAYERS]; j++) { // unroll
      let at = s * NODES + PLACES[LAYERS] + j;
      publish(SAMPLES * NODES + at, lane, deltas[at]);
    }
  }
  sync();
  for (var l = LAYERS; l > 0u; l--) { // unroll
    if (l > 1u) { // static
      var sums: array<f32, SAMPLES * MOST_GROUPS>;
      for (var q = 0u; q < QUADS[l]; q++) { // unroll
        for (var s = 0u; s < SAMPLES; s++) { // unroll
          var d: vec4f;
          for (var u = 4u * q; u < min(4u * q + 4u, WIDTHS[l]); u++) { // unroll
            d[u % 4u] = delta(s, PLACES[l], u);
          }
          for (var j = 0u; j < GROUPS[l - 1u]; j++) { // unroll
            sums[s * MOST_GROUPS + j] += dot(d, weights[COPIES[l - 1u] + q * GROUPS[l - 1u] + j]);
            gradients[COPIES[l - 1u] + q * GROUPS[l - 1u] + j] += d * nodes[s * NODES + PLACES[l - 1u] + j];
          }
        }
      }
      for (var s = 0u; s < SAMPLES; s++) { // unroll
        for (var j = 0u; j < GROUPS[l - 1u]; j++) { // unroll
          let at = s * NODES + PLACES[l - 1u] + j;
          deltas[at] *= sums[s * MOST_GROUPS + j];
          publish(SAMPLES * NODES + at, lane, deltas[at]);
        }
      }
    }
    for (var q = 0u; q < QUADS[l - 1u]; q++) { // unroll
      for (var s = 0u; s < SAMPLES; s++) { // unroll
        var x: vec4f;
        for (var i = 4u * q; i < min(4u * q + 4u, WIDTHS[l - 1u]); i++) { // unroll
          x[i % 4u] = node(s, PLACES[l - 1u], i);
        }
        for (var j = 0u; j < GROUPS[l]; j++) { // unroll
          gradients[KERNELS[l - 1u] + q * GROUPS[l] + j] += x * deltas[s * NODES + PLACES[l] + j];
        }
      }
    }
    if (USE_BIAS[l - 1u] == 1u) { // static
      for (var j = 0u; j < GROUPS[l]; j++) { // unroll
        for (var s = 0u; s < SAMPLES; s++) { // unroll
          gradients[BIASES[l - 1u] + j / 4u][j % 4u] += deltas[s * NODES + PLACES[l] + j];
        }
      }
    }
    sync();
  }
}

fn penalty_of(tensor: u32) -> vec2f {
  return vec2f(setting(PENALTIES + 2u * tensor), setting(PENALTIES + 2u * tensor + 1u));
}

// l1 * sum |w| + l2 * sum w^2 over all tensors.
fn penalty_sum() -> f32 {
  var total = 0.0;
  if (PENALISED == 1u) { // static
    for (var part = 0u; part < PARTS; part++) { // unroll
      if (PART_COUNTS[part] == 1u) { // static
        var sums = vec2f(0.0);
        for (var k = PART_OFFSETS[part]; k < PART_OFFSETS[part + 1u]; k++) { // unroll
          sums += vec2f(dot(abs(weights[k]), vec4f(1.0)), dot(weights[k], weights[k]));
        }
        total += dot(penalty_of(PART_TENSORS[part]), sums);
      }
    }
    total = lane_sum(lane, total);
  }
  return total;
}

// What the gradient of each tensor is multiplied with, so that its norm, or that of all together, keeps the limit.
fn clip_scales(limit: f32) -> array<f32, TENSORS> {
  var scales: array<f32, TENSORS>;
  if (CLIPPING >= 2u) { // static
    var total = 0.0;
    for (var part = 0u; part < PARTS; part++) { // unroll
      if (PART_COUNTS[part] == 1u) { // static
        let penalty = penalty_of(PART_TENSORS[part]);
        var sum = 0.0;
        for (var k = PART_OFFSETS[part]; k < PART_OFFSETS[part + 1u]; k++) { // unroll
          let g = penalised(k, penalty);
          sum += dot(g, g);
        }
        scales[PART_TENSORS[part]] = lane_sum(lane, sum);
        total += scales[PART_TENSORS[part]];
      }
    }
    for (var t = 0u; t < TENSORS; t++) { // unroll
      scales[t] = limit / max(sqrt(select(scales[t], total, CLIPPING == 3u)), limit);
    }
  }
  return scales;
}

fn update(u: Update) {
  var scales = clip_scales(u.clip);
  for (var part = 0u; part < PARTS; part++) { // unroll
    let penalty = penalty_of(PART_TENSORS[part]);
    for (var k = PART_OFFSETS[part]; k < PART_OFFSETS[part + 1u]; k++) { // unroll
      update_weights(k, u, penalty, scales[PART_TENSORS[part]]);
    }
  }
}

fn clear_gradients() {
  for (var k = 0u; k < PARAMETERS; k++) { // unroll
    gradients[k] = vec4f(0.0);
  }
}

// Loss, right outputs and absolute errors of a mini-batch, summed over its rows; leaves its gradient.
fn train_batch(visits: Order, first: u32, count: u32, step: u32) -> vec3f {
  let smoothing = setting(LABEL_SMOOTHING);
  let before_validation = own[FIRST_VALIDATION] - own[FIRST_ROW];
  let validation_rows = own[END_VALIDATION] - own[FIRST_VALIDATION];
  var sums = vec3f(0.0);
  clear_gradients();
  for (var row = 0u; row < count; row += SAMPLES) {
    for (var s = 0u; s < SAMPLES; s++) { // unroll
      // Places behind the last row take the first one again, and count nothing.
      let in_order = first + select(0u, row + s, row + s < count);
      let place = select(in_order, permuted(visits, in_order), own[SHUFFLED] == 1u);
      load_row(s, own[FIRST_ROW] + place + select(0u, validation_rows, place >= before_validation));
    }
    sync();
    forward(true, step, row);
    for (var s = 0u; s < SAMPLES; s++) { // unroll
      let counts = select(0.0, 1.0, row + s < count);
      var weight = row_weights[s] * counts;
      if (CLASSES > 0u) { // static
        weight *= setting(CLASS_WEIGHTS + u32(targets[s * TARGETS]));
      }
      sums += vec3f(weight, counts, counts) * output_loss(s, weight / f32(count), smoothing);
    }
    backward();
  }
  return sums;
}

// Sums over the validation rows, and the confusion counts of a single binary output.
fn validate(begin: u32, end: u32) -> array<vec4f, 2> {
  let smoothing = setting(LABEL_SMOOTHING);
  var sums = vec4f(0.0);
  var confusion = vec4f(0.0); // true and false positives, false and true negatives
  for (var first = begin; first < end; first += SAMPLES) {
    for (var s = 0u; s < SAMPLES; s++) { // unroll
      load_row(s, select(first, first + s, first + s < end));
    }
    sync();
    forward(false, 0u, 0u);
    for (var s = 0u; s < SAMPLES; s++) { // unroll
      let counts = select(0.0, 1.0, first + s < end);
      sums += vec4f(vec3f(row_weights[s] * counts, counts, counts) * output_loss(s, 0.0, smoothing), 0.0);
      if (LOSS == 0u && OUTPUTS == 1u) { // static
        let positive = select(0.0, counts, outputs[s] > 0.0);
        let negative = counts - positive;
        confusion += select(
          vec4f(0.0, positive, 0.0, negative), vec4f(positive, 0.0, negative, 0.0), targets[s] > 0.5,
        );
      }
    }
  }
  return array<vec4f, 2>(sums, confusion);
}

fn rate_of(kept: f32, epoch: u32, step: u32) -> f32 {
  let kind = own[RATE_KIND];
  let index = select(select(0u, epoch, kind == 1u), step, kind == 2u);
  return select(tables[own[RATE_TABLE] + index], kept, kind == 0u);
}

fn update_of(rate: f32, step: u32) -> Update {
  var u: Update;
  u.rate = rate;
  if (OPTIMIZER == 2u) { // static
    let at = own[CORRECTIONS] + 2u * min(step, own[LAST_CORRECTION]);
    u.step_size = rate * tables[at] / tables[at + 1u];
    u.fresh_1 = setting(FRESH_1);
  }
  u.fresh_2 = setting(FRESH_2);
  u.rho = setting(RHO);
  u.epsilon = setting(EPSILON);
  u.momentum = setting(MOMENTUM);
  u.decay = setting(WEIGHT_DECAY);
  u.clip = setting(CLIP);
  return u;
}

// What bounds the loops of a trial. Read from `settings` itself, so that it is known to be the same in all lanes.
struct Bounds { batch: u32, training_rows: u32, first_validation: u32, end_validation: u32 }

fn bounds_of(at: u32) -> Bounds {
  let first_validation = settings[at + FIRST_VALIDATION];
  let end_validation = settings[at + END_VALIDATION];
  let training_rows = settings[at + END_ROW] - settings[at + FIRST_ROW] - (end_validation - first_validation);
  return Bounds(settings[at + BATCH], training_rows, first_validation, end_validation);
}

fn train_epoch(group: u32, epoch_in_chunk: u32, bounds: Bounds, before: Progress) -> Progress {
  var p = before;
  let validation_rows = bounds.end_validation - bounds.first_validation;
  let visits = epoch_order(own[SEED], p.epoch, bounds.training_rows);
  var training = vec3f(0.0);
  var rate_at_start = 0.0;
  for (var first = 0u; first < bounds.training_rows; first += bounds.batch) {
    let count = min(bounds.batch, bounds.training_rows - first);
    p.rate = rate_of(p.rate, p.epoch, p.step);
    rate_at_start = select(rate_at_start, p.rate, first == 0u);
    let penalty = f32(count) * penalty_sum();
    training += train_batch(visits, first, count, p.step) + vec3f(penalty, 0.0, 0.0);
    update(update_of(p.rate, p.step));
    p.step++;
  }
  let judged = validate(bounds.first_validation, bounds.end_validation);
  let validation = judged[0] + vec4f(f32(validation_rows) * penalty_sum(), 0.0, 0.0, 0.0);
  p.epoch++;
  let metrics = vec4f(
    training.x, select(training.y, training.z, LOSS == 2u), validation.x, select(validation.y, validation.z, LOSS == 2u),
  );
  let counts = vec2f(f32(bounds.training_rows), f32(validation_rows));
  p = end_epoch(metrics / counts.xxyy, p);
  if (KEEPS == 1u) { // static
    if (p.best_epoch == p.epoch) { keep_weights(); }
  }
  var record = array<vec4f, 3>(vec4f(training, rate_at_start), vec4f(validation.xyz, p.rate), judged[1]);
  let at = 3u * (epoch_in_chunk * chunk.trials + group);
  if (lane == 0u) {
    for (var part = 0u; part < 3u * chunk.one; part++) { history[at + part] = record[part]; }
  }
  return p;
}

@compute @workgroup_size(LANES)
fn train_subgroup(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) index: u32) {
  lane = index;
  if (id.x >= chunk.trials) { return; }
  slot = order[id.x];
  let bounds = bounds_of(order[id.x] * SETTINGS_STRIDE);
  var p = load_progress(slot);
  if (same_for_all(lane, p.status) != RUNNING) { return; }
  load_settings();
  load_state(p.step > 0u);
  for (var e = 0u; e < chunk.epochs; e++) {
    p = train_epoch(id.x, e, bounds, p);
    if (same_for_all(lane, p.status) != RUNNING) { break; }
  }
  if (KEEPS == 1u) { // static
    if (p.status != RUNNING && p.best_epoch > 0u) { restore_weights(); }
  }
  store_state();
  if (lane == 0u) { store_progress(slot, p); }
}
