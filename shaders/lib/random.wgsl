// Threefry-2x32 with 20 rounds (Salmon et al. 2011); src/core/threefry.ts computes the same words.
const STREAM_SHUFFLE: u32 = 2u;
const STREAM_DROPOUT: u32 = 3u;

fn rotate_left(x: u32, bits: u32) -> u32 { return (x << bits) | (x >> (32u - bits)); }

fn mix(x: vec2u, bits: u32) -> vec2u {
  let sum = x.x + x.y;
  return vec2u(sum, rotate_left(x.y, bits) ^ sum);
}

fn threefry(key: vec2u, counter: vec2u) -> vec2u {
  let keys = array<u32, 3>(key.x, key.y, key.x ^ key.y ^ 0x1bd11bdau);
  var x = counter + key;
  x = mix(mix(mix(mix(x, 13u), 15u), 26u), 6u) + vec2u(keys[1], keys[2] + 1u);
  x = mix(mix(mix(mix(x, 17u), 29u), 16u), 24u) + vec2u(keys[2], keys[0] + 2u);
  x = mix(mix(mix(mix(x, 13u), 15u), 26u), 6u) + vec2u(keys[0], keys[1] + 3u);
  x = mix(mix(mix(mix(x, 17u), 29u), 16u), 24u) + vec2u(keys[1], keys[2] + 4u);
  return mix(mix(mix(mix(x, 13u), 15u), 26u), 6u) + vec2u(keys[2], keys[0] + 5u);
}

// Uniform in [0, 1).
fn unit_interval(word: u32) -> f32 { return f32(word >> 8u) / 16777216.0; }
