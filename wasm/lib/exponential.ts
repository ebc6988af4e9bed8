// Exponential and logarithm of four numbers, to about one unit in the last place. Constants come from memory: engines load
// one into all lanes in one instruction, but write out those of the code as several.
import { select4 } from './vector';

const table = memory.data<f32>([
  -110, // bounds beyond which e^x is 0 or infinity anyway
  100,
  // biome-ignore lint/suspicious/noApproximativeNumericConstant: data cannot hold the constant of the library
  1.4426950408889634, // 1 / ln 2
  // ln 2 in two parts, of which the first has so few digits that small multiples of it are exact.
  0.693359375,
  -2.1219444005469e-4,
  1.0, // 1 / k!
  0.5,
  0.16666666666666666,
  0.041666666666666664,
  0.008333333333333333,
  0.001388888888888889,
  1.984126984126984e-4,
  0.3333333333333333, // 1 / (2 k + 1)
  0.2,
  0.14285714285714285,
  0.1111111111111111,
]);
const LOWEST: usize = 0;
const HIGHEST: usize = 4;
const LOG2_E: usize = 8;
const LN_2: usize = 12;
const LN_2_REST: usize = 16;
const FACTORIALS: usize = 20;
const ODD: usize = 48;

function constant(offset: usize): v128 {
  return v128.load32_splat(table + offset);
}

function multiply_add(a: v128, b: v128, c: v128): v128 {
  return f32x4.add(f32x4.mul(a, b), c);
}

/** 2^n for whole numbers n in the range of the exponent: 1 has the exponent 127, the n are added to its bits. */
function power_of_two(n: v128): v128 {
  return i32x4.add(i32x4.shl(n, 23), constant(FACTORIALS));
}

/**
 * e^x = 2^n e^r with n the whole number nearest to x / ln 2, so that |r| <= ln 2 / 2 = 0.347, and e^r by its Maclaurin
 * series: the first term left out, r^8 / 8!, is below 6e-9. Becomes 0 and infinity where single precision ends.
 */
export function exp(x: v128): v128 {
  const bounded = f32x4.min(f32x4.max(x, constant(LOWEST)), constant(HIGHEST));
  const n = f32x4.nearest(f32x4.mul(bounded, constant(LOG2_E)));
  let r = f32x4.sub(bounded, f32x4.mul(n, constant(LN_2)));
  r = f32x4.sub(r, f32x4.mul(n, constant(LN_2_REST)));
  let sum = multiply_add(r, constant(FACTORIALS + 24), constant(FACTORIALS + 20));
  sum = multiply_add(sum, r, constant(FACTORIALS + 16));
  sum = multiply_add(sum, r, constant(FACTORIALS + 12));
  sum = multiply_add(sum, r, constant(FACTORIALS + 8));
  sum = multiply_add(sum, r, constant(FACTORIALS + 4));
  sum = f32x4.add(f32x4.mul(f32x4.mul(sum, r), r), r);
  sum = f32x4.add(sum, constant(FACTORIALS));
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
  const one = constant(FACTORIALS);
  const s = f32x4.div(f32x4.sub(m, one), f32x4.add(m, one));
  const square = f32x4.mul(s, s);
  let sum = multiply_add(square, constant(ODD + 12), constant(ODD + 8));
  sum = multiply_add(sum, square, constant(ODD + 4));
  sum = multiply_add(sum, square, constant(ODD));
  sum = f32x4.mul(f32x4.mul(sum, square), s);
  const exponent = f32x4.convert_i32x4_s(n);
  let result = f32x4.add(f32x4.add(s, sum), f32x4.add(s, sum));
  result = f32x4.add(result, f32x4.mul(exponent, constant(LN_2_REST)));
  result = f32x4.add(result, f32x4.mul(exponent, constant(LN_2)));
  result = select4(f32x4.eq(x, f32x4.splat(0)), f32x4.splat(-Infinity), result);
  return select4(f32x4.lt(x, f32x4.splat(Infinity)), result, x);
}
