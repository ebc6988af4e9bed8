// Value and slope of each activation at the pre-activation z, in forms that neither overflow nor lose the small
// values; src/engine/cpu/activation.ts computes the same. KIND numbers are those of `activationKinds` there.
const KIND_RELU: u32 = 1u;
const KIND_LEAKY_RELU: u32 = 2u;
const KIND_ELU: u32 = 3u;
const KIND_SELU: u32 = 4u;
const KIND_GELU: u32 = 5u;
const KIND_GELU_TANH: u32 = 6u;
const KIND_SILU: u32 = 7u;
const KIND_SOFTPLUS: u32 = 8u;
const KIND_TANH: u32 = 9u;
const KIND_SIGMOID: u32 = 10u;

fn sigmoid(z: f32) -> f32 {
  let e = exp(-abs(z));
  return select(e, 1.0, z >= 0.0) / (1.0 + e);
}

// WGSL's tanh may be wrong by 1e-5 and undefined for large arguments.
fn stable_tanh(z: f32) -> f32 {
  let e = exp(-2.0 * abs(z));
  let t = (1.0 - e) / (1.0 + e);
  return select(-t, t, z >= 0.0);
}

fn softplus(z: f32) -> f32 { return max(z, 0.0) + log(1.0 + exp(-abs(z))); }

// Abramowitz and Stegun 7.1.26: absolute error below 1.5e-7.
fn erf(x: f32) -> f32 {
  let t = 1.0 / (1.0 + 0.3275911 * abs(x));
  let polynomial = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  let value = 1.0 - polynomial * exp(-x * x);
  return select(-value, value, x >= 0.0);
}

fn elu(z: f32, alpha: f32) -> vec2f {
  let e = alpha * exp(min(z, 0.0));
  return select(vec2f(e - alpha, e), vec2f(z, 1.0), z > 0.0);
}

fn gelu(z: f32) -> vec2f {
  let share = 0.5 * (1.0 + erf(z * 0.70710678));
  return vec2f(z * share, share + z * 0.39894228 * exp(-0.5 * z * z));
}

fn gelu_tanh(z: f32) -> vec2f {
  let t = stable_tanh(0.79788456 * (z + 0.044715 * z * z * z));
  let inner_slope = 0.79788456 * (1.0 + 0.134145 * z * z);
  return vec2f(0.5 * z * (1.0 + t), 0.5 * (1.0 + t) + 0.5 * z * (1.0 - t * t) * inner_slope);
}

fn activate(kind: u32, z: f32, parameter: f32) -> vec2f {
  switch kind {
    case KIND_RELU: { return select(vec2f(0.0), vec2f(z, 1.0), z > 0.0); }
    case KIND_LEAKY_RELU: { return select(vec2f(parameter * z, parameter), vec2f(z, 1.0), z > 0.0); }
    case KIND_ELU: { return elu(z, parameter); }
    case KIND_SELU: { return 1.05070098 * elu(z, 1.67326324); }
    case KIND_GELU: { return gelu(z); }
    case KIND_GELU_TANH: { return gelu_tanh(z); }
    case KIND_SILU: { let s = sigmoid(z); return vec2f(z * s, s * (1.0 + z * (1.0 - s))); }
    case KIND_SOFTPLUS: { return vec2f(softplus(z), sigmoid(z)); }
    case KIND_TANH: { let t = stable_tanh(z); return vec2f(t, 1.0 - t * t); }
    case KIND_SIGMOID: { let s = sigmoid(z); return vec2f(s, s * (1.0 - s)); }
    default: { return vec2f(z, 1.0); }
  }
}
