import type { Loss } from '../../model/losses.ts';
import type { DenseLayer, Network } from '../../model/network.ts';
import type { Optimizer } from '../../model/optimizers.ts';
import { activationKinds } from '../cpu/activation.ts';
import { lossKinds } from '../cpu/kernels/loss.ts';
import { clippings } from '../cpu/regularized-gradient.ts';
import type { Job } from '../engine.ts';
import { type BindingName, type ConstantName, hyper, type KernelName } from '../webgpu/shaders.generated.ts';
import { type LayerLayout, type ParameterLayout, parameterLayout } from './layout.ts';

/** One call of a kernel: its constants, and which buffer of the program stands at each of its bindings. */
export type Call = { [K in KernelName]: KernelCall<K> }[KernelName];

export interface KernelCall<K extends KernelName> {
  readonly kernel: K;
  readonly constants: Readonly<Record<ConstantName<K>, number>>;
  readonly buffers: Readonly<Record<BindingName<K>, string>>;
  /** Where each weight tensor starts among a trial's parameters; last, the number of parameters. */
  readonly tensorOffsets: readonly number[];
}

/**
 * Training, layer by layer, written down once for all engines: which buffers there are and which kernels are called
 * on them. The GPU records the calls as dispatches, the CPU executes them one after the other.
 */
export interface Program {
  readonly layout: ParameterLayout;
  readonly dimensions: Dimensions;
  /** Length in floats of every buffer. */
  readonly buffers: Readonly<Record<string, number>>;
  /** One mini-batch: gather, forward, loss, backward, update. */
  readonly trainStep: readonly Call[];
  /** One batch of validation rows: gather, forward, loss. */
  readonly evaluateStep: readonly Call[];
}

/** The sizes from which buffers and constants follow. */
export interface Dimensions {
  readonly trials: number;
  /** Rows that the batch buffers hold. */
  readonly rows: number;
  readonly targets: number;
  readonly trainingRows: number;
  readonly validationRows: number;
  readonly classes: number;
  readonly hyperStride: number;
  /** Where the dropout rates and the class weights start in a row of `hyper`. */
  readonly dropoutRates: number;
  readonly classWeights: number;
  /** Steps for which `rates` has room, and passes for which `metrics` has. */
  readonly rateRows: number;
  readonly metricsRows: number;
}

/** Validation takes at least this many rows at a time, since they are cheaper together. */
const leastEvaluationRows = 256;
const mostRates = 1 << 18;
const metricsRows = 64;

export function dimensionsOf(job: Job, layout: ParameterLayout): Dimensions {
  const trials = job.trials.length;
  const validationRows = job.validation?.rows ?? 0;
  const dropoutRates = hyper.PENALTIES + 2 * layout.tensors.length;
  const classWeights = dropoutRates + layout.layers.length;
  const classes = Math.max(0, ...job.trials.map((trial) => trial.classWeights?.length ?? 0));
  const largestBatch = Math.max(job.batchSize, job.largestBatch ?? 0);
  return {
    trials,
    rows: Math.max(
      Math.min(largestBatch, job.training.rows),
      Math.min(validationRows, Math.max(largestBatch, leastEvaluationRows)),
    ),
    targets: job.training.y.length / job.training.rows,
    trainingRows: job.training.rows,
    validationRows,
    classes,
    hyperStride: classWeights + classes,
    dropoutRates,
    classWeights,
    rateRows: Math.max(1, Math.min(512, Math.floor(mostRates / trials))),
    metricsRows,
  };
}

/** Builds the program of a job. */
export function trainingProgram(job: Job): Program {
  const { network, loss, optimizer } = job.trials[0] as Job['trials'][number];
  const layout = parameterLayout(network);
  const dimensions = dimensionsOf(job, layout);
  const build = new CallBuilder(layout, dimensions);
  const penalised = job.trials.some((trial) => hasPenalty(trial.network));
  const dropout = network.layers.map((_, layer) =>
    job.trials.some((trial) => (trial.network.layers[layer] as DenseLayer).dropout > 0),
  );
  const penalty = penalised ? [build.penalty()] : [];
  return {
    layout,
    dimensions,
    buffers: {
      ...bufferLengths(layout, dimensions, stateCount(optimizer)),
      ...(job.measuresNoise && { noise: 4 * dimensions.trials * (1 + dimensions.metricsRows) }),
    },
    trainStep: [
      build.gather('training'),
      ...network.layers.map((layer, l) =>
        build.forward(layer, l, { training: true, dropout: dropout[l] === true, loss }),
      ),
      ...penalty,
      build.loss(loss, true),
      ...network.layers.flatMap((_, l) => build.backward(l)).reverse(),
      ...(isByNorm(optimizer) ? [build.gradientNorm()] : []),
      ...(job.measuresNoise ? [build.gradientNoise(optimizer)] : []),
      build.update(optimizer),
    ],
    evaluateStep: [
      build.gather('validation'),
      ...network.layers.map((layer, l) => build.forward(layer, l, { training: false, dropout: false, loss })),
      ...penalty,
      build.loss(loss, false),
    ],
  };
}

/** The forward pass alone, with probabilities at the output: for predictions of one trial. */
export function predictionProgram(network: Network, rows: number): Program {
  const layout = parameterLayout(network);
  const dimensions = dimensionsOfRows(rows);
  const build = new CallBuilder(layout, dimensions);
  const output = network.layers.at(-1) as DenseLayer;
  const evaluateStep: Call[] = [
    build.gather('training'),
    ...network.layers.map((layer, l) => build.forward(layer, l, { training: false, dropout: false })),
    ...(output.activation.name === 'softmax' ? [build.softmax()] : []),
  ];
  return { layout, dimensions, buffers: bufferLengths(layout, dimensions, 1), trainStep: [], evaluateStep };
}

/**
 * The way from outputs back to inputs, for one trial: `evaluateStep` runs rows forward to the last layer's weighted
 * sums and keeps all slopes; `trainStep` takes the last layer's deltas back to `deltas_0`, which must hold ones (the
 * slopes of the inputs) before.
 */
export function gradientProgram(network: Network, rows: number): Program {
  const layout = parameterLayout(network);
  const dimensions = dimensionsOfRows(rows);
  const build = new CallBuilder(layout, dimensions);
  const last = network.layers.length - 1;
  const linear = { name: 'linear', parameter: 0 } as const;
  const forward = (layer: DenseLayer, l: number) =>
    build.forward(l === last ? { ...layer, activation: linear } : layer, l, {
      training: true,
      dropout: false,
    });
  const buffers = bufferLengths(layout, dimensions, 1);
  const inputs = buffers.outputs_0 as number;
  return {
    layout,
    dimensions,
    buffers: { ...buffers, deltas_0: inputs, ones: inputs },
    evaluateStep: [build.gather('training'), ...network.layers.map(forward)],
    trainStep: network.layers.map((_, l) => build.backwardInput(l)).reverse(),
  };
}

/** One trial and its rows, without targets. */
function dimensionsOfRows(rows: number): Dimensions {
  return {
    trials: 1,
    rows,
    targets: 0,
    trainingRows: rows,
    validationRows: 0,
    classes: 0,
    hyperStride: hyper.PENALTIES,
    dropoutRates: 0,
    classWeights: 0,
    rateRows: 1,
    metricsRows: 1,
  };
}

/** Slow averages that an optimiser keeps for every weight. */
export function stateCount(optimizer: Optimizer): number {
  switch (optimizer.name) {
    case 'sgd':
      return 1;
    case 'rmsprop':
      return optimizer.centered ? 3 : 2;
    case 'adam':
      return optimizer.amsgrad ? 3 : 2;
  }
}

/** Which of the slow averages is that of the gradient; undefined where none is. */
export function gradientAverage(optimizer: Optimizer): number | undefined {
  if (optimizer.name !== 'rmsprop') return 0;
  return optimizer.centered ? 2 : undefined;
}

/** The numbers by which kernels know the optimisers. */
export const optimizerKinds = { sgd: 0, rmsprop: 1, adam: 2 } as const;

function isByNorm(optimizer: Optimizer): boolean {
  return optimizer.clip.kind === 'norm' || optimizer.clip.kind === 'global_norm';
}

export function hasPenalty(network: Network): boolean {
  return network.layers.some((layer) =>
    [layer.kernelPenalty, layer.biasPenalty].some(({ l1, l2 }) => l1 !== 0 || l2 !== 0),
  );
}

function bufferLengths(layout: ParameterLayout, d: Dimensions, states: number): Record<string, number> {
  const features = (layout.layers[0] as LayerLayout).inputStride;
  const labels = d.targets + 1;
  const lengths: Record<string, number> = {
    hyper: d.trials * d.hyperStride,
    rates: d.trials * d.rateRows * 2,
    metrics: d.trials * d.metricsRows * 4,
    training_features: d.trainingRows * features,
    training_labels: d.trainingRows * labels,
    validation_features: Math.max(1, d.validationRows) * features,
    validation_labels: Math.max(1, d.validationRows) * labels,
    batch_labels: d.trials * d.rows * labels,
    parameters: d.trials * layout.size,
    gradients: d.trials * layout.size,
    kept: d.trials * layout.size,
    state: d.trials * layout.size * states,
    penalties: d.trials * layout.tensors.length,
    norms: d.trials * layout.tensors.length,
    outputs_0: d.trials * d.rows * features,
  };
  layout.layers.forEach(({ unitStride }, l) => {
    lengths[`outputs_${l + 1}`] = d.trials * d.rows * unitStride;
    lengths[`deltas_${l + 1}`] = d.trials * d.rows * unitStride;
  });
  return lengths;
}

interface ForwardMode {
  readonly training: boolean;
  readonly dropout: boolean;
  /** Losses that work on logits leave out the output's activation. */
  readonly loss?: Loss;
}

/** Writes out the calls of one program. */
class CallBuilder {
  private readonly layout: ParameterLayout;
  private readonly d: Dimensions;
  private readonly tensorOffsets: readonly number[];

  constructor(layout: ParameterLayout, dimensions: Dimensions) {
    this.layout = layout;
    this.d = dimensions;
    this.tensorOffsets = [...layout.tensors.map((tensor) => tensor.offset), layout.size];
  }

  private call<K extends KernelName>(
    kernel: K,
    constants: Record<ConstantName<K>, number>,
    buffers: Record<BindingName<K>, string>,
  ): Call {
    return {
      kernel,
      constants,
      buffers,
      tensorOffsets: this.tensorOffsets,
    } as KernelCall<K> as unknown as Call;
  }

  private layer(l: number): LayerLayout {
    return this.layout.layers[l] as LayerLayout;
  }

  gather(set: 'training' | 'validation'): Call {
    const { hyperStride: HYPER_STRIDE, rows: ROWS, targets } = this.d;
    return this.call(
      'gather',
      { HYPER_STRIDE, INPUT_STRIDE: this.layer(0).inputStride, LABELS: targets + 1, ROWS },
      {
        hyper: 'hyper',
        features: `${set}_features`,
        labels: `${set}_labels`,
        batch_features: 'outputs_0',
        batch_labels: 'batch_labels',
      },
    );
  }

  private matmul(l: number) {
    const { inputs, inputStride, units, unitStride, kernelOffset } = this.layer(l);
    return {
      PARAMETERS: this.layout.size,
      KERNEL_OFFSET: kernelOffset,
      INPUTS: inputs,
      INPUT_STRIDE: inputStride,
      UNITS: units,
      UNIT_STRIDE: unitStride,
      ROWS: this.d.rows,
    };
  }

  forward(layer: DenseLayer, l: number, { training, dropout, loss }: ForwardMode): Call {
    const isOutput = l === this.layout.layers.length - 1;
    const onLogits = isOutput && loss !== undefined && loss.name !== 'mean_squared_error';
    return this.call(
      'matmul_forward',
      {
        ...this.matmul(l),
        HYPER_STRIDE: this.d.hyperStride,
        BIAS_OFFSET: this.layer(l).biasOffset,
        ACTIVATION: onLogits ? activationKinds.linear : activationKinds[layer.activation.name],
        ACTIVATION_PARAMETER: layer.activation.parameter,
        LAYER: l,
        DROPOUT: dropout ? 1 : 0,
        DROPOUT_RATE: this.d.dropoutRates + l,
        TRAINING: training ? 1 : 0,
      },
      {
        hyper: 'hyper',
        parameters: 'parameters',
        inputs: `outputs_${l}`,
        outputs: `outputs_${l + 1}`,
        deltas: `deltas_${l + 1}`,
      },
    );
  }

  loss(loss: Loss, training: boolean): Call {
    const last = this.layout.layers.length;
    const { units, unitStride } = this.layer(last - 1);
    return this.call(
      'loss',
      {
        HYPER_STRIDE: this.d.hyperStride,
        LOSS: lossKinds[loss.name],
        UNITS: units,
        UNIT_STRIDE: unitStride,
        LABELS: this.d.targets + 1,
        ROWS: this.d.rows,
        TRIALS: this.d.trials,
        TENSORS: this.layout.tensors.length,
        CLASS_WEIGHTS: this.d.classWeights,
        CLASSES: this.d.classes,
        TRAINING: training ? 1 : 0,
      },
      {
        hyper: 'hyper',
        outputs: `outputs_${last}`,
        batch_labels: 'batch_labels',
        penalties: 'penalties',
        deltas: `deltas_${last}`,
        metrics: 'metrics',
      },
    );
  }

  /** In forward order: the caller reverses, so that a layer's weights come before the layer before it. */
  backward(l: number): Call[] {
    const { biasOffset, useBias } = this.layer(l);
    const weight = this.call(
      'matmul_backward_weight',
      { ...this.matmul(l), BIAS_OFFSET: biasOffset, USE_BIAS: useBias ? 1 : 0 },
      { inputs: `outputs_${l}`, deltas: `deltas_${l + 1}`, gradients: 'gradients' },
    );
    return l === 0 ? [weight] : [this.backwardInput(l), weight];
  }

  backwardInput(l: number): Call {
    return this.call('matmul_backward_input', this.matmul(l), {
      parameters: 'parameters',
      next_deltas: `deltas_${l + 1}`,
      deltas: `deltas_${l}`,
    });
  }

  private tensors() {
    return {
      HYPER_STRIDE: this.d.hyperStride,
      PARAMETERS: this.layout.size,
      TENSORS: this.layout.tensors.length,
    };
  }

  penalty(): Call {
    return this.call('penalty', this.tensors(), {
      hyper: 'hyper',
      parameters: 'parameters',
      penalties: 'penalties',
    });
  }

  gradientNorm(): Call {
    return this.call('gradient_norm', this.tensors(), {
      hyper: 'hyper',
      parameters: 'parameters',
      gradients: 'gradients',
      norms: 'norms',
    });
  }

  private optimizer(optimizer: Optimizer) {
    return {
      ...this.tensors(),
      STATES: stateCount(optimizer),
      CLIPPING: clippings[optimizer.clip.kind],
      RATE_ROWS: this.d.rateRows,
    };
  }

  gradientNoise(optimizer: Optimizer): Call {
    return this.call(
      'gradient_noise',
      {
        ...this.optimizer(optimizer),
        AVERAGE: gradientAverage(optimizer) ?? 0,
        OPTIMIZER: optimizerKinds[optimizer.name],
        TRIALS: this.d.trials,
      },
      {
        hyper: 'hyper',
        parameters: 'parameters',
        gradients: 'gradients',
        norms: 'norms',
        state: 'state',
        rates: 'rates',
        noise: 'noise',
      },
    );
  }

  update(optimizer: Optimizer): Call {
    const common = this.optimizer(optimizer);
    const buffers = {
      hyper: 'hyper',
      parameters: 'parameters',
      gradients: 'gradients',
      norms: 'norms',
      state: 'state',
      rates: 'rates',
    };
    switch (optimizer.name) {
      case 'sgd':
        return this.call('sgd_l2', { ...common, NESTEROV: optimizer.nesterov ? 1 : 0 }, buffers);
      case 'rmsprop':
        return this.call('rmsprop_l2', { ...common, CENTERED: optimizer.centered ? 1 : 0 }, buffers);
      case 'adam':
        return this.call('adam_l2', { ...common, AMSGRAD: optimizer.amsgrad ? 1 : 0 }, buffers);
    }
  }

  softmax(): Call {
    const last = this.layout.layers.length;
    const { units, unitStride } = this.layer(last - 1);
    return this.call(
      'softmax',
      { UNITS: units, UNIT_STRIDE: unitStride, ROWS: this.d.rows },
      { outputs: `outputs_${last}` },
    );
  }
}
