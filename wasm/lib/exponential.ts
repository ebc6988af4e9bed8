// Exponential and logarithm of four numbers, to about one unit in the last place.
import { select4 } from './vector';

function multiply_add(a: v128, b: v128, c: f32): v128 {
  return f32x4.add(f32x4.mul(a, b), f32x4.splat(c));
}

/** 2^n for whole numbers n in the range of the exponent. */
function power_of_two(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}

/**
 * e^x = 2^n e^r with n the whole number nearest to x / ln 2, so that |r| <= ln 2 / 2 = 0.347, and e^r by its Maclaurin
 * series: the first term left out, r^8 / 8!, is below 6e-9. Becomes 0 and infinity where single precision ends.
 */
export function exp(x: v128): v128 {
  // Beyond these bounds the result is 0 or infinity anyway.
  const bounded = f32x4.min(f32x4.max(x, f32x4.splat(-110)), f32x4.splat(100));
  const n = f32x4.nearest(f32x4.mul(bounded, f32x4.splat(<f32>Math.LOG2E)));
  // ln 2 in two parts, of which the first has so few digits that n times it is exact.
  let r = f32x4.sub(bounded, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.add(r, f32x4.mul(n, f32x4.splat(2.1219444005469e-4)));
  let sum = multiply_add(r, f32x4.splat(<f32>(1.0 / 5040.0)), <f32>(1.0 / 720.0));
  sum = multiply_add(sum, r, <f32>(1.0 / 120.0));
  sum = multiply_add(sum, r, <f32>(1.0 / 24.0));
  sum = multiply_add(sum, r, <f32>(1.0 / 6.0));
  sum = multiply_add(sum, r, 0.5);
  sum = f32x4.add(f32x4.mul(f32x4.mul(sum, r), r), r);
  sum = f32x4.add(sum, f32x4.splat(1));
  // In two factors, since 2^n alone may be beyond the range where the result is not.
  const whole = i32x4.trunc_sat_f32x4_s(n);
  const half = i32x4.shr_s(whole, 1);
  return f32x4.mul(f32x4.mul(sum, power_of_two(half)), power_of_two(i32x4.sub(whole, half)));
}

/**
 * log x = n ln 2 + log m with m in [sqrt 1/2, sqrt 2), and log m = 2 artanh s with s = (m - 1) / (m + 1), by its series:
 * |s| < 0.172, and the first term left out, 2 s^11 / 11, is below 8e-10. For normal numbers and 0 (minus infinity);
 * infinity and what is not a number come back as they are.
 */
export function log(x: v128): v128 {
  const root_half: i32 = 0x3f3504f3; // the bits of sqrt 1/2
  const n = i32x4.shr_s(i32x4.sub(x, i32x4.splat(root_half)), 23);
  const m = i32x4.sub(x, i32x4.shl(n, 23));
  const s = f32x4.div(f32x4.sub(m, f32x4.splat(1)), f32x4.add(m, f32x4.splat(1)));
  const square = f32x4.mul(s, s);
  let sum = multiply_add(square, f32x4.splat(<f32>(1.0 / 9.0)), <f32>(1.0 / 7.0));
  sum = multiply_add(sum, square, <f32>(1.0 / 5.0));
  sum = multiply_add(sum, square, <f32>(1.0 / 3.0));
  sum = f32x4.mul(f32x4.mul(sum, square), s);
  const exponent = f32x4.convert_i32x4_s(n);
  let result = f32x4.add(f32x4.add(s, sum), f32x4.add(s, sum));
  result = f32x4.sub(result, f32x4.mul(exponent, f32x4.splat(2.1219444005469e-4)));
  result = f32x4.add(result, f32x4.mul(exponent, f32x4.splat(0.693359375)));
  result = select4(f32x4.eq(x, f32x4.splat(0)), f32x4.splat(-Infinity), result);
  return select4(f32x4.lt(x, f32x4.splat(Infinity)), result, x);
}
