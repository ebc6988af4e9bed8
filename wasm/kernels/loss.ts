import { LABEL_SMOOTHING, LossCall, Step } from '../calls.generated';
import { exp, log } from '../lib/exponential';
import { at, first_lanes, lane_sum, load_lanes, select4 } from '../lib/vector';

const BINARY_CROSSENTROPY: u32 = 0;
const CATEGORICAL_CROSSENTROPY: u32 = 1;

// Four rows at a time: where their outputs, deltas and labels are, and what came of them.
let z0: usize = 0;
let z1: usize = 0;
let z2: usize = 0;
let z3: usize = 0;
let labels0: usize = 0;
let labels1: usize = 0;
let labels2: usize = 0;
let labels3: usize = 0;
let to_deltas: usize = 0; // from a row's outputs to its deltas
let rows_loss: v128 = i32x4.splat(0);
let rows_correct: v128 = i32x4.splat(0);
let rows_error: v128 = i32x4.splat(0);

/** Where a run counts how a single binary output judges the validation rows: four numbers for each row of `metrics`. */
let confusion: usize = 0;

export function count_confusion(address: usize): void {
  confusion = address;
}

/**
 * The loss of a mini-batch and its gradient, and the sums from which an epoch's metrics are made:
 * deltas[row, :] = weight(row) / rows * d loss(row) / d z, metrics += (loss, correct, absolute error, loss without penalties).
 */
export function loss(call: LossCall, step: Step, trial: u32): void {
  const hyper = at(call.hyper, trial * call.HYPER_STRIDE);
  const smoothing = load<f32>(at(hyper, LABEL_SMOOTHING));
  const labels = at(call.batch_labels, trial * call.ROWS * call.LABELS);
  const outputs = at(call.outputs, trial * call.ROWS * call.UNIT_STRIDE);
  to_deltas = at(call.deltas, trial * call.ROWS * call.UNIT_STRIDE) - outputs;
  const metrics = at(0, 4 * (step.metrics_row * call.TRIALS + trial));
  const counts = confusion && !call.TRAINING && call.LOSS === BINARY_CROSSENTROPY && call.UNITS === 1;
  let sum = f32x4.splat(0);
  let correct = f32x4.splat(0);
  let error = f32x4.splat(0);
  for (let row: u32 = 0; row < step.rows; row += 4) {
    place_rows(call, outputs, labels, row, step.rows);
    const inside = first_lanes(step.rows - row);
    const weight = row_weights(call, hyper);
    const scale = f32x4.div(weight, f32x4.splat(<f32>step.rows));
    if (call.LOSS === BINARY_CROSSENTROPY) binary_crossentropy(call, scale, smoothing);
    else if (call.LOSS === CATEGORICAL_CROSSENTROPY) categorical_crossentropy(call, scale, smoothing);
    else mean_squared_error(call, scale);
    sum = f32x4.add(sum, v128.and(f32x4.mul(weight, rows_loss), inside));
    correct = f32x4.add(correct, v128.and(rows_correct, inside));
    error = f32x4.add(error, v128.and(rows_error, inside));
    if (counts) count_rows(confusion + metrics, inside);
  }
  let penalty: f32 = 0;
  for (let tensor: u32 = 0; tensor < call.TENSORS; tensor++) {
    penalty += load<f32>(at(call.penalties, trial * call.TENSORS + tensor));
  }
  const total = lane_sum(sum);
  add_to(call.metrics + metrics, total + <f32>step.rows * penalty);
  add_to(call.metrics + metrics + 4, lane_sum(correct));
  add_to(call.metrics + metrics + 8, lane_sum(error));
  add_to(call.metrics + metrics + 12, total);
}

function add_to(address: usize, term: f32): void {
  store<f32>(address, load<f32>(address) + term);
}

/** Behind the last row it takes the place of the others. */
function place_rows(call: LossCall, outputs: usize, labels: usize, row: u32, rows: u32): void {
  const row1 = min<u32>(row + 1, rows - 1);
  const row2 = min<u32>(row + 2, rows - 1);
  const row3 = min<u32>(row + 3, rows - 1);
  z0 = at(outputs, row * call.UNIT_STRIDE);
  z1 = at(outputs, row1 * call.UNIT_STRIDE);
  z2 = at(outputs, row2 * call.UNIT_STRIDE);
  z3 = at(outputs, row3 * call.UNIT_STRIDE);
  labels0 = at(labels, row * call.LABELS);
  labels1 = at(labels, row1 * call.LABELS);
  labels2 = at(labels, row2 * call.LABELS);
  labels3 = at(labels, row3 * call.LABELS);
}

function outputs_of(unit: u32): v128 {
  return load_lanes(at(z0, unit), at(z1, unit), at(z2, unit), at(z3, unit));
}

function labels_of(k: u32): v128 {
  return load_lanes(at(labels0, k), at(labels1, k), at(labels2, k), at(labels3, k));
}

function deltas_of(unit: u32): v128 {
  const from = at(to_deltas, unit);
  return load_lanes(z0 + from, z1 + from, z2 + from, z3 + from);
}

/** From the last row to the first: where they are the same, all have the same value. */
function set_deltas(unit: u32, values: v128): void {
  const to = at(to_deltas, unit);
  store<f32>(z0 + to, f32x4.extract_lane(values, 0));
  store<f32>(z1 + to, f32x4.extract_lane(values, 1));
  store<f32>(z2 + to, f32x4.extract_lane(values, 2));
  store<f32>(z3 + to, f32x4.extract_lane(values, 3));
}

function row_weights(call: LossCall, hyper: usize): v128 {
  const weight = labels_of(call.LABELS - 1);
  if (!call.TRAINING || !call.CLASSES) return weight;
  const own = at(hyper, call.CLASS_WEIGHTS);
  return f32x4.mul(
    weight,
    load_lanes(
      at(own, <u32>load<f32>(labels0)),
      at(own, <u32>load<f32>(labels1)),
      at(own, <u32>load<f32>(labels2)),
      at(own, <u32>load<f32>(labels3)),
    ),
  );
}

/** A sum over the outputs, divided by their number; for the many networks with one output without a division. */
function mean(sum: v128, units: u32): v128 {
  return units === 1 ? sum : f32x4.div(sum, f32x4.splat(<f32>units));
}

/** Cross-entropy of sigmoid(z), from the logit: max(z, 0) - z y + log(1 + exp(-|z|)), averaged over the outputs. */
function binary_crossentropy(call: LossCall, scale: v128, smoothing: f32): void {
  const one = f32x4.splat(1);
  const zero = f32x4.splat(0);
  let sum = zero;
  let correct = zero;
  let error = zero;
  for (let unit: u32 = 0; unit < call.UNITS; unit++) {
    const z = outputs_of(unit);
    const truth = labels_of(unit);
    const target = f32x4.add(f32x4.mul(truth, f32x4.splat(1 - smoothing)), f32x4.splat(<f32>0.5 * smoothing));
    const e = exp(f32x4.neg(f32x4.abs(z)));
    const beside = f32x4.add(one, e);
    const probability = f32x4.div(select4(f32x4.ge(z, zero), one, e), beside);
    const softplus = f32x4.add(f32x4.max(z, zero), log(beside));
    sum = f32x4.add(sum, f32x4.sub(softplus, f32x4.mul(z, target)));
    const differs = v128.xor(f32x4.gt(z, zero), f32x4.gt(truth, f32x4.splat(0.5)));
    correct = f32x4.add(correct, v128.andnot(one, differs));
    error = f32x4.add(error, f32x4.abs(f32x4.sub(probability, truth)));
    if (call.TRAINING) set_deltas(unit, mean(f32x4.mul(scale, f32x4.sub(probability, target)), call.UNITS));
  }
  rows_loss = mean(sum, call.UNITS);
  rows_correct = mean(correct, call.UNITS);
  rows_error = mean(error, call.UNITS);
}

/** Cross-entropy of softmax(z), from the logits through log-sum-exp. */
function categorical_crossentropy(call: LossCall, scale: v128, smoothing: f32): void {
  const truth = i32x4.trunc_sat_f32x4_s(labels_of(0));
  let largest = outputs_of(0);
  let best = i32x4.splat(0);
  for (let unit: u32 = 1; unit < call.UNITS; unit++) {
    const z = outputs_of(unit);
    const higher = f32x4.gt(z, largest);
    best = v128.bitselect(i32x4.splat(<i32>unit), best, higher);
    largest = f32x4.max(largest, z);
  }
  let total = f32x4.splat(0);
  for (let unit: u32 = 0; unit < call.UNITS; unit++) {
    const share = exp(f32x4.sub(outputs_of(unit), largest));
    total = f32x4.add(total, share);
    if (call.TRAINING) set_deltas(unit, share);
  }
  const log_total = log(total);
  const inverse = f32x4.div(f32x4.splat(1), total);
  const shared = f32x4.splat(smoothing / <f32>call.UNITS);
  const own = f32x4.splat(1 - smoothing);
  let sum = f32x4.splat(0);
  for (let unit: u32 = 0; unit < call.UNITS; unit++) {
    const log_probability = f32x4.sub(f32x4.sub(outputs_of(unit), largest), log_total);
    const target = f32x4.add(v128.and(own, i32x4.eq(truth, i32x4.splat(<i32>unit))), shared);
    sum = f32x4.sub(sum, f32x4.mul(target, log_probability));
    if (!call.TRAINING) continue;
    const probability = f32x4.mul(deltas_of(unit), inverse);
    set_deltas(unit, f32x4.mul(scale, f32x4.sub(probability, target)));
  }
  rows_loss = sum;
  rows_correct = v128.and(i32x4.eq(best, truth), f32x4.splat(1));
  rows_error = f32x4.splat(0);
}

/** Squared error averaged over the outputs; `deltas` comes with the slope of the output's activation. */
function mean_squared_error(call: LossCall, scale: v128): void {
  let sum = f32x4.splat(0);
  let error = f32x4.splat(0);
  for (let unit: u32 = 0; unit < call.UNITS; unit++) {
    const difference = f32x4.sub(outputs_of(unit), labels_of(unit));
    sum = f32x4.add(sum, f32x4.mul(difference, difference));
    error = f32x4.add(error, f32x4.abs(difference));
    if (!call.TRAINING) continue;
    const gradient = mean(f32x4.mul(f32x4.mul(scale, f32x4.splat(2)), difference), call.UNITS);
    set_deltas(unit, f32x4.mul(gradient, deltas_of(unit)));
  }
  rows_loss = mean(sum, call.UNITS);
  rows_correct = f32x4.splat(0);
  rows_error = mean(error, call.UNITS);
}

/** Adds true and false positives, false and true negatives. */
function count_rows(counts: usize, inside: v128): void {
  const positive = f32x4.gt(outputs_of(0), f32x4.splat(0));
  const truth = f32x4.gt(labels_of(0), f32x4.splat(0.5));
  add_count(counts, v128.and(v128.and(positive, truth), inside));
  add_count(counts + 4, v128.and(v128.andnot(positive, truth), inside));
  add_count(counts + 8, v128.and(v128.andnot(truth, positive), inside));
  add_count(counts + 12, v128.andnot(v128.andnot(inside, truth), positive));
}

function add_count(address: usize, lanes: v128): void {
  add_to(address, <f32>popcnt(i32x4.bitmask(lanes)));
}
