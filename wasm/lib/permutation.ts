// The order in which a trial visits its rows in one epoch; src/core/permutation.ts explains the bijection. The keys of
// the order that was last asked for are kept, since an epoch asks for it in every step.
import { STREAM_SHUFFLE, second_words, threefry } from './threefry';

const ROUNDS: u32 = 3;
const KEYS_PER_ROUND: u32 = 5;
const keys = memory.data(4 * 15);

let kept_seed: u32 = 0;
let kept_epoch: u32 = 0;
let size: u32 = 0; // 0: no order is kept
let mask: i32 = 0; // of the largest power of two that fits, less one
let shift: i32 = 0;

/** Makes an order the one that `permuted` follows. */
export function set_order(seed: u32, epoch: u32, rows: u32): void {
  if (seed === kept_seed && epoch === kept_epoch && rows === size) return;
  kept_seed = seed;
  kept_epoch = epoch;
  size = rows;
  const bits = 31 - clz(rows);
  mask = (1 << bits) - 1;
  shift = (bits + 1) >> 1;
  for (let round: u32 = 0; round < ROUNDS; round++) set_keys(seed, epoch, round);
}

/** Multiplier (odd) and addend of the lower mixing, of the upper mixing, and the rotation of one round. */
function set_keys(seed: u32, epoch: u32, round: u32): void {
  const counters = i32x4.add(i32x4(0, 1, 2, 2), i32x4.splat(<i32>(3 * round)));
  const words = threefry(seed, STREAM_SHUFFLE, epoch, counters);
  const own = keys + ((<usize>(round * KEYS_PER_ROUND)) << 2);
  store<i32>(own, i32x4.extract_lane(words, 0) | 1);
  store<i32>(own, i32x4.extract_lane(second_words, 0), 4);
  store<i32>(own, i32x4.extract_lane(words, 1) | 1, 8);
  store<i32>(own, i32x4.extract_lane(second_words, 1), 12);
  store<u32>(own, <u32>i32x4.extract_lane(words, 2) % size, 16);
}

function mixed(x: v128, key: usize): v128 {
  const product = i32x4.add(i32x4.mul(x, v128.load32_splat(key)), v128.load32_splat(key, 4));
  const y = v128.and(product, i32x4.splat(mask));
  return v128.xor(y, i32x4.shr_u(y, shift));
}

/** Where the order sends four indices. */
export function permuted(indices: v128): v128 {
  const all = i32x4.splat(<i32>size);
  const block = i32x4.splat(mask + 1);
  const upper = i32x4.sub(all, block);
  let x = indices;
  for (let key = keys; key < keys + 60; key += 20) {
    x = i32x4.add(x, v128.load32_splat(key, 16));
    // An index below the size wraps around to a large number, of which the minimum gets rid.
    x = i32x4.min_u(x, i32x4.sub(x, all));
    x = v128.bitselect(mixed(x, key), x, i32x4.lt_u(x, block));
    const moved = i32x4.add(mixed(i32x4.sub(x, upper), key + 8), upper);
    x = v128.bitselect(moved, x, i32x4.ge_u(x, upper));
  }
  return x;
}
