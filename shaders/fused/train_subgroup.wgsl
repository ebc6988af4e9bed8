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
const ADAPTS: u32 = 0u; // 1: some trial has policies
const MEASURES_NOISE: u32 = 0u; // 1: some trial's batches follow the noise of its gradient
const SETTINGS_STRIDE: u32 = 46u;
const DROPOUT_RATES: u32 = 44u; // where they begin in a row of `settings`
const CLASS_WEIGHTS: u32 = 46u;
const POLICIES: u32 = 46u;
const PROGRESS_STRIDE: u32 = 16u;

// begin lib/settings.wgsl
// end
// begin lib/progress.wgsl
// end
// begin lib/random.wgsl
// end
// begin lib/permutation.wgsl
// end
// begin lib/activation.wgsl
fn activate(kind: u32, z: f32, parameter: f32) -> vec2f { return vec2f(z, parameter + f32(kind)); }
// end
// begin lib/output_loss.wgsl
// end
// begin lib/update.wgsl
// end
// begin lib/exchange_workgroup.wgsl or lib/exchange_subgroup.wgsl
fn publish(at: u32, lane: u32, value: f32) { }
fn sync() { }
fn shared_value(at: u32, owner: u32, value: f32) -> f32 { return value; }
fn lane_sum(lane: u32, value: f32) -> f32 { return value; }
fn same_for_all(lane: u32, value: u32) -> u32 { return value; }
// end
// begin lib/trial_state.wgsl
// end
// begin lib/mini_batch.wgsl
fn dropout_scale(layer: u32, units: u32, step: u32, row: u32, unit: u32) -> f32 { return setting(DROPOUT_RATES + layer); }
// end
// begin lib/training_step.wgsl
// end
// begin lib/plateau.wgsl
// end
// begin lib/epoch_end.wgsl
// end
// begin lib/policies.wgsl
// end
// begin lib/gradient_noise.wgsl
// end
// begin lib/train_trial.wgsl
fn train_trial(place: u32) { slot = order[place]; }
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
@group(0) @binding(7) var<storage, read_write> history: array<vec4f>; // three an epoch, with policies four

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

@compute @workgroup_size(LANES)
fn train_subgroup(@builtin(workgroup_id) id: vec3u, @builtin(local_invocation_index) index: u32) {
  lane = index;
  if (id.x < chunk.trials) { train_trial(id.x); }
}
