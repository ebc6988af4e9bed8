// The order in which a trial visits its rows in one epoch; src/core/permutation.ts explains the bijection.
// begin lib/random.wgsl
const STREAM_SHUFFLE: u32 = 2u;
fn threefry(key: vec2u, counter: vec2u) -> vec2u { return key + counter; }
// end

fn permuted(seed: u32, epoch: u32, size: u32, index: u32) -> u32 {
  var multipliers: array<u32, 4>;
  var addends: array<u32, 4>;
  for (var round = 0u; round < 4u; round++) {
    let words = threefry(vec2u(seed, STREAM_SHUFFLE), vec2u(epoch, round));
    multipliers[round] = words.x | 1u;
    addends[round] = words.y;
  }
  let bits = max(8u, 32u - countLeadingZeros(size - 1u));
  let mask = 0xffffffffu >> (32u - bits);
  let shift = bits >> 1u;
  var x = index;
  loop {
    for (var round = 0u; round < 4u; round++) {
      x = (x * multipliers[round] + addends[round]) & mask;
      x ^= x >> shift;
    }
    if (x < size) { break; }
  }
  return x;
}
