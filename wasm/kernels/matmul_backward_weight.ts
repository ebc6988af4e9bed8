import { MatmulBackwardWeightCall, Step } from '../calls.generated';
import { at } from '../lib/vector';

/**
 * The gradient of one layer: gradients[k, unit] = sum over rows of inputs[row, k] * deltas[row, unit], and of the bias
 * the sum of deltas[row, unit].
 */
export function matmul_backward_weight(call: MatmulBackwardWeightCall, step: Step, trial: u32): void {
  const input_width = (<usize>call.INPUT_STRIDE) << 2;
  const width = (<usize>call.UNIT_STRIDE) << 2;
  const inputs = at(call.inputs, trial * call.ROWS * call.INPUT_STRIDE);
  const deltas = at(call.deltas, trial * call.ROWS * call.UNIT_STRIDE);
  const gradients = at(call.gradients, trial * call.PARAMETERS);
  const kernel = at(gradients, call.KERNEL_OFFSET);
  if (call.USE_BIAS) column_sums(deltas, step.rows, width, at(gradients, call.BIAS_OFFSET));
  if (call.UNITS === 1) {
    one_unit(inputs, input_width, call.INPUTS, deltas, step.rows, kernel);
    return;
  }
  let unit: usize = 0;
  for (; unit + 64 <= width; unit += 64) {
    for (let k: u32 = 0; k < call.INPUTS; k += 2) {
      const to = kernel + unit + <usize>k * width;
      two_by_sixteen(at(inputs, k), input_width, deltas + unit, width, step.rows, to, k + 1 < call.INPUTS);
    }
  }
  for (; unit < width; unit += 16) {
    for (let k: u32 = 0; k < call.INPUTS; k += 4) {
      const to = kernel + unit + <usize>k * width;
      four_by_four(at(inputs, k), input_width, deltas + unit, width, step.rows, to, call.INPUTS - k);
    }
  }
}

function column_sums(deltas: usize, rows: u32, width: usize, to: usize): void {
  for (let unit: usize = 0; unit < width; unit += 16) {
    let sum = f32x4.splat(0);
    let from = deltas + unit;
    for (let row: u32 = 0; row < rows; row++) {
      sum = f32x4.add(sum, v128.load(from));
      from += width;
    }
    v128.store(to + unit, sum);
  }
}

/** Gradients of two inputs, or of the last one, and sixteen units. */
function two_by_sixteen(
  x: usize,
  input_width: usize,
  d: usize,
  width: usize,
  rows: u32,
  to: usize,
  both: bool,
): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  const end = d + <usize>rows * width;
  while (d < end) {
    const p = v128.load32_splat(x);
    const q = v128.load32_splat(x, 4);
    let v = v128.load(d);
    a0 = f32x4.add(a0, f32x4.mul(p, v));
    b0 = f32x4.add(b0, f32x4.mul(q, v));
    v = v128.load(d, 16);
    a1 = f32x4.add(a1, f32x4.mul(p, v));
    b1 = f32x4.add(b1, f32x4.mul(q, v));
    v = v128.load(d, 32);
    a2 = f32x4.add(a2, f32x4.mul(p, v));
    b2 = f32x4.add(b2, f32x4.mul(q, v));
    v = v128.load(d, 48);
    a3 = f32x4.add(a3, f32x4.mul(p, v));
    b3 = f32x4.add(b3, f32x4.mul(q, v));
    x += input_width;
    d += width;
  }
  v128.store(to, a0);
  v128.store(to, a1, 16);
  v128.store(to, a2, 32);
  v128.store(to, a3, 48);
  if (!both) return;
  to += width;
  v128.store(to, b0);
  v128.store(to, b1, 16);
  v128.store(to, b2, 32);
  v128.store(to, b3, 48);
}

/** Gradients of four inputs, or of the last `count`, and four units. */
function four_by_four(
  x: usize,
  input_width: usize,
  d: usize,
  width: usize,
  rows: u32,
  to: usize,
  count: u32,
): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  const end = d + <usize>rows * width;
  while (d < end) {
    const v = v128.load(d);
    a0 = f32x4.add(a0, f32x4.mul(v128.load32_splat(x), v));
    a1 = f32x4.add(a1, f32x4.mul(v128.load32_splat(x, 4), v));
    a2 = f32x4.add(a2, f32x4.mul(v128.load32_splat(x, 8), v));
    a3 = f32x4.add(a3, f32x4.mul(v128.load32_splat(x, 12), v));
    x += input_width;
    d += width;
  }
  v128.store(to, a0);
  if (count > 1) v128.store(to + width, a1);
  if (count > 2) v128.store(to + 2 * width, a2);
  if (count > 3) v128.store(to + 3 * width, a3);
}

/** A single unit would leave three of four lanes idle: here the lanes take inputs. */
function one_unit(x: usize, input_width: usize, inputs: u32, deltas: usize, rows: u32, kernel: usize): void {
  for (let k: u32 = 0; k < inputs; k += 4) {
    let sum = f32x4.splat(0);
    let from = at(x, k);
    let d = deltas;
    for (let row: u32 = 0; row < rows; row++) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(from), v128.load32_splat(d)));
      from += input_width;
      d += 16;
    }
    const to = at(kernel, k << 2);
    store_with_padding(to, f32x4.extract_lane(sum, 0));
    if (inputs - k > 1) store_with_padding(to + 16, f32x4.extract_lane(sum, 1));
    if (inputs - k > 2) store_with_padding(to + 32, f32x4.extract_lane(sum, 2));
    if (inputs - k > 3) store_with_padding(to + 48, f32x4.extract_lane(sum, 3));
  }
}

function store_with_padding(to: usize, value: f32): void {
  v128.store(to, f32x4.replace_lane(f32x4.splat(0), 0, value));
}
