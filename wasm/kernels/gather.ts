import { GatherCall, SEED_HIGH, SEED_LOW, Step } from '../calls.generated';
import { permuted, set_order } from '../lib/permutation';
import { at } from '../lib/vector';

export function seed_of(hyper: usize): u32 {
  return ((<u32>load<f32>(at(hyper, SEED_HIGH))) << 16) | <u32>load<f32>(at(hyper, SEED_LOW));
}

/** Copies the rows of one mini-batch, in the trial's own order, to where the first layer reads them. */
export function gather(call: GatherCall, step: Step, trial: u32): void {
  const shuffled = step.shuffled === 1;
  if (shuffled) set_order(seed_of(at(call.hyper, trial * call.HYPER_STRIDE)), step.epoch, step.source_rows);
  const width = call.INPUT_STRIDE;
  let features = at(call.batch_features, trial * call.ROWS * width);
  let labels = at(call.batch_labels, trial * call.ROWS * call.LABELS);
  const last = i32x4.splat(<i32>(step.source_rows - 1));
  for (let row: u32 = 0; row < step.rows; row += 4) {
    const places = i32x4.add(i32x4.splat(<i32>(step.first_row + row)), i32x4(0, 1, 2, 3));
    // Places behind the last row are permuted too, but not copied.
    const inside = i32x4.min_u(places, last);
    const sources = shuffled ? permuted(inside) : inside;
    const count = min<u32>(4, step.rows - row);
    const from = i32x4.mul(sources, i32x4.splat(<i32>width));
    features = copy_rows(call.features, from, features, width, count);
    labels = copy_rows(
      call.labels,
      i32x4.mul(sources, i32x4.splat(<i32>call.LABELS)),
      labels,
      call.LABELS,
      count,
    );
  }
}

/** Copies up to four rows of `width` numbers from their places to follow each other. @returns where they end */
function copy_rows(from: usize, places: v128, to: usize, width: u32, count: u32): usize {
  const next = to + ((<usize>width) << 2);
  copy(at(from, <u32>i32x4.extract_lane(places, 0)), to, next);
  if (count === 1) return next;
  const bytes = next - to;
  copy(at(from, <u32>i32x4.extract_lane(places, 1)), next, next + bytes);
  if (count === 2) return next + bytes;
  copy(at(from, <u32>i32x4.extract_lane(places, 2)), next + bytes, next + 2 * bytes);
  if (count === 3) return next + 2 * bytes;
  copy(at(from, <u32>i32x4.extract_lane(places, 3)), next + 2 * bytes, next + 3 * bytes);
  return next + 3 * bytes;
}

function copy(from: usize, to: usize, end: usize): void {
  for (; to + 16 <= end; to += 16) {
    v128.store(to, v128.load(from));
    from += 16;
  }
  for (; to < end; to += 4) {
    store<f32>(to, load<f32>(from));
    from += 4;
  }
}
