// Whole trainings, one lane a trial: its weights, the optimiser's slow averages and a block of SAMPLES rows lie in the
// lane's own memory, and no lane waits for another. Loops marked `unroll` are written out before compilation, and
// conditions marked `static` decided (src/engine/webgpu/unroll.ts), so that every index into them is a constant.
//
// Numbers lie in groups of four, which shortens the code: a layer's outputs one after the other, its kernel either with
// four units in a group (input after input) or, BY_INPUTS, with four inputs in a group (unit after unit), whichever
// wastes less. What is left over in a last group always holds zeros.
const GROUP: u32 = 8u; // lanes of a workgroup
const SAMPLES: u32 = 2u; // rows that go through the network together
const LAYERS: u32 = 2u;
const WIDTHS = array<u32, 3>(3u, 4u, 2u); // inputs, then the units of each layer
const QUADS = array<u32, 3>(1u, 1u, 1u); // the same in groups
const PLACES = array<u32, 3>(0u, 1u, 2u); // where each layer's outputs begin among those of a row; first the inputs
const NODES: u32 = 3u; // groups that they take together
const BY_INPUTS = array<u32, 2>(0u, 1u);
const KERNELS = array<u32, 2>(0u, 4u); // where each layer's kernel begins among the parameters' groups
const BIASES = array<u32, 2>(3u, 6u);
const USE_BIAS = array<u32, 2>(1u, 1u);
const PARAMETERS: u32 = 7u; // groups
const TENSORS: u32 = 4u;
const PARTS: u32 = 4u; // kernels and biases
const PART_OFFSETS = array<u32, 5>(0u, 3u, 4u, 6u, 7u);
const PART_TENSORS = array<u32, 4>(0u, 1u, 2u, 3u);
const PART_COUNTS = array<u32, 4>(1u, 1u, 1u, 1u);
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
const HELD: u32 = 7u; // groups for which the lane holds averages
const HELD_2: u32 = 7u; // the same of the second and third average, which not all optimisers have
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

// One submit: `trials` lanes train up to `epochs` epochs more; the buffers have room for `slots` trials.
struct Chunk {
  trials: u32,
  epochs: u32,
  slots: u32,
  one: u32, // always 1: a bound multiplied by it is no constant, so that drivers do not unroll the loop
}

@group(0) @binding(0) var<uniform> chunk: Chunk;
@group(0) @binding(1) var<storage, read> order: array<u32>; // the slot of each lane's trial
@group(0) @binding(2) var<storage, read> rows: array<vec4f>;
@group(0) @binding(3) var<storage, read> settings: array<u32>;
@group(0) @binding(4) var<storage, read> tables: array<f32>; // learning rates, Adam's corrections
@group(0) @binding(5) var<storage, read_write> state: array<vec4f>; // weights, averages, kept weights of all trials
@group(0) @binding(6) var<storage, read_write> progress: array<u32>;
@group(0) @binding(7) var<storage, read_write> history: array<vec4f>; // three an epoch, with policies four

var<private> weights: array<vec4f, PARAMETERS>; // blocks
var<private> gradients: array<vec4f, PARAMETERS>; // blocks
var<private> state_1: array<vec4f, HELD>; // blocks
var<private> state_2: array<vec4f, HELD_2>; // blocks
var<private> state_3: array<vec4f, HELD_3>; // blocks
var<private> nodes: array<vec4f, SAMPLES * NODES>; // outputs of all layers
var<private> deltas: array<vec4f, SAMPLES * NODES>; // slopes of the activations, then the loss's gradient at their sums
var<private> outputs: array<f32, SAMPLES * OUTPUTS>;
var<private> targets: array<f32, SAMPLES * TARGETS>;
var<private> output_deltas: array<f32, SAMPLES * OUTPUTS>;
var<private> row_weights: array<f32, SAMPLES>;
var<private> own: array<u32, SETTINGS_STRIDE>; // the trial's settings
var<private> slot: u32;

// A trial's only lane exchanges nothing.
const lane: u32 = 0u;
fn sync() { }
fn lane_sum(lane: u32, value: f32) -> f32 { return value; }
fn same_for_all(lane: u32, value: u32) -> u32 { return value; }

fn setting(word: u32) -> f32 { return bitcast<f32>(own[word]); }

fn state_at(segment: u32, k: u32) -> u32 { return (segment * chunk.slots + slot) * PARAMETERS + k; }

fn load_row(s: u32, row: u32) {
  var quads: array<vec4f, ROW_QUADS>;
  for (var q = 0u; q < ROW_QUADS; q++) { // unroll
    quads[q] = rows[row * ROW_QUADS + q];
  }
  for (var q = 0u; q < QUADS[0]; q++) { // unroll
    nodes[s * NODES + q] = quads[q];
  }
  // Behind the inputs stand the targets and the weight.
  for (var i = WIDTHS[0]; i < 4u * QUADS[0]; i++) { // unroll
    nodes[s * NODES + i / 4u][i % 4u] = 0.0;
  }
  for (var k = 0u; k < TARGETS; k++) { // unroll
    targets[s * TARGETS + k] = quads[(WIDTHS[0] + k) / 4u][(WIDTHS[0] + k) % 4u];
  }
  row_weights[s] = quads[(WIDTHS[0] + TARGETS) / 4u][(WIDTHS[0] + TARGETS) % 4u];
}

// Runs the loaded rows through the network; the first of them is row `row` of its mini-batch.
fn forward(training: bool, step: u32, row: u32) {
  for (var l = 0u; l < LAYERS; l++) { // unroll
    for (var q = 0u; q < QUADS[l + 1u]; q++) { // unroll
      var sums: array<vec4f, SAMPLES>;
      if (USE_BIAS[l] == 1u) { // static
        for (var s = 0u; s < SAMPLES; s++) { // unroll
          sums[s] = weights[BIASES[l] + q];
        }
      }
      if (BY_INPUTS[l] == 0u) { // static
        for (var i = 0u; i < WIDTHS[l]; i++) { // unroll
          for (var s = 0u; s < SAMPLES; s++) { // unroll
            sums[s] += nodes[s * NODES + PLACES[l] + i / 4u][i % 4u] * weights[KERNELS[l] + i * QUADS[l + 1u] + q];
          }
        }
      }
      for (var u = 4u * q; u < min(4u * q + 4u, WIDTHS[l + 1u]); u++) { // unroll
        if (BY_INPUTS[l] == 1u) { // static
          for (var i = 0u; i < QUADS[l]; i++) { // unroll
            for (var s = 0u; s < SAMPLES; s++) { // unroll
              sums[s][u % 4u] += dot(nodes[s * NODES + PLACES[l] + i], weights[KERNELS[l] + u * QUADS[l] + i]);
            }
          }
        }
        for (var s = 0u; s < SAMPLES; s++) { // unroll
          if (l + 1u < LAYERS) { // static
            var both = activate(ACTIVATIONS[l], sums[s][u % 4u], ACTIVATION_PARAMETERS[l]);
            if (DROPOUT[l] == 1u) { // static
              if (training) { both *= dropout_scale(l, WIDTHS[l + 1u], step, row + s, u); }
            }
            nodes[s * NODES + PLACES[l + 1u] + q][u % 4u] = both.x;
            deltas[s * NODES + PLACES[l + 1u] + q][u % 4u] = both.y;
          } else {
            outputs[s * OUTPUTS + u] = sums[s][u % 4u];
          }
        }
      }
    }
  }
}

// Adds the block's gradients. The layers go from last to first.
fn backward() {
  for (var s = 0u; s < SAMPLES; s++) { // unroll
    for (var k = 0u; k < OUTPUTS; k++) { // unroll
      deltas[s * NODES + PLACES[LAYERS] + k / 4u][k % 4u] = output_deltas[s * OUTPUTS + k];
    }
  }
  for (var l = LAYERS; l > 0u; l--) { // unroll
    if (BY_INPUTS[l - 1u] == 1u) { // static
      for (var i = 0u; i < QUADS[l - 1u]; i++) { // unroll
        var sums: array<vec4f, SAMPLES>;
        for (var u = 0u; u < WIDTHS[l]; u++) { // unroll
          var gradient = gradients[KERNELS[l - 1u] + u * QUADS[l - 1u] + i];
          for (var s = 0u; s < SAMPLES; s++) { // unroll
            let delta = deltas[s * NODES + PLACES[l] + u / 4u][u % 4u];
            gradient += delta * nodes[s * NODES + PLACES[l - 1u] + i];
            if (l > 1u) { // static
              sums[s] += delta * weights[KERNELS[l - 1u] + u * QUADS[l - 1u] + i];
            }
          }
          gradients[KERNELS[l - 1u] + u * QUADS[l - 1u] + i] = gradient;
        }
        if (l > 1u) { // static
          for (var s = 0u; s < SAMPLES; s++) { // unroll
            deltas[s * NODES + PLACES[l - 1u] + i] *= sums[s];
          }
        }
      }
    } else {
      for (var i = 0u; i < WIDTHS[l - 1u]; i++) { // unroll
        var sums: array<f32, SAMPLES>;
        for (var q = 0u; q < QUADS[l]; q++) { // unroll
          var gradient = gradients[KERNELS[l - 1u] + i * QUADS[l] + q];
          for (var s = 0u; s < SAMPLES; s++) { // unroll
            gradient += nodes[s * NODES + PLACES[l - 1u] + i / 4u][i % 4u] * deltas[s * NODES + PLACES[l] + q];
            if (l > 1u) { // static
              sums[s] += dot(deltas[s * NODES + PLACES[l] + q], weights[KERNELS[l - 1u] + i * QUADS[l] + q]);
            }
          }
          gradients[KERNELS[l - 1u] + i * QUADS[l] + q] = gradient;
        }
        if (l > 1u) { // static
          for (var s = 0u; s < SAMPLES; s++) { // unroll
            deltas[s * NODES + PLACES[l - 1u] + i / 4u][i % 4u] *= sums[s];
          }
        }
      }
    }
    if (USE_BIAS[l - 1u] == 1u) { // static
      for (var q = 0u; q < QUADS[l]; q++) { // unroll
        for (var s = 0u; s < SAMPLES; s++) { // unroll
          gradients[BIASES[l - 1u] + q] += deltas[s * NODES + PLACES[l] + q];
        }
      }
    }
  }
}

@compute @workgroup_size(GROUP)
fn train_lane(@builtin(global_invocation_id) id: vec3u) {
  if (id.x < chunk.trials) { train_trial(id.x); }
}
