// The epochs of one trial: what a submit does for each of its places.
// begin the kernel's own
const LOSS: u32 = 1u;
const KEEPS: u32 = 0u; // 1: some trial goes back to its best weights
const ADAPTS: u32 = 0u; // 1: some trial has policies
const MEASURES_NOISE: u32 = 0u; // 1: some trial's batches follow the noise of its gradient
const SETTINGS_STRIDE: u32 = 46u;
struct Chunk { trials: u32, epochs: u32, slots: u32, one: u32 }
@group(0) @binding(0) var<uniform> chunk: Chunk;
@group(0) @binding(1) var<storage, read> order: array<u32>;
@group(0) @binding(3) var<storage, read> settings: array<u32>;
@group(0) @binding(7) var<storage, read_write> history: array<vec4f>;
var<private> own: array<u32, SETTINGS_STRIDE>;
var<private> slot: u32;
var<private> lane: u32;
fn same_for_all(lane: u32, value: u32) -> u32 { return value; }
// end
// begin lib/settings.wgsl
// end
// begin lib/progress.wgsl
const RUNNING: u32 = 0u;
struct Progress { status: u32, epoch: u32, step: u32, rate: f32, best_epoch: u32 }
fn load_progress(slot: u32) -> Progress { return Progress(0u, 0u, 0u, 0.0, 0u); }
fn store_progress(slot: u32, p: Progress) { }
// end
// begin lib/permutation.wgsl
struct Order { size: u32 }
fn epoch_order(seed: u32, epoch: u32, size: u32) -> Order { return Order(size); }
// end
// begin lib/trial_state.wgsl
fn load_settings() { }
fn load_state(has_begun: bool) { }
fn store_state() { }
fn keep_weights() { }
fn restore_weights() { }
// end
// begin lib/mini_batch.wgsl
fn train_batch(visits: Order, first: u32, count: u32, step: u32) -> vec3f { return vec3f(0.0); }
fn validate(begin: u32, end: u32) -> array<vec4f, 2> { return array<vec4f, 2>(vec4f(0.0), vec4f(0.0)); }
// end
// begin lib/training_step.wgsl
struct Update { rate: f32 }
fn rate_of(kept: f32, epoch: u32, step: u32) -> f32 { return kept; }
fn update_of(rate: f32, step: u32) -> Update { return Update(rate); }
fn penalty_sum() -> f32 { return 0.0; }
fn update(u: Update) { }
// end
// begin lib/epoch_end.wgsl
fn end_epoch(metrics: vec4f, before: Progress) -> Progress { return before; }
// end
// begin lib/policies.wgsl
struct Policy { batch: u32, penalty_scale: f32 }
struct NoiseSums { steps: f32 }
var<private> policy: Policy;
fn load_policy(slot: u32, has_begun: bool) { }
fn store_policy(slot: u32) { }
fn noise_scale() -> f32 { return 0.0; }
fn end_policies(metrics: vec4f, losses: vec2f, sums: NoiseSums) { }
// end
// begin lib/gradient_noise.wgsl
fn end_noise_step(count: u32, u: Update) { }
fn end_noise_epoch() -> NoiseSums { return NoiseSums(0.0); }
// end

// What bounds the loops of a trial. Read from `settings` itself, so that it is known to be the same in all lanes.
struct Bounds { batch: u32, training_rows: u32, first_validation: u32, end_validation: u32 }

fn bounds_of(at: u32) -> Bounds {
  let first_validation = settings[at + FIRST_VALIDATION];
  let end_validation = settings[at + END_VALIDATION];
  let training_rows = settings[at + END_ROW] - settings[at + FIRST_ROW] - (end_validation - first_validation);
  return Bounds(settings[at + BATCH], training_rows, first_validation, end_validation);
}

// Lets the policies decide. Returns what goes into the history: rows of a mini-batch and factor of the penalties in the
// epoch that ended, the noise scale after it, and the steps that are done.
fn adapt(metrics: vec4f, losses: vec2f, steps: u32) -> vec4f {
  let batch = f32(policy.batch);
  let scale = policy.penalty_scale;
  var sums: NoiseSums;
  if (MEASURES_NOISE == 1u) { // static
    sums = end_noise_epoch();
  }
  end_policies(metrics, losses, sums);
  return vec4f(batch, noise_scale(), scale, f32(steps));
}

fn train_epoch(place: u32, epoch_in_chunk: u32, bounds: Bounds, before: Progress) -> Progress {
  var p = before;
  let validation_rows = bounds.end_validation - bounds.first_validation;
  let visits = epoch_order(own[SEED], p.epoch, bounds.training_rows);
  var training = vec3f(0.0);
  var unpenalised = 0.0;
  var rate_at_start = 0.0;
  for (var first = 0u; first < bounds.training_rows; first += bounds.batch) {
    let count = min(bounds.batch, bounds.training_rows - first);
    p.rate = rate_of(p.rate, p.epoch, p.step);
    rate_at_start = select(rate_at_start, p.rate, first == 0u);
    let penalty = f32(count) * penalty_sum();
    let sums = train_batch(visits, first, count, p.step);
    training += sums + vec3f(penalty, 0.0, 0.0);
    unpenalised += sums.x;
    let u = update_of(p.rate, p.step);
    update(u);
    if (MEASURES_NOISE == 1u) { // static
      end_noise_step(count, u);
    }
    p.step++;
  }
  let judged = validate(bounds.first_validation, bounds.end_validation);
  let validation = judged[0] + vec4f(f32(validation_rows) * penalty_sum(), 0.0, 0.0, 0.0);
  p.epoch++;
  let scores = select(vec2f(training.y, validation.y), vec2f(training.z, validation.z), LOSS == 2u);
  let counts = vec2f(f32(bounds.training_rows), f32(validation_rows));
  let epoch_metrics = vec4f(training.x, scores.x, validation.x, scores.y) / counts.xxyy;
  p = end_epoch(epoch_metrics, p);
  if (KEEPS == 1u) { // static
    if (p.best_epoch == p.epoch) { keep_weights(); }
  }
  var record = array<vec4f, 3>(
    vec4f(training.x, scores.x, unpenalised, rate_at_start),
    vec4f(validation.x, scores.y, judged[0].x, p.rate),
    judged[1],
  );
  let at = (3u + ADAPTS) * (epoch_in_chunk * chunk.trials + place);
  if (lane == 0u) {
    for (var part = 0u; part < 3u * chunk.one; part++) { history[at + part] = record[part]; }
  }
  if (ADAPTS == 1u) { // static
    let record_of_policies = adapt(epoch_metrics, vec2f(unpenalised, judged[0].x) / counts, p.step);
    if (lane == 0u) { history[at + 3u] = record_of_policies; }
  }
  return p;
}

// Trains the trial in place `place` of the submit for the submit's epochs, or until its own rules end it.
fn train_trial(place: u32) {
  slot = order[place];
  var bounds = bounds_of(order[place] * SETTINGS_STRIDE);
  var p = load_progress(slot);
  if (same_for_all(lane, p.status) != RUNNING) { return; }
  load_settings();
  load_state(p.step > 0u);
  if (ADAPTS == 1u) { // static
    load_policy(slot, p.step > 0u);
  }
  for (var e = 0u; e < chunk.epochs; e++) {
    if (ADAPTS == 1u) { // static
      bounds.batch = same_for_all(lane, policy.batch);
    }
    p = train_epoch(place, e, bounds, p);
    if (same_for_all(lane, p.status) != RUNNING) { break; }
  }
  if (KEEPS == 1u) { // static
    if (p.status != RUNNING && p.best_epoch > 0u) { restore_weights(); }
  }
  store_state();
  if (lane == 0u) { store_progress(slot, p); }
  if (ADAPTS == 1u) { // static
    if (lane == 0u) { store_policy(slot); }
  }
}
