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
  for (let row: u32 = 0; row < rows; row += 4) {
    place_rows(inputs, call.INPUT_STRIDE, outputs, stride, row, rows);
    if (call.UNITS === 1) one_unit(call.INPUT_STRIDE, kernel, bias);
    else all_units(call.INPUTS, kernel, bias, (<usize>stride) << 2);
  }
  activate_all(call.ACTIVATION, call.ACTIVATION_PARAMETER, outputs, deltas, rows * stride);
  if (call.TRAINING && call.DROPOUT) drop(call, step, trial, outputs, deltas);
  // Activations of the padding need not be zero.
  if (call.UNITS & 3) {
    clear_padding(outputs, rows, call.UNITS, stride);
    if (deltas) clear_padding(deltas, rows, call.UNITS, stride);
  }
}

// Four rows at a time: where their inputs and outputs are. Behind the last row it takes the place of the others.
let x0: usize = 0;
let x1: usize = 0;
let x2: usize = 0;
let x3: usize = 0;
let y0: usize = 0;
let y1: usize = 0;
let y2: usize = 0;
let y3: usize = 0;

function place_rows(x: usize, input_stride: u32, y: usize, unit_stride: u32, row: u32, rows: u32): void {
  const row1 = min<u32>(row + 1, rows - 1);
  const row2 = min<u32>(row + 2, rows - 1);
  const row3 = min<u32>(row + 3, rows - 1);
  x0 = at(x, row * input_stride);
  x1 = at(x, row1 * input_stride);
  x2 = at(x, row2 * input_stride);
  x3 = at(x, row3 * input_stride);
  y0 = at(y, row * unit_stride);
  y1 = at(y, row1 * unit_stride);
  y2 = at(y, row2 * unit_stride);
  y3 = at(y, row3 * unit_stride);
}

/** The placed rows and all units, eight and at the end four at a time. */
function all_units(steps: u32, kernel: usize, bias: usize, width: usize): void {
  let unit: usize = 0;
  for (; unit + 32 <= width; unit += 32) eight_units(steps, kernel + unit, width, bias + unit, unit);
  if (unit < width) four_units(steps, kernel + unit, width, bias + unit, unit);
}

/** The placed rows and eight units, whose kernel begins at `w`: sums over so many steps, and the bias. */
function eight_units(steps: u32, w: usize, width: usize, bias: usize, unit: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let b0 = a0;
  let b1 = a0;
  let b2 = a0;
  let b3 = a0;
  let p0 = x0;
  let p1 = x1;
  let p2 = x2;
  let p3 = x3;
  const end = at(p0, steps);
  while (p0 < end) {
    const v = v128.load(w);
    const u = v128.load(w, 16);
    let x = v128.load32_splat(p0);
    a0 = f32x4.add(a0, f32x4.mul(x, v));
    b0 = f32x4.add(b0, f32x4.mul(x, u));
    x = v128.load32_splat(p1);
    a1 = f32x4.add(a1, f32x4.mul(x, v));
    b1 = f32x4.add(b1, f32x4.mul(x, u));
    x = v128.load32_splat(p2);
    a2 = f32x4.add(a2, f32x4.mul(x, v));
    b2 = f32x4.add(b2, f32x4.mul(x, u));
    x = v128.load32_splat(p3);
    a3 = f32x4.add(a3, f32x4.mul(x, v));
    b3 = f32x4.add(b3, f32x4.mul(x, u));
    p0 += 4;
    p1 += 4;
    p2 += 4;
    p3 += 4;
    w += width;
  }
  const c = v128.load(bias);
  const d = v128.load(bias, 16);
  v128.store(y0 + unit, f32x4.add(a0, c));
  v128.store(y0 + unit, f32x4.add(b0, d), 16);
  v128.store(y1 + unit, f32x4.add(a1, c));
  v128.store(y1 + unit, f32x4.add(b1, d), 16);
  v128.store(y2 + unit, f32x4.add(a2, c));
  v128.store(y2 + unit, f32x4.add(b2, d), 16);
  v128.store(y3 + unit, f32x4.add(a3, c));
  v128.store(y3 + unit, f32x4.add(b3, d), 16);
}

function four_units(steps: u32, w: usize, width: usize, bias: usize, unit: usize): void {
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  let p0 = x0;
  let p1 = x1;
  let p2 = x2;
  let p3 = x3;
  const end = at(p0, steps);
  while (p0 < end) {
    const v = v128.load(w);
    a0 = f32x4.add(a0, f32x4.mul(v128.load32_splat(p0), v));
    a1 = f32x4.add(a1, f32x4.mul(v128.load32_splat(p1), v));
    a2 = f32x4.add(a2, f32x4.mul(v128.load32_splat(p2), v));
    a3 = f32x4.add(a3, f32x4.mul(v128.load32_splat(p3), v));
    p0 += 4;
    p1 += 4;
    p2 += 4;
    p3 += 4;
    w += width;
  }
  const c = v128.load(bias);
  v128.store(y0 + unit, f32x4.add(a0, c));
  v128.store(y1 + unit, f32x4.add(a1, c));
  v128.store(y2 + unit, f32x4.add(a2, c));
  v128.store(y3 + unit, f32x4.add(a3, c));
}

/** The placed rows and a single unit, which would leave three of four lanes idle: here the lanes take inputs. */
function one_unit(input_stride: u32, kernel: usize, bias: usize): void {
  let w = kernel;
  let a0 = f32x4.splat(0);
  let a1 = a0;
  let a2 = a0;
  let a3 = a0;
  for (let k: usize = 0; k < (<usize>input_stride) << 2; k += 16) {
    const v = load_lanes(w, w + 16, w + 32, w + 48);
    a0 = f32x4.add(a0, f32x4.mul(v128.load(x0 + k), v));
    a1 = f32x4.add(a1, f32x4.mul(v128.load(x1 + k), v));
    a2 = f32x4.add(a2, f32x4.mul(v128.load(x2 + k), v));
    a3 = f32x4.add(a3, f32x4.mul(v128.load(x3 + k), v));
    w += 64;
  }
  const z = f32x4.add(lane_sums(a0, a1, a2, a3), v128.load32_splat(bias));
  store<f32>(y0, f32x4.extract_lane(z, 0));
  store<f32>(y1, f32x4.extract_lane(z, 1));
  store<f32>(y2, f32x4.extract_lane(z, 2));
  store<f32>(y3, f32x4.extract_lane(z, 3));
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
