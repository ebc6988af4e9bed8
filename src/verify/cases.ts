import type { Job, TrialSettings } from '../engine/engine.ts';
import type { ActivationSpec } from '../model/activations.ts';
import { initialWeights } from '../model/initializers.ts';
import { type LossSpec, loss as lossOf } from '../model/losses.ts';
import { mlp } from '../model/network.ts';
import { adam, adamw, type Optimizer, rmsprop, sgd } from '../model/optimizers.ts';
import { RandomValues } from './random-values.ts';

/** A training whose kernels are checked one by one, and which runs as a whole. */
export interface VerifyCase {
  readonly name: string;
  readonly inputs: number;
  readonly hidden: readonly number[];
  readonly outputs: number;
  readonly activation: ActivationSpec;
  readonly outputActivation: ActivationSpec;
  readonly loss: LossSpec;
  readonly optimizer: (trial: number) => Optimizer;
  readonly rows: number;
  readonly batchSize: number;
  readonly trials: number;
  readonly dropout?: number;
  readonly l1?: number;
  readonly l2?: number;
  readonly classWeights?: readonly number[];
  readonly sampleWeights?: boolean;
  /** Whether the gradients' noise is measured. */
  readonly measuresNoise?: boolean;
}

const binary = { outputs: 1, outputActivation: 'sigmoid', loss: 'binary_crossentropy' } as const;
const smoothed = { ...binary, loss: { name: 'binary_crossentropy', labelSmoothing: 0.1 } } as const;
const classes = {
  outputActivation: 'softmax',
  loss: { name: 'categorical_crossentropy', labelSmoothing: 0.05 },
} as const;
const regression = { outputActivation: 'linear', loss: 'mse' } as const;
const usual = () => adam();

/** Every kernel with every choice it has, at odd sizes, with partial batches, alone and among other trials. */
export const smallCases: readonly VerifyCase[] = [
  {
    name: 'relu',
    ...binary,
    inputs: 5,
    hidden: [17],
    activation: 'relu',
    optimizer: usual,
    rows: 70,
    batchSize: 33,
    trials: 3,
  },
  {
    name: 'leaky_relu',
    ...smoothed,
    inputs: 3,
    hidden: [7, 5],
    activation: 'leaky_relu',
    optimizer: () => adam({ amsgrad: true, epsilon: 0.01 }),
    rows: 41,
    batchSize: 16,
    trials: 2,
    l2: 0.01,
  },
  {
    name: 'elu',
    ...binary,
    inputs: 9,
    hidden: [33],
    activation: 'elu',
    optimizer: () => adamw({ globalClipnorm: 0.1 }),
    rows: 65,
    batchSize: 65,
    trials: 1,
    l1: 0.01,
    l2: 0.02,
    measuresNoise: true,
  },
  {
    name: 'selu',
    ...binary,
    inputs: 4,
    hidden: [8],
    activation: 'selu',
    optimizer: () => sgd({ momentum: 0.9, nesterov: true, clipvalue: 0.01 }),
    rows: 30,
    batchSize: 7,
    trials: 4,
    classWeights: [2, 0.5],
    measuresNoise: true,
  },
  {
    name: 'gelu',
    outputs: 3,
    ...classes,
    inputs: 6,
    hidden: [13],
    activation: 'gelu',
    optimizer: () => rmsprop({ centered: true, momentum: 0.5 }),
    rows: 50,
    batchSize: 20,
    trials: 2,
    sampleWeights: true,
    measuresNoise: true,
  },
  {
    name: 'gelu_tanh',
    outputs: 10,
    ...classes,
    inputs: 7,
    hidden: [11],
    activation: 'gelu_tanh',
    optimizer: () => sgd({ momentum: 0.5, clipnorm: 0.05 }),
    rows: 100,
    batchSize: 64,
    trials: 2,
    l1: 0.001,
    classWeights: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
  },
  {
    name: 'silu',
    outputs: 2,
    ...regression,
    inputs: 10,
    hidden: [24],
    activation: 'silu',
    optimizer: () => rmsprop({ weightDecay: 0.01 }),
    rows: 47,
    batchSize: 47,
    trials: 3,
    dropout: 0.3,
  },
  {
    name: 'softplus',
    outputs: 1,
    ...regression,
    outputActivation: 'tanh',
    inputs: 2,
    hidden: [3],
    activation: 'softplus',
    optimizer: (trial) => sgd({ learningRate: 0.01 * (trial + 1) }),
    rows: 21,
    batchSize: 10,
    trials: 5,
    l2: 0.1,
  },
  {
    name: 'tanh',
    ...smoothed,
    inputs: 31,
    hidden: [66, 9],
    activation: 'tanh',
    optimizer: (trial) => adam({ learningRate: 0.001 * (trial + 1), beta1: 0.8, clipnorm: 1 }),
    rows: 140,
    batchSize: 129,
    trials: 2,
    dropout: 0.5,
    l2: 0.001,
  },
  {
    name: 'sigmoid',
    outputs: 1,
    ...regression,
    outputActivation: 'linear',
    inputs: 1,
    hidden: [1],
    activation: 'sigmoid',
    optimizer: usual,
    rows: 5,
    batchSize: 2,
    trials: 1,
  },
  {
    name: 'logistic',
    ...binary,
    inputs: 7,
    hidden: [],
    activation: 'linear',
    optimizer: usual,
    rows: 30,
    batchSize: 8,
    trials: 2,
  },
  {
    name: 'linear',
    outputs: 4,
    ...classes,
    inputs: 12,
    hidden: [],
    activation: 'linear',
    optimizer: () => rmsprop({}),
    rows: 33,
    batchSize: 32,
    trials: 9,
    l1: 0.01,
  },
];

/** Sizes at which tiles, padding and long sums show. */
export const largeCases: readonly VerifyCase[] = [
  {
    name: 'large',
    outputs: 10,
    ...classes,
    inputs: 257,
    hidden: [130, 65],
    // Its slope has no jump, on which one of so many units would lie by chance.
    activation: 'elu',
    optimizer: () => adam({ globalClipnorm: 1 }),
    rows: 300,
    batchSize: 200,
    trials: 2,
    l2: 0.001,
  },
];

/** Builds the job of a case with random rows. */
export function caseJob(item: VerifyCase, seed: number): Job {
  const random = new RandomValues(seed, item.name);
  const loss = lossOf(item.loss);
  const network = mlp({
    inputs: item.inputs,
    hidden: [...item.hidden],
    outputs: item.outputs,
    activation: item.activation,
    outputActivation: item.outputActivation,
    dropout: item.dropout ?? 0,
    kernelRegularizer: { l1: item.l1 ?? 0, l2: item.l2 ?? 0 },
    biasRegularizer: { l1: 0, l2: item.l2 ?? 0 },
  });
  const target = () => {
    if (loss.name === 'mean_squared_error') return random.signed();
    return random.whole(loss.name === 'categorical_crossentropy' ? item.outputs : 2);
  };
  const rowSet = (rows: number) => ({
    rows,
    x: random.fill(rows * item.inputs, () => random.signed()),
    y: random.fill(rows * (loss.name === 'categorical_crossentropy' ? 1 : item.outputs), target),
    ...(item.sampleWeights && { sampleWeights: random.fill(rows, () => random.uniform(0, 2)) }),
  });
  const trials = Array.from({ length: item.trials }, (_, t): TrialSettings => {
    const trialSeed = seed + 1000 * t;
    // Biases start at zero, where a missing one would not show.
    const weights = initialWeights(network, trialSeed).map((weight) => weight + random.uniform(-0.1, 0.1));
    const settings = { network, loss, optimizer: item.optimizer(t), seed: trialSeed, weights };
    return item.classWeights ? { ...settings, classWeights: item.classWeights } : settings;
  });
  return {
    trials,
    training: rowSet(item.rows),
    validation: rowSet(1 + (item.rows >> 1)),
    batchSize: item.batchSize,
    measuresNoise: item.measuresNoise ?? false,
    shuffle: true,
  };
}
