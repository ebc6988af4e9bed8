// Threefry-2x32 with 20 rounds (Salmon et al. 2011), as in src/core/threefry.ts: four counters at a time.

/** What a stream of random words is for: the second word of the key. */
export const STREAM_SHUFFLE: u32 = 2;
export const STREAM_DROPOUT: u32 = 3;

/** The second words that were last drawn. */
export let second_words: v128 = i32x4.splat(0);

let x0: v128 = i32x4.splat(0);
let x1: v128 = i32x4.splat(0);

function mix(bits: i32): void {
  x0 = i32x4.add(x0, x1);
  x1 = v128.xor(v128.or(i32x4.shl(x1, bits), i32x4.shr_u(x1, 32 - bits)), x0);
}

function add_key(first: u32, second: u32, group: u32): void {
  x0 = i32x4.add(x0, i32x4.splat(<i32>first));
  x1 = i32x4.add(x1, i32x4.splat(<i32>(second + group)));
}

function mix_even(): void {
  mix(13);
  mix(15);
  mix(26);
  mix(6);
}

function mix_odd(): void {
  mix(17);
  mix(29);
  mix(16);
  mix(24);
}

/** The first words for one first counter and four second counters; leaves the second words in `second_words`. */
export function threefry(key0: u32, key1: u32, counter0: u32, counter1: v128): v128 {
  const key2 = key0 ^ key1 ^ 0x1bd11bda;
  x0 = i32x4.splat(<i32>(counter0 + key0));
  x1 = i32x4.add(counter1, i32x4.splat(<i32>key1));
  mix_even();
  add_key(key1, key2, 1);
  mix_odd();
  add_key(key2, key0, 2);
  mix_even();
  add_key(key0, key1, 3);
  mix_odd();
  add_key(key1, key2, 4);
  mix_even();
  add_key(key2, key0, 5);
  second_words = x1;
  return x0;
}

/** Uniform in [0, 1). */
export function unit_interval(words: v128): v128 {
  return f32x4.mul(f32x4.convert_i32x4_u(i32x4.shr_u(words, 8)), f32x4.splat(<f32>(1.0 / 16777216.0)));
}
