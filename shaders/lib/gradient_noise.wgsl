// Measures the gradient's noise while a trial trains, from two numbers of each step: g . m, where m is the mean of the
// gradients before, and g . g. Rows of the one are not rows of the other, so that their noise cancels on average:
//   E[g . m] = |G|^2,  E[g . g] = |G|^2 + tr(Sigma) / rows of the batch
// The optimiser keeps m already, times a weight that follows from its settings.
// begin the kernel's own
const OPTIMIZER: u32 = 2u; // 0 SGD, 1 RMSprop, 2 Adam
var<private> state_1: array<vec4f, 2>;
var<private> state_3: array<vec4f, 2>;
var<private> lane: u32;
fn lane_sum(lane: u32, value: f32) -> f32 { return value; }
// end
// begin lib/policies.wgsl
struct Policy { average_weight: f32 }
struct NoiseSums { along: f32, squared: f32, inverse_rows: f32, steps: f32 }
var<private> policy: Policy;
// end
// begin lib/update.wgsl
struct Update { rate: f32, fresh_1: f32, fresh_2: f32, rho: f32, momentum: f32 }
// end

var<private> step_noise: vec2f; // of the lane's own weights in this step
var<private> noise: NoiseSums; // of the lane's own weights in this epoch

// g: what the optimiser is about to take in for the weights of group k.
fn measure_noise(k: u32, g: vec4f) {
  if (OPTIMIZER == 1u) { // static
    step_noise += vec2f(dot(g, state_3[k]), dot(g, g));
  } else {
    step_noise += vec2f(dot(g, state_1[k]), dot(g, g));
  }
}

// SGD's average has the opposite sign.
fn next_average_weight(u: Update) -> f32 {
  let weight = policy.average_weight;
  if (OPTIMIZER == 0u) { return u.momentum * weight - u.rate; }
  if (OPTIMIZER == 1u) { return u.rho * weight + u.fresh_2; }
  return weight + (1.0 - weight) * u.fresh_1;
}

// Counts a step of `count` rows in, unless there was no gradient before it.
fn end_noise_step(count: u32, u: Update) {
  if (policy.average_weight != 0.0) {
    noise.along += step_noise.x / policy.average_weight;
    noise.squared += step_noise.y;
    noise.inverse_rows += 1.0 / f32(count);
    noise.steps += 1.0;
  }
  step_noise = vec2f(0.0);
  policy.average_weight = next_average_weight(u);
}

// The sums of all weights; starts those of the next epoch.
fn end_noise_epoch() -> NoiseSums {
  let sums = NoiseSums(lane_sum(lane, noise.along), lane_sum(lane, noise.squared), noise.inverse_rows, noise.steps);
  noise = NoiseSums(0.0, 0.0, 0.0, 0.0);
  return sums;
}
