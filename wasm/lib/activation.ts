// Value and slope of each activation at four pre-activations, in the forms of shaders/lib/activation.wgsl. The numbers of
// the kinds are those of `activationKinds` in src/engine/cpu/activation.ts.
import { exp, log } from './exponential';
import { select4 } from './vector';

const LINEAR: u32 = 0;
const RELU: u32 = 1;
const LEAKY_RELU: u32 = 2;
const ELU: u32 = 3;
const SELU: u32 = 4;
const GELU: u32 = 5;
const GELU_TANH: u32 = 6;
const SILU: u32 = 7;
const SOFTPLUS: u32 = 8;
const TANH: u32 = 9;
const SIGMOID: u32 = 10;

/** The slopes at the pre-activations that were last activated. */
export let slope: v128 = i32x4.splat(0);

function number4(x: f32): v128 {
  return f32x4.splat(x);
}

export function sigmoid(z: v128): v128 {
  const e = exp(f32x4.neg(f32x4.abs(z)));
  const numerator = select4(f32x4.ge(z, number4(0)), number4(1), e);
  return f32x4.div(numerator, f32x4.add(number4(1), e));
}

export function softplus(z: v128): v128 {
  const e = exp(f32x4.neg(f32x4.abs(z)));
  return f32x4.add(f32x4.max(z, number4(0)), log(f32x4.add(number4(1), e)));
}

function tanh(z: v128): v128 {
  const e = exp(f32x4.mul(number4(-2), f32x4.abs(z)));
  const t = f32x4.div(f32x4.sub(number4(1), e), f32x4.add(number4(1), e));
  return select4(f32x4.ge(z, number4(0)), t, f32x4.neg(t));
}

/** Abramowitz and Stegun 7.1.26: absolute error below 1.5e-7. */
function erf(x: v128): v128 {
  const t = f32x4.div(number4(1), f32x4.add(number4(1), f32x4.mul(number4(0.3275911), f32x4.abs(x))));
  let sum = f32x4.add(number4(-1.453152027), f32x4.mul(t, number4(1.061405429)));
  sum = f32x4.add(number4(1.421413741), f32x4.mul(t, sum));
  sum = f32x4.add(number4(-0.284496736), f32x4.mul(t, sum));
  sum = f32x4.add(number4(0.254829592), f32x4.mul(t, sum));
  const tail = f32x4.mul(f32x4.mul(t, sum), exp(f32x4.neg(f32x4.mul(x, x))));
  const value = f32x4.sub(number4(1), tail);
  return select4(f32x4.ge(x, number4(0)), value, f32x4.neg(value));
}

function elu(z: v128, alpha: f32): v128 {
  const e = f32x4.mul(number4(alpha), exp(f32x4.min(z, number4(0))));
  const positive = f32x4.gt(z, number4(0));
  slope = select4(positive, number4(1), e);
  return select4(positive, z, f32x4.sub(e, number4(alpha)));
}

function selu(z: v128): v128 {
  const value = elu(z, 1.6732632423543772);
  slope = f32x4.mul(number4(1.0507009873554805), slope);
  return f32x4.mul(number4(1.0507009873554805), value);
}

function gelu(z: v128): v128 {
  const share = f32x4.mul(number4(0.5), f32x4.add(number4(1), erf(f32x4.mul(z, number4(<f32>Math.SQRT1_2)))));
  const density = f32x4.mul(exp(f32x4.mul(f32x4.mul(number4(-0.5), z), z)), number4(0.3989422804014327));
  slope = f32x4.add(share, f32x4.mul(z, density));
  return f32x4.mul(z, share);
}

function gelu_tanh(z: v128): v128 {
  const scale: f32 = 0.7978845608028654; // sqrt(2 / pi)
  const square = f32x4.mul(z, z);
  const cube = f32x4.mul(f32x4.mul(number4(0.044715), square), z);
  const t = tanh(f32x4.mul(number4(scale), f32x4.add(z, cube)));
  const inner = f32x4.mul(number4(scale), f32x4.add(number4(1), f32x4.mul(number4(0.134145), square)));
  const outer = f32x4.mul(number4(0.5), f32x4.add(number4(1), t));
  const bend = f32x4.mul(f32x4.mul(number4(0.5), z), f32x4.sub(number4(1), f32x4.mul(t, t)));
  slope = f32x4.add(outer, f32x4.mul(bend, inner));
  return f32x4.mul(z, outer);
}

function silu(z: v128): v128 {
  const s = sigmoid(z);
  slope = f32x4.mul(s, f32x4.add(number4(1), f32x4.mul(z, f32x4.sub(number4(1), s))));
  return f32x4.mul(z, s);
}

/** The values; leaves the slopes in `slope`. */
export function activate(kind: u32, z: v128, parameter: f32): v128 {
  switch (kind) {
    case LEAKY_RELU: {
      const positive = f32x4.gt(z, number4(0));
      slope = select4(positive, number4(1), number4(parameter));
      return select4(positive, z, f32x4.mul(number4(parameter), z));
    }
    case ELU:
      return elu(z, parameter);
    case SELU:
      return selu(z);
    case GELU:
      return gelu(z);
    case GELU_TANH:
      return gelu_tanh(z);
    case SILU:
      return silu(z);
    case SOFTPLUS: {
      slope = sigmoid(z);
      return softplus(z);
    }
    case TANH: {
      const t = tanh(z);
      slope = f32x4.sub(number4(1), f32x4.mul(t, t));
      return t;
    }
    case SIGMOID: {
      const s = sigmoid(z);
      slope = f32x4.mul(s, f32x4.sub(number4(1), s));
      return s;
    }
    default:
      slope = number4(1);
      return z;
  }
}

/** Activates numbers in place and writes their slopes, unless `slopes` is 0. */
export function activate_all(kind: u32, parameter: f32, values: usize, slopes: usize, count: u32): void {
  const end = values + ((<usize>count) << 2);
  if (kind === LINEAR) {
    if (slopes) ones(slopes, count);
    return;
  }
  if (kind === RELU) {
    relu_all(values, end, slopes);
    return;
  }
  for (; values < end; values += 16) {
    v128.store(values, activate(kind, v128.load(values), parameter));
    if (slopes === 0) continue;
    v128.store(slopes, slope);
    slopes += 16;
  }
}

function ones(slopes: usize, count: u32): void {
  const one = number4(1);
  for (const end = slopes + ((<usize>count) << 2); slopes < end; slopes += 16) v128.store(slopes, one);
}

function relu_all(values: usize, end: usize, slopes: usize): void {
  const zero = number4(0);
  const one = number4(1);
  if (slopes === 0) {
    for (; values < end; values += 16) {
      const z = v128.load(values);
      v128.store(values, v128.and(z, f32x4.gt(z, zero)));
    }
    return;
  }
  for (; values < end; values += 16) {
    const z = v128.load(values);
    const positive = f32x4.gt(z, zero);
    v128.store(values, v128.and(z, positive));
    v128.store(slopes, v128.and(one, positive));
    slopes += 16;
  }
}
