import { MatmulForwardCall, Step } from '../calls.generated';
import { activate_all } from '../lib/activation';
import { STREAM_DROPOUT, threefry, unit_interval } from '../lib/threefry';
import { at, first_lanes, lane_sums, load_lanes } from '../lib/vector';
import { seed_of } from './gather';

/**
 * One layer forward: matrix product, bias, activation and dropout.
 *
 * z[row, unit] = (sum over k of inputs[row, k] * kernel[k, unit]) + bias[unit];
 * outputs = mask * f(z) / (1 - rate), deltas = mask * f'(z) / (1 - rate).
 */
export function matmul_forward(call: MatmulForwardCall, step: Step, trial: u32): void {
  const rows = step.rows;
  const stride = call.UNIT_STRIDE;
  const parameters = at(call.parameters, trial * call.PARAMETERS);
  const kernel = at(parameters, call.KERNEL_OFFSET);
  const bias = at(parameters, call.BIAS_OFFSET);
  const inputs = at(call.inputs, trial * call.ROWS * call.INPUT_STRIDE);
  const outputs = at(call.outputs, trial * call.ROWS * stride);
  const deltas = call.TRAINING ? at(call.deltas, trial * call.ROWS * stride) : 0;
  if (call.UNITS === 1) one_unit(inputs, call.INPUT_STRIDE, rows, kernel, bias, outputs);
  else units(inputs, call.INPUT_STRIDE, call.INPUTS, rows, kernel, bias, outputs, stride);
  activate_all(call.ACTIVATION, call.ACTIVATION_PARAMETER, outputs, deltas, rows * stride);
  if (call.TRAINING && call.DROPOUT) drop(call, step, trial, outputs, deltas);
  // Activations of the padding need not be zero.
  if (call.UNITS & 3) {
    clear_padding(outputs, rows, call.UNITS, stride);
    if (deltas) clear_padding(deltas, rows, call.UNITS, stride);
  }
}

/** Four rows and eight (at the end four) units at a time; behind the last row it takes the place of the others. */
function units(
  x: usize,
  input_stride: u32,
  steps: u32,
  rows: u32,
  kernel: usize,
  bias: usize,
  y: usize,
  unit_stride: u32,
): void {
  const width = (<usize>unit_stride) << 2;
  for (let row: u32 = 0; row < rows; row += 4) {
    const row1 = min<u32>(row + 1, rows - 1);
    const row2 = min<u32>(row + 2, rows - 1);
    const row3 = min<u32>(row + 3, rows - 1);
    const x0 = at(x, row * input_stride);
    const x1 = at(x, row1 * input_stride);
    const x2 = at(x, row2 * input_stride);
    const x3 = at(x, row3 * input_stride);
    const y0 = at(y, row * unit_stride);
    const y1 = at(y, row1 * unit_stride);
    const y2 = at(y, row2 * unit_stride);
    const y3 = at(y, row3 * unit_stride);
    let unit: usize = 0;
    for (; unit + 32 <= width; unit += 32) {
      eight_units(
        x0,
        x1,
        x2,
        x3,
        steps,
        kernel + unit,
        width,
        bias + unit,
        y0 + unit,
        y1 + unit,
        y2 + unit,
        y3 + unit,
      );
    }
    if (unit < width) {
      four_units(
        x0,
        x1,
        x2,
        x3,
        steps,
        kernel + unit,
        width,
        bias + unit,
        y0 + unit,
        y1 + unit,
        y2 + unit,
        y3 + unit,
      );
    }
  }
}

function eight_units(
  x0: usize,
  x1: usize,
  x2: usize,
  x3: usize,
  steps: u32,
  w: usize,
  width: usize,
  bias: usize,
  y0: usize,
  y1: usize,
  y2: usize,
  y3: usize,
): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  const end = at(x0, steps);
  while (x0 < end) {
    const p = v128.load(w);
    const q = v128.load(w, 16);
    let v = v128.load32_splat(x0);
    a0 = f32x4.add(a0, f32x4.mul(v, p));
    b0 = f32x4.add(b0, f32x4.mul(v, q));
    v = v128.load32_splat(x1);
    a1 = f32x4.add(a1, f32x4.mul(v, p));
    b1 = f32x4.add(b1, f32x4.mul(v, q));
    v = v128.load32_splat(x2);
    a2 = f32x4.add(a2, f32x4.mul(v, p));
    b2 = f32x4.add(b2, f32x4.mul(v, q));
    v = v128.load32_splat(x3);
    a3 = f32x4.add(a3, f32x4.mul(v, p));
    b3 = f32x4.add(b3, f32x4.mul(v, q));
    x0 += 4;
    x1 += 4;
    x2 += 4;
    x3 += 4;
    w += width;
  }
  const c = v128.load(bias);
  const d = v128.load(bias, 16);
  v128.store(y0, f32x4.add(a0, c));
  v128.store(y0, f32x4.add(b0, d), 16);
  v128.store(y1, f32x4.add(a1, c));
  v128.store(y1, f32x4.add(b1, d), 16);
  v128.store(y2, f32x4.add(a2, c));
  v128.store(y2, f32x4.add(b2, d), 16);
  v128.store(y3, f32x4.add(a3, c));
  v128.store(y3, f32x4.add(b3, d), 16);
}

function four_units(
  x0: usize,
  x1: usize,
  x2: usize,
  x3: usize,
  steps: u32,
  w: usize,
  width: usize,
  bias: usize,
  y0: usize,
  y1: usize,
  y2: usize,
  y3: usize,
): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  const end = at(x0, steps);
  while (x0 < end) {
    const p = v128.load(w);
    a0 = f32x4.add(a0, f32x4.mul(v128.load32_splat(x0), p));
    a1 = f32x4.add(a1, f32x4.mul(v128.load32_splat(x1), p));
    a2 = f32x4.add(a2, f32x4.mul(v128.load32_splat(x2), p));
    a3 = f32x4.add(a3, f32x4.mul(v128.load32_splat(x3), p));
    x0 += 4;
    x1 += 4;
    x2 += 4;
    x3 += 4;
    w += width;
  }
  const c = v128.load(bias);
  v128.store(y0, f32x4.add(a0, c));
  v128.store(y1, f32x4.add(a1, c));
  v128.store(y2, f32x4.add(a2, c));
  v128.store(y3, f32x4.add(a3, c));
}

/** A single unit would leave three of four lanes idle: here the lanes take inputs, and are added up at the end. */
function one_unit(x: usize, input_stride: u32, rows: u32, kernel: usize, bias: usize, y: usize): void {
  const b = v128.load32_splat(bias);
  for (let row: u32 = 0; row < rows; row += 4) {
    const row1 = min<u32>(row + 1, rows - 1);
    const row2 = min<u32>(row + 2, rows - 1);
    const row3 = min<u32>(row + 3, rows - 1);
    let x0 = at(x, row * input_stride);
    let x1 = at(x, row1 * input_stride);
    let x2 = at(x, row2 * input_stride);
    let x3 = at(x, row3 * input_stride);
    let w = kernel;
    let a0 = f32x4.splat(0);
    let a1 = a0;
    let a2 = a0;
    let a3 = a0;
    const end = at(x0, input_stride);
    while (x0 < end) {
      const p = load_lanes(w, w + 16, w + 32, w + 48);
      a0 = f32x4.add(a0, f32x4.mul(v128.load(x0), p));
      a1 = f32x4.add(a1, f32x4.mul(v128.load(x1), p));
      a2 = f32x4.add(a2, f32x4.mul(v128.load(x2), p));
      a3 = f32x4.add(a3, f32x4.mul(v128.load(x3), p));
      x0 += 16;
      x1 += 16;
      x2 += 16;
      x3 += 16;
      w += 64;
    }
    const z = f32x4.add(lane_sums(a0, a1, a2, a3), b);
    store<f32>(at(y, row << 2), f32x4.extract_lane(z, 0));
    store<f32>(at(y, row1 << 2), f32x4.extract_lane(z, 1));
    store<f32>(at(y, row2 << 2), f32x4.extract_lane(z, 2));
    store<f32>(at(y, row3 << 2), f32x4.extract_lane(z, 3));
  }
}

/** Sets what a row holds behind its units to 0. */
function clear_padding(values: usize, rows: u32, count: u32, stride: u32): void {
  const mask = first_lanes(count & 3);
  const last = at(values, count & ~3);
  for (let row: u32 = 0; row < rows; row++) {
    const place = at(last, row * stride);
    v128.store(place, v128.and(v128.load(place), mask));
  }
}

/** Multiplies outputs and slopes with 0 where a unit is dropped, else with 1 / (1 - rate). */
function drop(call: MatmulForwardCall, step: Step, trial: u32, outputs: usize, deltas: usize): void {
  const hyper = at(call.hyper, trial * call.HYPER_STRIDE);
  const rate = load<f32>(at(hyper, call.DROPOUT_RATE));
  const threshold = f32x4.splat(rate);
  const scale = f32x4.splat(<f32>1 / (<f32>1 - rate));
  const seed = seed_of(hyper);
  const stream = STREAM_DROPOUT + (call.LAYER << 8);
  for (let row: u32 = 0; row < step.rows; row++) {
    for (let unit: u32 = 0; unit < call.UNITS; unit += 4) {
      const counters = i32x4.add(i32x4.splat(<i32>(row * call.UNITS + unit)), i32x4(0, 1, 2, 3));
      const words = threefry(seed, stream, step.iteration, counters);
      const kept = v128.and(f32x4.ge(unit_interval(words), threshold), scale);
      const place = row * call.UNIT_STRIDE + unit;
      v128.store(at(outputs, place), f32x4.mul(v128.load(at(outputs, place)), kept));
      v128.store(at(deltas, place), f32x4.mul(v128.load(at(deltas, place)), kept));
    }
  }
}
