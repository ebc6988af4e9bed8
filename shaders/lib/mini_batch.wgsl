// One mini-batch through the network and back, and the validation rows through it; the kernel knows how its lanes share
// the work of a block of SAMPLES rows.
// begin the kernel's own
const SAMPLES: u32 = 2u;
const PARAMETERS: u32 = 5u;
const LOSS: u32 = 1u;
const OUTPUTS: u32 = 2u;
const TARGETS: u32 = 1u;
const CLASSES: u32 = 0u; // class weights of a trial; 0: none
const DROPOUT_RATES: u32 = 44u;
const CLASS_WEIGHTS: u32 = 46u;
var<private> gradients: array<vec4f, PARAMETERS>;
var<private> outputs: array<f32, SAMPLES * OUTPUTS>;
var<private> targets: array<f32, SAMPLES * TARGETS>;
var<private> row_weights: array<f32, SAMPLES>;
var<private> own: array<u32, 46>;
fn setting(word: u32) -> f32 { return bitcast<f32>(own[word]); }
fn load_row(s: u32, row: u32) { }
fn sync() { }
fn forward(training: bool, step: u32, row: u32) { }
fn backward() { }
// end
// begin lib/settings.wgsl
// end
// begin lib/random.wgsl
const STREAM_DROPOUT: u32 = 3u;
fn threefry(key: vec2u, counter: vec2u) -> vec2u { return key + counter; }
fn unit_interval(word: u32) -> f32 { return f32(word); }
// end
// begin lib/permutation.wgsl
struct Order { size: u32 }
fn permuted(order: Order, index: u32) -> u32 { return index; }
// end
// begin lib/output_loss.wgsl
fn output_loss(s: u32, scale: f32, smoothing: f32) -> vec3f { return vec3f(outputs[s]); }
// end

// What a unit's output is multiplied with while training: 0 where it is dropped, else 1 / (1 - rate).
fn dropout_scale(layer: u32, units: u32, step: u32, row: u32, unit: u32) -> f32 {
  let rate = setting(DROPOUT_RATES + layer);
  let key = vec2u(own[SEED], STREAM_DROPOUT + (layer << 8u));
  let words = threefry(key, vec2u(step, row * units + unit));
  return select(0.0, 1.0 / (1.0 - rate), unit_interval(words.x) >= rate);
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
