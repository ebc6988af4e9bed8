// Vectors of four numbers, as all kernels use them.

/** The address of the number at a place behind an address. */
export function at(address: usize, place: u32): usize {
  return address + ((<usize>place) << 2);
}

/** The sums of the lanes of four vectors, in one. */
export function lane_sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

export function lane_sum(a: v128): f32 {
  const low = f32x4.extract_lane(a, 0) + f32x4.extract_lane(a, 2);
  return low + (f32x4.extract_lane(a, 1) + f32x4.extract_lane(a, 3));
}

/** One number from each of four addresses. */
export function load_lanes(a: usize, b: usize, c: usize, d: usize): v128 {
  let lanes = v128.load32_zero(a);
  lanes = v128.load_lane<f32>(b, lanes, 1);
  lanes = v128.load_lane<f32>(c, lanes, 2);
  return v128.load_lane<f32>(d, lanes, 3);
}

/** All bits in the first `count` lanes (all lanes from 4 on), none in the others. */
export function first_lanes(count: u32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(<i32>count));
}

/** `a` where the mask has its bits, else `b`. */
export function select4(mask: v128, a: v128, b: v128): v128 {
  return v128.bitselect(a, b, mask);
}
