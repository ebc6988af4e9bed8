import { MatmulBackwardInputCall, Step } from '../calls.generated';
import { at, lane_sums, load_lanes } from '../lib/vector';

/**
 * The way back through one layer's kernel: deltas[row, k] *= sum over units of next_deltas[row, unit] * kernel[k, unit].
 * `deltas` holds the slopes of the layer before and becomes its gradient with respect to the pre-activation.
 */
export function matmul_backward_input(call: MatmulBackwardInputCall, step: Step, trial: u32): void {
  const input_width = (<usize>call.INPUT_STRIDE) << 2;
  const width = (<usize>call.UNIT_STRIDE) << 2;
  const kernel = at(call.parameters, trial * call.PARAMETERS + call.KERNEL_OFFSET);
  const next_deltas = at(call.next_deltas, trial * call.ROWS * call.UNIT_STRIDE);
  const deltas = at(call.deltas, trial * call.ROWS * call.INPUT_STRIDE);
  if (call.UNITS === 1) {
    one_unit(next_deltas, step.rows, kernel, deltas, input_width);
    return;
  }
  for (let row: u32 = 0; row < step.rows; row += 2) {
    const row1 = min<u32>(row + 1, step.rows - 1);
    const d0 = next_deltas + <usize>row * width;
    const d1 = next_deltas + <usize>row1 * width;
    const to0 = deltas + <usize>row * input_width;
    const to1 = deltas + <usize>row1 * input_width;
    let w = kernel;
    for (let k: usize = 0; k < input_width; k += 16) {
      two_by_four(d0, d1, w, width, to0 + k, to1 + k);
      w += width << 2;
    }
  }
}

/** Two rows and four inputs: lanes take units, and are added up at the end. */
function two_by_four(d0: usize, d1: usize, w0: usize, width: usize, to0: usize, to1: usize): void {
  let w1 = w0 + width;
  let w2 = w1 + width;
  let w3 = w2 + width;
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  const end = d0 + width;
  while (d0 < end) {
    const p = v128.load(d0);
    const q = v128.load(d1);
    let v = v128.load(w0);
    a0 = f32x4.add(a0, f32x4.mul(p, v));
    b0 = f32x4.add(b0, f32x4.mul(q, v));
    v = v128.load(w1);
    a1 = f32x4.add(a1, f32x4.mul(p, v));
    b1 = f32x4.add(b1, f32x4.mul(q, v));
    v = v128.load(w2);
    a2 = f32x4.add(a2, f32x4.mul(p, v));
    b2 = f32x4.add(b2, f32x4.mul(q, v));
    v = v128.load(w3);
    a3 = f32x4.add(a3, f32x4.mul(p, v));
    b3 = f32x4.add(b3, f32x4.mul(q, v));
    d0 += 16;
    d1 += 16;
    w0 += 16;
    w1 += 16;
    w2 += 16;
    w3 += 16;
  }
  // Both rows may be the same one: its slopes are read before they are overwritten.
  const slopes0 = v128.load(to0);
  const slopes1 = v128.load(to1);
  v128.store(to0, f32x4.mul(slopes0, lane_sums(a0, a1, a2, a3)));
  v128.store(to1, f32x4.mul(slopes1, lane_sums(b0, b1, b2, b3)));
}

/** A single unit: nothing is to be added up, and the lanes take inputs. */
function one_unit(next_deltas: usize, rows: u32, kernel: usize, deltas: usize, input_width: usize): void {
  for (let k: usize = 0; k < input_width; k += 16) {
    const from = kernel + (k << 2);
    const w = load_lanes(from, from + 16, from + 32, from + 48);
    let d = next_deltas;
    let to = deltas + k;
    for (let row: u32 = 0; row < rows; row++) {
      v128.store(to, f32x4.mul(v128.load(to), f32x4.mul(v128.load32_splat(d), w)));
      d += 16;
      to += input_width;
    }
  }
}
