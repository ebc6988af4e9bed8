// One step of an optimiser for four weights of a tensor, after Keras: the gradient of the penalties is added, the
// gradient is clipped, the weights decay, then comes the step. As shaders/layered/{sgd,rmsprop,adam}_l2.wgsl.
// begin the kernel's own
const OPTIMIZER: u32 = 2u; // 0 SGD, 1 RMSprop, 2 Adam
const NESTEROV: u32 = 0u;
const CENTERED: u32 = 0u;
const AMSGRAD: u32 = 0u;
const CLIPPING: u32 = 0u; // 0 none, 1 by value, 2 each tensor by its norm, 3 all tensors by their common norm
const PENALISED: u32 = 0u; // 0: no trial has a penalty
var<private> weights: array<vec4f, 2>;
var<private> gradients: array<vec4f, 2>;
var<private> state_1: array<vec4f, 2>;
var<private> state_2: array<vec4f, 2>;
var<private> state_3: array<vec4f, 2>;
// end

// What is the same for all weights of a trial in one step.
struct Update {
  rate: f32, // learning rate
  step_size: f32, // Adam's: learning rate * sqrt(1 - beta2^t) / (1 - beta1^t)
  fresh_1: f32,
  fresh_2: f32,
  rho: f32,
  epsilon: f32,
  momentum: f32,
  decay: f32,
  clip: f32,
}

// penalty: l1 and l2 of the tensor.
fn penalised(k: u32, penalty: vec2f) -> vec4f {
  if (PENALISED == 0u) { return gradients[k]; }
  return gradients[k] + penalty.x * sign(weights[k]) + 2.0 * penalty.y * weights[k];
}

// clip_scale: what clips the norm of the tensor.
fn clipped(k: u32, u: Update, penalty: vec2f, clip_scale: f32) -> vec4f {
  let g = penalised(k, penalty);
  if (CLIPPING == 0u) { return g; }
  if (CLIPPING == 1u) { return clamp(g, vec4f(-u.clip), vec4f(u.clip)); }
  return g * clip_scale;
}

fn update_weights(k: u32, u: Update, penalty: vec2f, clip_scale: f32) {
  let g = clipped(k, u, penalty, clip_scale);
  let w = weights[k] - weights[k] * u.decay * u.rate;
  if (OPTIMIZER == 0u) { // static
    let m = u.momentum * state_1[k] - u.rate * g;
    state_1[k] = m;
    weights[k] = w + select(m, u.momentum * m - u.rate * g, NESTEROV == 1u);
  }
  if (OPTIMIZER == 1u) { // static
    let v = u.rho * state_2[k] + u.fresh_2 * (g * g);
    state_2[k] = v;
    var divisor = v + u.epsilon;
    if (CENTERED == 1u) { // static
      let mean = u.rho * state_3[k] + u.fresh_2 * g;
      state_3[k] = mean;
      divisor -= mean * mean;
    }
    let m = u.momentum * state_1[k] + u.rate * g / sqrt(divisor);
    state_1[k] = m;
    weights[k] = w - m;
  }
  if (OPTIMIZER == 2u) { // static
    let m = state_1[k] + (g - state_1[k]) * u.fresh_1;
    let v = state_2[k] + (g * g - state_2[k]) * u.fresh_2;
    state_1[k] = m;
    state_2[k] = v;
    var divisor = v;
    if (AMSGRAD == 1u) { // static
      divisor = max(state_3[k], v);
      state_3[k] = divisor;
    }
    weights[k] = w - u.step_size * m / (sqrt(divisor) + u.epsilon);
  }
}
