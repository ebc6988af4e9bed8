import type { ActivationName, LossName, Network, Optimizer, Schedule } from '../../src/index.ts';
import {
  adam,
  adamw,
  cosineDecay,
  cosineDecayRestarts,
  exponentialDecay,
  inverseTimeDecay,
  mlp,
  piecewiseConstantDecay,
  polynomialDecay,
  rmsprop,
  sgd,
  UsageError,
} from '../../src/index.ts';
import type { Callback } from '../../src/train/callbacks.ts';
import {
  earlyStopping,
  learningRateScheduler,
  reduceLROnPlateau,
  terminateOnNaN,
} from '../../src/train/callbacks.ts';

import { camelCased } from './camel-case.ts';

type Config = Readonly<Record<string, unknown>>;
interface PenaltyConfig {
  readonly l1?: number;
  readonly l2?: number;
}

/** A training run recorded from Keras (shuffle off, given initial weights). */
export interface KerasCase {
  readonly name: string;
  readonly what: string;
  readonly dataset: string;
  readonly split: { readonly test_size: number; readonly random_state: number };
  readonly model: {
    readonly hidden: readonly number[];
    readonly activation: string;
    readonly outputs: number;
    readonly output_activation: string;
    readonly kernel_regularizer: PenaltyConfig | null;
    readonly bias_regularizer: PenaltyConfig | null;
    readonly use_bias?: boolean;
  };
  readonly compile: {
    readonly optimizer: string;
    readonly optimizer_config: Config;
    readonly lr_schedule: { readonly class: string; readonly config: Config } | null;
    readonly loss: string;
    readonly label_smoothing?: number;
  };
  readonly fit: {
    readonly epochs: number;
    readonly batch_size: number;
    readonly shuffle: boolean;
    readonly class_weight: Readonly<Record<string, number>> | null;
    readonly callbacks: readonly ({ readonly class: string } & Config)[] | null;
  };
  readonly initial_weights: readonly (readonly number[])[];
  readonly final_weights: readonly (readonly number[])[];
  readonly history: Readonly<Record<string, readonly number[]>>;
  readonly predictions_first_10_validation_rows?: readonly number[];
}

export function isKerasCase(document: object): document is KerasCase {
  return 'compile' in document && 'history' in document && 'initial_weights' in document;
}

export function caseNetwork(run: KerasCase, inputs: number): Network {
  const { hidden, outputs, activation, output_activation, kernel_regularizer, bias_regularizer } = run.model;
  const penalty = (config: PenaltyConfig | null) => ({ l1: config?.l1 ?? 0, l2: config?.l2 ?? 0 });
  return mlp({
    inputs,
    hidden: [...hidden],
    outputs,
    activation: activation as ActivationName,
    outputActivation: output_activation as ActivationName,
    kernelRegularizer: penalty(kernel_regularizer),
    biasRegularizer: penalty(bias_regularizer),
    useBias: run.model.use_bias ?? true,
  });
}

const lossNames: Readonly<Record<string, LossName>> = {
  binary_crossentropy: 'binary_crossentropy',
  sparse_categorical_crossentropy: 'categorical_crossentropy',
  categorical_crossentropy: 'categorical_crossentropy',
  mse: 'mean_squared_error',
  mean_squared_error: 'mean_squared_error',
};

export function caseLoss({ compile }: KerasCase): { name: LossName; labelSmoothing: number } {
  return { name: known(lossNames, compile.loss, 'loss'), labelSmoothing: compile.label_smoothing ?? 0 };
}

const optimizers: Readonly<Record<string, (options: never) => Optimizer>> = {
  SGD: sgd,
  RMSprop: rmsprop,
  Adam: adam,
  AdamW: adamw,
};

export function caseOptimizer({ compile }: KerasCase): Optimizer {
  const make = known(optimizers, compile.optimizer, 'optimizer');
  const options = camelCased(compile.optimizer_config);
  const schedule = compile.lr_schedule;
  if (schedule) options.learningRate = caseSchedule(schedule.class, schedule.config);
  return make(options as never);
}

const schedules: Readonly<Record<string, (options: never) => Schedule>> = {
  ExponentialDecay: exponentialDecay,
  PiecewiseConstantDecay: piecewiseConstantDecay,
  InverseTimeDecay: inverseTimeDecay,
  PolynomialDecay: polynomialDecay,
  CosineDecay: cosineDecay,
  CosineDecayRestarts: cosineDecayRestarts,
};

function caseSchedule(name: string, config: Config): Schedule {
  return known(schedules, name, 'schedule')(camelCased(config) as never);
}

export function caseCallbacks({ fit }: KerasCase): Callback[] {
  return (fit.callbacks ?? []).map(({ class: name, ...config }) => {
    const options = camelCased(config);
    switch (name) {
      case 'LearningRateScheduler':
        return learningRateScheduler(stepFunction(config.steps as readonly (readonly [number, number])[]));
      case 'ReduceLROnPlateau':
        return reduceLROnPlateau(options as Parameters<typeof reduceLROnPlateau>[0]);
      case 'EarlyStopping':
        return earlyStopping(options as Parameters<typeof earlyStopping>[0]);
      case 'TerminateOnNaN':
        return terminateOnNaN();
      default:
        throw new UsageError(`callback must be one that Shoal knows, got ${name}`);
    }
  });
}

/** `[[0, 0.001], [50, 0.0001]]`: the rate from each epoch on. */
function stepFunction(steps: readonly (readonly [number, number])[]): (epoch: number) => number {
  return (epoch) => steps.findLast(([from]) => epoch >= from)?.[1] ?? 0;
}

function known<T>(choices: Readonly<Record<string, T>>, name: string, kind: string): T {
  const choice = choices[name];
  if (choice === undefined)
    throw new UsageError(`${kind} must be one of ${Object.keys(choices).join(', ')}, got ${name}`);
  return choice;
}
