// A step of a trial's training: its rate, its penalties, and the update of all its weights. The tensors lie in PARTS of a
// lane's groups of four: kernels, biases and, in some kernels, copies.
// begin the kernel's own
const PARTS: u32 = 2u;
const PART_OFFSETS = array<u32, 3>(0u, 1u, 2u);
const PART_TENSORS = array<u32, 2>(0u, 1u); // whose penalties and clipping hold for it
const PART_COUNTS = array<u32, 2>(1u, 1u); // 0: a copy
const TENSORS: u32 = 2u;
const OPTIMIZER: u32 = 2u; // 0 SGD, 1 RMSprop, 2 Adam
const CLIPPING: u32 = 0u; // 0 none, 1 by value, 2 each tensor by its norm, 3 all tensors by their common norm
const PENALISED: u32 = 0u; // 0: no trial has a penalty
const ADAPTS: u32 = 0u; // 1: some trial has policies
const MEASURES_NOISE: u32 = 0u; // 1: some trial's batches follow the noise of its gradient
@group(0) @binding(4) var<storage, read> tables: array<f32>;
var<private> weights: array<vec4f, 2>;
var<private> own: array<u32, 46>;
var<private> lane: u32;
fn setting(word: u32) -> f32 { return bitcast<f32>(own[word]); }
fn lane_sum(lane: u32, value: f32) -> f32 { return value; }
// end
// begin lib/settings.wgsl
// end
// begin lib/update.wgsl
struct Update { rate: f32, step_size: f32 }
fn penalised(k: u32, penalty: vec2f) -> vec4f { return weights[k]; }
fn clipped(k: u32, u: Update, penalty: vec2f, clip_scale: f32) -> vec4f { return weights[k]; }
fn update_weights(k: u32, u: Update, penalty: vec2f, clip_scale: f32) { }
// end
// begin lib/policies.wgsl
struct Policy { penalty_scale: f32 }
var<private> policy: Policy;
// end
// begin lib/gradient_noise.wgsl
fn measure_noise(k: u32, g: vec4f) { }
// end

fn penalty_of(tensor: u32) -> vec2f {
  var penalty = vec2f(setting(PENALTIES + 2u * tensor), setting(PENALTIES + 2u * tensor + 1u));
  if (ADAPTS == 1u) { // static
    penalty *= policy.penalty_scale;
  }
  return penalty;
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
      if (MEASURES_NOISE == 1u && PART_COUNTS[part] == 1u) { // static
        measure_noise(k, clipped(k, u, penalty, scales[PART_TENSORS[part]]));
      }
      update_weights(k, u, penalty, scales[PART_TENSORS[part]]);
    }
  }
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
