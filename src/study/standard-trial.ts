import { finiteNumber, knownOptions, oneOf, trueOrFalse, wholeNumber } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import type { Task } from '../data/table/target.ts';
import type { ActivationName } from '../model/activations.ts';
import type { LossSpec } from '../model/losses.ts';
import { mlp, type Network } from '../model/network.ts';
import { adam, type Optimizer, type OptimizerOptions, rmsprop, sgd } from '../model/optimizers.ts';
import type { Schedule } from '../model/schedule.ts';
import { cosineDecay, exponentialDecay } from '../model/schedules.ts';
import { growBatchOnPlateau, growBatchWithNoise } from '../train/batch-policies.ts';
import { defaultBatchSize, defaultMaxBatchSize } from '../train/batch-size.ts';
import { type Callback, earlyStopping, reduceLROnPlateau, terminateOnNaN } from '../train/callbacks.ts';
import { adaptPenalty } from '../train/penalty-policy.ts';
import type { TrialFitOptions } from '../train/trial-settings.ts';
import type { Parameters, ParameterValue } from './space-types.ts';

/** What a study knows of its data when it turns parameters into a training. */
export interface TrialContext {
  readonly task: Task;
  /** Features of a row. */
  readonly inputs: number;
  readonly classes: number;
  /** Rows that a run trains on. */
  readonly rows: number;
  /** The most epochs of a training. */
  readonly epochs: number;
}

/** A training as a study asks for it: seed, fold and initial weights are the study's own. */
export type StudyTrial = Omit<TrialFitOptions, 'seed' | 'fold' | 'initialWeights'>;

/** Turns the parameters of a trial into a training. */
export type BuildTrial = (parameters: Parameters, context: TrialContext) => StudyTrial;

/** Those that decide which kernel trains a network: population-based training passes them on as they are. */
export const shapeParameters = [
  'hidden',
  'layers',
  'units',
  'units1',
  'units2',
  'units3',
  'units4',
  'activation',
  'optimizer',
] as const;

/** The parameters that `standardTrial` understands. */
export const standardParameters = [
  ...shapeParameters,
  'dropout',
  'l1',
  'l2',
  'learningRate',
  'momentum',
  'weightDecay',
  'clipnorm',
  'schedule',
  'batchSize',
  'maxBatchSize',
  'batchGrowth',
  'penaltyAdaptation',
  'epochs',
  'patience',
  'labelSmoothing',
] as const;

const schedules = ['constant', 'cosine', 'exponential', 'plateau'] as const;
const growths = ['none', 'plateau', 'noise'] as const;
const optimizers = ['adam', 'adamw', 'rmsprop', 'sgd'] as const;

/** Keras's defaults, for parameters that a space leaves out. */
const usual = {
  learningRate: { adam: 1e-3, adamw: 1e-3, rmsprop: 1e-3, sgd: 0.01 },
  batchSize: defaultBatchSize,
} as const;
/** What an exponential schedule multiplies the rate with over all epochs. */
const exponentialFall = 0.01;
/** Without `patience`, training stops after so large a share of its epochs without a better val_loss. */
const usualPatienceShare = 0.2;

/**
 * A training from parameters with well-known names:
 *
 * - `hidden`: widths of the hidden layers as a list; or `layers` with `units` (all alike), or with `units1`, `units2`, ...
 * - `activation`, `dropout`, `l1`, `l2`, `labelSmoothing`
 * - `optimizer` (adam, adamw, rmsprop, sgd), `learningRate`, `momentum`, `weightDecay`, `clipnorm`
 * - `schedule`: constant, cosine (down to 0), exponential (down to a hundredth), plateau (divided by 10 after a third of
 *   the patience without a better val_loss)
 * - `batchSize`; `batchGrowth`: none, plateau (doubles after a third of the patience without a better val_loss) or noise
 *   (follows the gradient's noise scale), up to `maxBatchSize`
 * - `penaltyAdaptation`: whether L1 and L2 follow the gap between training and validation
 * - `epochs`, `patience` (of early stopping, which restores the best weights; 0: none)
 *
 * @throws UsageError for names or values that it does not know
 */
export function standardTrial(parameters: Parameters, context: TrialContext): StudyTrial {
  knownOptions('the search space', parameters, standardParameters);
  const own = new Reader(parameters);
  const epochs = wholeNumber('epochs', own.number('epochs', context.epochs), 1, context.epochs);
  const batchSize = wholeNumber('batchSize', own.number('batchSize', usual.batchSize), 1);
  return {
    network: networkOf(own, context),
    loss: lossOf(own, context),
    optimizer: optimizerOf(own, epochs * Math.ceil(context.rows / batchSize)),
    callbacks: callbacksOf(own, epochs),
    epochs,
    batchSize,
  };
}

/** Reads parameters by name, checking their types. */
class Reader {
  private readonly parameters: Parameters;

  constructor(parameters: Parameters) {
    this.parameters = parameters;
  }

  has(name: string): boolean {
    return this.parameters[name] !== undefined;
  }

  number(name: string, otherwise: number): number {
    const value = this.parameters[name] ?? otherwise;
    if (typeof value === 'number') return value;
    throw new UsageError(`${name} must be a number in the search space, got ${JSON.stringify(value)}`);
  }

  choice<T extends string>(name: string, choices: readonly T[], otherwise: T): T {
    return oneOf(name, (this.parameters[name] ?? otherwise) as T, choices);
  }

  text(name: string, otherwise: string): string {
    return String(this.parameters[name] ?? otherwise);
  }

  flag(name: string): boolean {
    return trueOrFalse(name, (this.parameters[name] ?? false) as boolean);
  }

  value(name: string): ParameterValue | undefined {
    return this.parameters[name];
  }
}

function networkOf(own: Reader, { task, inputs, classes }: TrialContext): Network {
  const isMulticlass = task === 'multiclass';
  return mlp({
    inputs,
    hidden: hiddenOf(own),
    outputs: isMulticlass ? classes : 1,
    activation: own.text('activation', 'relu') as ActivationName,
    outputActivation: isMulticlass ? 'softmax' : task === 'binary' ? 'sigmoid' : 'linear',
    dropout: own.number('dropout', 0),
    kernelRegularizer: { l1: own.number('l1', 0), l2: own.number('l2', 0) },
  });
}

function hiddenOf(own: Reader): number[] {
  const hidden = own.value('hidden');
  if (hidden !== undefined) {
    const widths = typeof hidden === 'number' ? [hidden] : hidden;
    if (!Array.isArray(widths)) {
      throw new UsageError(
        `hidden must be widths of layers such as [32, 16], or [] for none, got ${JSON.stringify(hidden)}`,
      );
    }
    return widths.map((width) => wholeNumber('width of a hidden layer', width, 1));
  }
  const layers = wholeNumber('layers', own.number('layers', 1), 0, 4);
  return Array.from({ length: layers }, (_, i) => {
    const name = `units${i + 1}`;
    return wholeNumber(own.has(name) ? name : 'units', own.number(name, own.number('units', 16)), 1);
  });
}

function lossOf(own: Reader, { task }: TrialContext): LossSpec {
  if (task === 'regression') return { name: 'mean_squared_error' };
  const name = task === 'binary' ? 'binary_crossentropy' : 'categorical_crossentropy';
  return { name, labelSmoothing: own.number('labelSmoothing', 0) };
}

function optimizerOf(own: Reader, steps: number): Optimizer {
  const name = own.choice('optimizer', optimizers, 'adam');
  const initialLearningRate = finiteNumber(
    'learningRate',
    own.number('learningRate', usual.learningRate[name]),
    {
      above: 0,
    },
  );
  const decay = own.has('weightDecay') || name === 'adamw';
  const options: OptimizerOptions = {
    learningRate: rateOf(own, initialLearningRate, steps),
    ...(decay && { weightDecay: own.number('weightDecay', 4e-3) }),
    ...(own.has('clipnorm') && { globalClipnorm: own.number('clipnorm', 1) }),
  };
  const momentum = own.number('momentum', 0);
  if (own.has('momentum') && (name === 'adam' || name === 'adamw')) {
    throw new UsageError(
      `momentum must come with the optimizer sgd or rmsprop, got ${name}; switch it on with them only: when(float(0, 0.9), { optimizer: ['sgd', 'rmsprop'] })`,
    );
  }
  if (name === 'sgd') return sgd({ ...options, momentum });
  return name === 'rmsprop' ? rmsprop({ ...options, momentum }) : adam(options);
}

function rateOf(own: Reader, initialLearningRate: number, decaySteps: number): number | Schedule {
  switch (own.choice('schedule', schedules, 'constant')) {
    case 'cosine':
      return cosineDecay({ initialLearningRate, decaySteps });
    case 'exponential':
      return exponentialDecay({ initialLearningRate, decaySteps, decayRate: exponentialFall });
    default:
      return initialLearningRate;
  }
}

function callbacksOf(own: Reader, epochs: number): Callback[] {
  const patience = wholeNumber(
    'patience',
    own.number('patience', Math.max(5, Math.ceil(usualPatienceShare * epochs))),
    0,
  );
  const sooner = Math.max(1, Math.ceil(patience / 3));
  const callbacks = [terminateOnNaN()];
  if (own.text('schedule', 'constant') === 'plateau') callbacks.push(reduceLROnPlateau({ patience: sooner }));
  const maxBatchSize = own.number('maxBatchSize', defaultMaxBatchSize);
  const growth = own.choice('batchGrowth', growths, 'none');
  if (own.has('maxBatchSize') && !own.has('batchGrowth')) {
    throw new UsageError(
      'maxBatchSize must come with batchGrowth, got it alone; without growth there is only batchSize',
    );
  }
  if (growth === 'plateau') callbacks.push(growBatchOnPlateau({ patience: sooner, maxBatchSize }));
  if (growth === 'noise') callbacks.push(growBatchWithNoise({ maxBatchSize }));
  if (own.flag('penaltyAdaptation')) callbacks.push(adaptPenalty());
  if (patience > 0) callbacks.push(earlyStopping({ patience, restoreBestWeights: true }));
  return callbacks;
}
