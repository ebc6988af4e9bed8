// The order in which a trial visits its rows in one epoch; src/core/permutation.ts explains the bijection.
// begin lib/random.wgsl
const STREAM_SHUFFLE: u32 = 2u;
fn threefry(key: vec2u, counter: vec2u) -> vec2u { return key + counter; }
// end

// One round: multiplier (odd) and addend of the lower mixing and of the upper one, and the rotation.
struct OrderRound { lower: vec2u, upper: vec2u, rotation: u32 }

struct Order {
  size: u32,
  block: u32, // the largest power of two that fits
  shift: u32,
  rounds: array<OrderRound, 3>,
}

fn order_round(key: vec2u, epoch: u32, round: u32, size: u32) -> OrderRound {
  let lower = threefry(key, vec2u(epoch, 3u * round));
  let upper = threefry(key, vec2u(epoch, 3u * round + 1u));
  let rotation = threefry(key, vec2u(epoch, 3u * round + 2u)).x % size;
  return OrderRound(lower | vec2u(1u, 0u), upper | vec2u(1u, 0u), rotation);
}

fn epoch_order(seed: u32, epoch: u32, size: u32) -> Order {
  let key = vec2u(seed, STREAM_SHUFFLE);
  let bits = 31u - countLeadingZeros(size);
  return Order(size, 1u << bits, (bits + 1u) >> 1u, array<OrderRound, 3>(
    order_round(key, epoch, 0u, size), order_round(key, epoch, 1u, size), order_round(key, epoch, 2u, size),
  ));
}

fn mixed(x: u32, key: vec2u, block: u32, shift: u32) -> u32 {
  let y = (x * key.x + key.y) & (block - 1u);
  return y ^ (y >> shift);
}

fn permuted_once(order: Order, round: OrderRound, index: u32) -> u32 {
  // An index below the size wraps around to a large number, of which the minimum gets rid.
  var x = index + round.rotation;
  x = min(x, x - order.size);
  x = select(x, mixed(x, round.lower, order.block, order.shift), x < order.block);
  let upper = order.size - order.block;
  return select(x, mixed(x - upper, round.upper, order.block, order.shift) + upper, x >= upper);
}

fn permuted(order: Order, index: u32) -> u32 {
  let x = permuted_once(order, order.rounds[1], permuted_once(order, order.rounds[0], index));
  return permuted_once(order, order.rounds[2], x);
}
