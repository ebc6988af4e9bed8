// What a trial's policies decide at the end of an epoch: how its batches grow (src/train/batch-policies.ts) and how
// strong its penalties are (src/train/penalty-policy.ts).
// begin the kernel's own
const PROGRESS_STRIDE: u32 = 32u;
const POLICIES: u32 = 44u; // where the policies' settings begin
struct Chunk { one: u32 }
@group(0) @binding(0) var<uniform> chunk: Chunk;
@group(0) @binding(6) var<storage, read_write> progress: array<u32>;
var<private> own: array<u32, 60>; // the trial's settings
fn setting(word: u32) -> f32 { return bitcast<f32>(own[word]); }
// end
// begin lib/settings.wgsl
// end
// begin lib/progress.wgsl
const PROGRESS_WORDS: u32 = 16u;
// end
// begin lib/plateau.wgsl
// end

// Settings, counted from POLICIES on.
const MOST_BATCH: u32 = 0u; // rows of the largest mini-batch that a policy may ask for
const GROWTH_MONITOR: u32 = 1u; // a metric's number, or 4: batches do not grow on a plateau
const GROWTH_SIGN: u32 = 2u;
const GROWTH_DELTA: u32 = 3u;
const GROWTH_PATIENCE: u32 = 4u;
const GROWTH_COOLDOWN: u32 = 5u;
const GROWTH_FACTOR: u32 = 6u;
const NOISE_SHARE: u32 = 7u; // rows of a batch for each of the noise scale; 0.0: batches do not follow it
const NOISE_SMOOTHING: u32 = 8u;
const PENALTY_ADAPTS: u32 = 9u; // 0: the penalties keep their strength
const PENALTY_UPPER: u32 = 10u;
const PENALTY_LOWER: u32 = 11u;
const PENALTY_FACTOR: u32 = 12u;
const PENALTY_PATIENCE: u32 = 13u;
const PENALTY_LEAST: u32 = 14u;
const PENALTY_MOST: u32 = 15u;
const POLICY_SETTINGS: u32 = 16u;

// Words of a row of `progress` behind those of lib/progress.wgsl.
const POLICY_WORDS: u32 = 16u;

struct Policy {
  batch: u32, // rows of a mini-batch
  growth: Plateau,
  has_noise: u32, // 1: the two numbers that follow have been measured
  gradient_square: f32, // squared length of the true gradient, smoothed over the epochs
  gradient_variance: f32, // trace of the covariance of a row's gradient, smoothed too
  average_weight: f32, // weight of all gradients in the optimiser's average of them
  penalty_scale: f32,
  above: u32, // epochs in a row whose gap was above the upper limit
  below: u32,
  has_losses: u32, // 1: there is an epoch before, whose validation loss follows
  validation_loss: f32,
}

// Sums over the steps of an epoch, with which the gradient's noise is measured: see lib/gradient_noise.wgsl.
struct NoiseSums { along: f32, squared: f32, inverse_rows: f32, steps: f32 }

// Above this nothing but noise is left.
const MOST_NOISE: f32 = 1e6;

var<private> policy: Policy;

fn policy_setting(word: u32) -> f32 { return setting(POLICIES + word); }

fn load_policy(slot: u32, has_begun: bool) {
  let at = slot * PROGRESS_STRIDE + PROGRESS_WORDS;
  var words: array<u32, POLICY_WORDS>;
  for (var word = 0u; word < POLICY_WORDS * chunk.one; word++) { words[word] = progress[at + word]; }
  policy = Policy(
    select(own[BATCH], words[0], has_begun),
    Plateau(words[1], bitcast<f32>(words[2]), words[3], words[4]),
    words[5], bitcast<f32>(words[6]), bitcast<f32>(words[7]), bitcast<f32>(words[8]),
    select(1.0, bitcast<f32>(words[9]), has_begun), words[10], words[11], words[12], bitcast<f32>(words[13]),
  );
}

fn store_policy(slot: u32) {
  let at = slot * PROGRESS_STRIDE + PROGRESS_WORDS;
  var words = array<u32, POLICY_WORDS>(
    policy.batch, policy.growth.has_best, bitcast<u32>(policy.growth.best), policy.growth.wait, policy.growth.cooling,
    policy.has_noise, bitcast<u32>(policy.gradient_square), bitcast<u32>(policy.gradient_variance),
    bitcast<u32>(policy.average_weight), bitcast<u32>(policy.penalty_scale), policy.above, policy.below,
    policy.has_losses, bitcast<u32>(policy.validation_loss), 0u, 0u,
  );
  for (var word = 0u; word < POLICY_WORDS * chunk.one; word++) { progress[at + word] = words[word]; }
}

fn grow_batch_on_plateau(metrics: vec4f) {
  let which = own[POLICIES + GROWTH_MONITOR];
  if (which >= 4u) { return; }
  let rule = PlateauRule(
    policy_setting(GROWTH_SIGN), policy_setting(GROWTH_DELTA),
    own[POLICIES + GROWTH_PATIENCE], own[POLICIES + GROWTH_COOLDOWN],
  );
  let most = own[POLICIES + MOST_BATCH];
  let watched = watch_plateau(monitored(metrics, which), rule, policy.batch < most, policy.growth);
  policy.growth = watched.seen;
  let grown = u32(floor(f32(policy.batch) * policy_setting(GROWTH_FACTOR) + 0.5));
  policy.batch = select(policy.batch, min(most, max(policy.batch + 1u, grown)), watched.acts);
}

fn smoothed(before: f32, value: f32) -> f32 {
  return select(value, value + (before - value) * policy_setting(NOISE_SMOOTHING), policy.has_noise == 1u);
}

// The gradient's noise scale in rows; 0 while it is not known.
fn noise_scale() -> f32 {
  let square = policy.gradient_square;
  let variance = policy.gradient_variance;
  if (!(variance > 0.0)) { return 0.0; }
  return select(MOST_NOISE, variance / square, square * MOST_NOISE > variance);
}

fn grow_batch_with_noise(sums: NoiseSums) {
  let share = policy_setting(NOISE_SHARE);
  if (share == 0.0 || sums.steps == 0.0) { return; }
  policy.gradient_square = smoothed(policy.gradient_square, sums.along / sums.steps);
  policy.gradient_variance = smoothed(policy.gradient_variance, (sums.squared - sums.along) / sums.inverse_rows);
  policy.has_noise = 1u;
  let most = min(2u * policy.batch, own[POLICIES + MOST_BATCH]);
  let wanted = u32(min(floor(share * noise_scale() + 0.5), f32(most)));
  policy.batch = max(policy.batch, wanted);
}

// losses: of the training and of the validation rows, without penalties. The training loss is a mean over the epoch, in
// which the weights moved on: it is compared with the mean of the validation losses before and after the epoch.
fn adapt_penalty(losses: vec2f) {
  if (own[POLICIES + PENALTY_ADAPTS] == 0u) { return; }
  let is_first = policy.has_losses == 0u;
  let gap = 0.5 * (policy.validation_loss + losses.y) - losses.x;
  policy.validation_loss = losses.y;
  policy.has_losses = 1u;
  if (is_first) { return; }
  policy.above = select(0u, policy.above + 1u, gap > policy_setting(PENALTY_UPPER) * losses.x);
  policy.below = select(0u, policy.below + 1u, gap < policy_setting(PENALTY_LOWER) * losses.x);
  let patience = own[POLICIES + PENALTY_PATIENCE];
  let factor = policy_setting(PENALTY_FACTOR);
  if (policy.above >= patience) {
    policy.penalty_scale = min(policy.penalty_scale * factor, policy_setting(PENALTY_MOST));
    policy.above = 0u;
  } else if (policy.below >= patience) {
    policy.penalty_scale = max(policy.penalty_scale / factor, policy_setting(PENALTY_LEAST));
    policy.below = 0u;
  }
}

// metrics: as in lib/epoch_end.wgsl.
fn end_policies(metrics: vec4f, losses: vec2f, sums: NoiseSums) {
  grow_batch_on_plateau(metrics);
  grow_batch_with_noise(sums);
  adapt_penalty(losses);
}
