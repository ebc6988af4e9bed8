import { GatherCall, SEED_HIGH, SEED_LOW, Step } from '../calls.generated';
import { permuted, set_order } from '../lib/permutation';
import { at } from '../lib/vector';

export function seed_of(hyper: usize): u32 {
  return ((<u32>load<f32>(at(hyper, SEED_HIGH))) << 16) | <u32>load<f32>(at(hyper, SEED_LOW));
}

const sources = memory.data(16);

/** Copies the rows of one mini-batch, in the trial's own order, to where the first layer reads them. */
export function gather(call: GatherCall, step: Step, trial: u32): void {
  const shuffled = step.shuffled === 1;
  if (shuffled) set_order(seed_of(at(call.hyper, trial * call.HYPER_STRIDE)), step.epoch, step.source_rows);
  const features = at(call.batch_features, trial * call.ROWS * call.INPUT_STRIDE);
  const labels = at(call.batch_labels, trial * call.ROWS * call.LABELS);
  const last = i32x4.splat(<i32>(step.source_rows - 1));
  for (let row: u32 = 0; row < step.rows; row += 4) {
    const places = i32x4.add(i32x4.splat(<i32>(step.first_row + row)), i32x4(0, 1, 2, 3));
    // Places behind the last row are permuted too, but not copied.
    const inside = i32x4.min_u(places, last);
    v128.store(sources, shuffled ? permuted(inside) : inside);
    const count = min<u32>(4, step.rows - row);
    for (let k: u32 = 0; k < count; k++) {
      const source = load<u32>(at(sources, k));
      const from = at(call.features, source * call.INPUT_STRIDE);
      copy_quads(from, at(features, (row + k) * call.INPUT_STRIDE), call.INPUT_STRIDE);
      const label = at(call.labels, source * call.LABELS);
      copy_numbers(label, at(labels, (row + k) * call.LABELS), call.LABELS);
    }
  }
}

function copy_quads(from: usize, to: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i += 4) v128.store(at(to, i), v128.load(at(from, i)));
}

function copy_numbers(from: usize, to: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) store<f32>(at(to, i), load<f32>(at(from, i)));
}
