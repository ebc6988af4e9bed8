// A trial's settings, weights and averages on their way between the buffers and the memory of its lanes.
// begin the kernel's own
const PARAMETERS: u32 = 5u; // groups of four that a lane keeps
const STATES: u32 = 2u; // slow averages of each weight
const SETTINGS_STRIDE: u32 = 46u;
struct Chunk { trials: u32, epochs: u32, slots: u32, one: u32 }
@group(0) @binding(0) var<uniform> chunk: Chunk;
@group(0) @binding(3) var<storage, read> settings: array<u32>;
@group(0) @binding(5) var<storage, read_write> state: array<vec4f>;
var<private> weights: array<vec4f, PARAMETERS>;
var<private> gradients: array<vec4f, PARAMETERS>;
var<private> state_1: array<vec4f, PARAMETERS>;
var<private> state_2: array<vec4f, PARAMETERS>;
var<private> state_3: array<vec4f, PARAMETERS>;
var<private> own: array<u32, SETTINGS_STRIDE>;
var<private> slot: u32;
fn state_at(segment: u32, k: u32) -> u32 { return segment + k; }
// end

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
