import { highest } from '../../../core/highest.ts';
import type { Floats } from '../../precision.ts';
import { hyper } from '../../webgpu/shaders.generated.ts';
import { sigmoid, softplus } from '../activation.ts';
import type { CpuKernel, KernelInput } from '../kernel.ts';
import { laneSum } from '../lane-sum.ts';

/** The numbers by which the kernel knows the losses. */
export const lossKinds = {
  binary_crossentropy: 0,
  categorical_crossentropy: 1,
  mean_squared_error: 2,
} as const;

type Input = KernelInput<'loss'>;
/** Loss, share of outputs that are right, and mean absolute error of one row. */
type RowLoss = readonly [loss: number, correct: number, absoluteError: number];
/** A row's place among the outputs and among the labels, and the factor of its gradient. */
interface Row {
  readonly at: number;
  readonly label: number;
  readonly smoothing: number;
  readonly scale: number;
}

/**
 * The loss of a mini-batch and its gradient, and the sums from which an epoch's metrics are made:
 * deltas[row, :] = weight(row) / rows * d loss(row) / d z, metrics += (loss, correct, absolute error, loss without penalties).
 */
export const loss: CpuKernel<'loss'> = (input) => {
  const { buffers, constants, step, trials, precision } = input;
  const rowLoss = [binaryCrossentropy, categoricalCrossentropy, meanSquaredError][
    constants.LOSS
  ] as typeof meanSquaredError;
  const perRow = precision.allocate(3 * step.rows);
  for (const trial of trials) {
    for (let row = 0; row < step.rows; row++) {
      const weight = rowWeight(input, trial, row);
      const [ownLoss, correct, error] = rowLoss(input, placeOf(input, trial, row, weight));
      perRow[3 * row] = weight * ownLoss;
      perRow[3 * row + 1] = correct;
      perRow[3 * row + 2] = error;
    }
    const sums = [0, 1, 2].map((i) => laneSum(precision, step.rows, (row) => perRow[3 * row + i] as number));
    const penalty = precision.round(step.rows * penaltySum(input, trial));
    const at = 4 * (step.metricsRow * constants.TRIALS + trial);
    add(buffers.metrics, at, precision.round((sums[0] as number) + penalty));
    add(buffers.metrics, at + 1, sums[1] as number);
    add(buffers.metrics, at + 2, sums[2] as number);
    add(buffers.metrics, at + 3, sums[0] as number);
  }
};

function add(values: Floats, at: number, term: number): void {
  values[at] = (values[at] as number) + term;
}

function rowWeight({ buffers, constants, precision }: Input, trial: number, row: number): number {
  const { LABELS, ROWS, TRAINING, CLASSES, CLASS_WEIGHTS, HYPER_STRIDE } = constants;
  const label = (trial * ROWS + row) * LABELS;
  const weight = buffers.batch_labels[label + LABELS - 1] as number;
  if (!TRAINING || !CLASSES) return weight;
  const classIndex = buffers.batch_labels[label] as number;
  return precision.round(
    weight * (buffers.hyper[trial * HYPER_STRIDE + CLASS_WEIGHTS + classIndex] as number),
  );
}

function placeOf(
  { buffers, constants, step, precision }: Input,
  trial: number,
  row: number,
  weight: number,
): Row {
  const { LABELS, ROWS, UNIT_STRIDE, HYPER_STRIDE } = constants;
  return {
    at: (trial * ROWS + row) * UNIT_STRIDE,
    label: (trial * ROWS + row) * LABELS,
    smoothing: buffers.hyper[trial * HYPER_STRIDE + hyper.LABEL_SMOOTHING] as number,
    scale: precision.round(weight / step.rows),
  };
}

function penaltySum({ buffers, constants, precision }: Input, trial: number): number {
  let sum = 0;
  for (let tensor = 0; tensor < constants.TENSORS; tensor++) {
    sum = precision.round(sum + (buffers.penalties[trial * constants.TENSORS + tensor] as number));
  }
  return sum;
}

/** Cross-entropy of sigmoid(z), from the logit: max(z, 0) - z y + log(1 + exp(-|z|)), averaged over the outputs. */
function binaryCrossentropy(
  { buffers, constants, precision }: Input,
  { at, label, smoothing, scale }: Row,
): RowLoss {
  const { round } = precision;
  const { UNITS, TRAINING } = constants;
  let [sum, correct, error] = [0, 0, 0];
  for (let unit = 0; unit < UNITS; unit++) {
    const z = buffers.outputs[at + unit] as number;
    const truth = buffers.batch_labels[label + unit] as number;
    const target = round(round(truth * round(1 - smoothing)) + round(0.5 * smoothing));
    const probability = sigmoid(precision, z);
    sum = round(sum + round(softplus(precision, z) - round(z * target)));
    correct += z > 0 === truth > 0.5 ? 1 : 0;
    error = round(error + Math.abs(round(probability - truth)));
    if (TRAINING) buffers.deltas[at + unit] = (scale * round(probability - target)) / UNITS;
  }
  return [round(sum / UNITS), correct / UNITS, round(error / UNITS)];
}

/** Cross-entropy of softmax(z), from the logits through log-sum-exp. */
function categoricalCrossentropy(
  { buffers, constants, precision }: Input,
  { at, label, smoothing, scale }: Row,
): RowLoss {
  const { round } = precision;
  const { UNITS, TRAINING } = constants;
  const logits = buffers.outputs.subarray(at, at + UNITS);
  const truth = buffers.batch_labels[label] as number;
  const best = highest(logits);
  const largest = logits[best] as number;
  let total = 0;
  for (const z of logits) total = round(total + round(Math.exp(round(z - largest))));
  const logTotal = round(Math.log(total));
  let sum = 0;
  for (let unit = 0; unit < UNITS; unit++) {
    const logProbability = round(round((logits[unit] as number) - largest) - logTotal);
    const target = round((unit === truth ? round(1 - smoothing) : 0) + round(smoothing / UNITS));
    sum = round(sum - round(target * logProbability));
    if (TRAINING) buffers.deltas[at + unit] = scale * round(round(Math.exp(logProbability)) - target);
  }
  return [sum, best === truth ? 1 : 0, 0];
}

/** Squared error averaged over the outputs; `deltas` comes with the slope of the output's activation. */
function meanSquaredError({ buffers, constants, precision }: Input, { at, label, scale }: Row): RowLoss {
  const { round } = precision;
  const { UNITS, TRAINING } = constants;
  let [sum, error] = [0, 0];
  for (let unit = 0; unit < UNITS; unit++) {
    const difference = round(
      (buffers.outputs[at + unit] as number) - (buffers.batch_labels[label + unit] as number),
    );
    sum = round(sum + round(difference * difference));
    error = round(error + Math.abs(difference));
    if (TRAINING) {
      const slope = buffers.deltas[at + unit] as number;
      buffers.deltas[at + unit] = round(round(scale * 2 * difference) / UNITS) * slope;
    }
  }
  return [round(sum / UNITS), 0, round(error / UNITS)];
}
