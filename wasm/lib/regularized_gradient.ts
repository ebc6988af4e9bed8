// What every optimiser starts from: the gradient of loss and penalties, clipped as Keras clips it
// (src/engine/cpu/regularized-gradient.ts).
import { CLIP, PENALTIES } from '../calls.generated';
import { at, select4 } from './vector';

const BY_VALUE: u32 = 1;
const BY_NORM: u32 = 2;

// Of the tensor that `begin_tensor` was last told of.
let penalised: bool = false;
let l1: v128 = i32x4.splat(0);
let twice_l2: v128 = i32x4.splat(0);
let clipping: u32 = 0;
let limit: v128 = i32x4.splat(0);
let scale: v128 = i32x4.splat(0);

export function begin_penalties(hyper: usize, tensor: u32): void {
  const first = load<f32>(at(hyper, PENALTIES + 2 * tensor));
  const second = load<f32>(at(hyper, PENALTIES + 2 * tensor), 4);
  penalised = first !== 0 || second !== 0;
  l1 = f32x4.splat(first);
  twice_l2 = f32x4.splat(2 * second);
}

/** @param norms squares of the tensors' norms, where they are clipped by them */
export function begin_tensor(hyper: usize, norms: usize, tensors: u32, kind: u32, tensor: u32): void {
  begin_penalties(hyper, tensor);
  clipping = kind;
  const most = load<f32>(at(hyper, CLIP));
  limit = f32x4.splat(most);
  if (kind < BY_NORM) return;
  let squared: f32 = 0;
  if (kind === BY_NORM) squared = load<f32>(at(norms, tensor));
  else for (let other: u32 = 0; other < tensors; other++) squared += load<f32>(at(norms, other));
  scale = f32x4.splat(most / max<f32>(sqrt<f32>(squared), most));
}

/** The gradient of the loss, and of the penalties at the weights `w`. */
export function with_penalties(w: v128, gradient: v128): v128 {
  if (!penalised) return gradient;
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  const sign = f32x4.sub(v128.and(f32x4.gt(w, zero), one), v128.and(f32x4.lt(w, zero), one));
  return f32x4.add(f32x4.add(gradient, f32x4.mul(l1, sign)), f32x4.mul(twice_l2, w));
}

export function regularized_gradient(w: v128, gradient: v128): v128 {
  const raw = with_penalties(w, gradient);
  if (clipping === 0) return raw;
  if (clipping !== BY_VALUE) return f32x4.mul(raw, scale);
  // In this order what is not a number stays so.
  const above = select4(f32x4.gt(raw, limit), limit, raw);
  const least = f32x4.neg(limit);
  return select4(f32x4.lt(above, least), least, above);
}
