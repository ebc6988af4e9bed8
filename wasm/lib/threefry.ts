// Threefry-2x32 with 20 rounds (Salmon et al. 2011), as in src/core/threefry.ts: four counters at a time.

/** What a stream of random words is for: the second word of the key. */
export const STREAM_SHUFFLE: u32 = 2;
export const STREAM_DROPOUT: u32 = 3;

/** The second words that were last drawn. */
export let second_words: v128 = i32x4.splat(0);

function rotated(words: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(words, bits), i32x4.shr_u(words, 32 - bits));
}

/**
 * The first words for one first counter and four second counters; leaves the second words in `second_words`.
 *
 * The rounds are written out, since only local variables stay in registers: with the state in global ones, which
 * functions for the rounds would need, it took several times as long.
 */
export function threefry(key0: u32, key1: u32, counter0: u32, counter1: v128): v128 {
  const key2 = key0 ^ key1 ^ 0x1bd11bda;
  let x0 = i32x4.splat(<i32>(counter0 + key0));
  let x1 = i32x4.add(counter1, i32x4.splat(<i32>key1));
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotated(x1, 13), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotated(x1, 15), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotated(x1, 26), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotated(x1, 6), x0);
  x0 = i32x4.add(x0, i32x4.splat(<i32>key1));
  x1 = i32x4.add(x1, i32x4.splat(<i32>(key2 + 1)));
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotated(x1, 17), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotated(x1, 29), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotated(x1, 16), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotated(x1, 24), x0);
  x0 = i32x4.add(x0, i32x4.splat(<i32>key2));
  x1 = i32x4.add(x1, i32x4.splat(<i32>(key0 + 2)));
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotated(x1, 13), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotated(x1, 15), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotated(x1, 26), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotated(x1, 6), x0);
  x0 = i32x4.add(x0, i32x4.splat(<i32>key0));
  x1 = i32x4.add(x1, i32x4.splat(<i32>(key1 + 3)));
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotated(x1, 17), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotated(x1, 29), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotated(x1, 16), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotated(x1, 24), x0);
  x0 = i32x4.add(x0, i32x4.splat(<i32>key1));
  x1 = i32x4.add(x1, i32x4.splat(<i32>(key2 + 4)));
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotated(x1, 13), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotated(x1, 15), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotated(x1, 26), x0);
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(rotated(x1, 6), x0);
  x0 = i32x4.add(x0, i32x4.splat(<i32>key2));
  x1 = i32x4.add(x1, i32x4.splat(<i32>(key0 + 5)));
  second_words = x1;
  return x0;
}

/** Uniform in [0, 1). */
export function unit_interval(words: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(words, 8)), f32x4.splat(<f32>(1.0 / 16777216.0)));
}
