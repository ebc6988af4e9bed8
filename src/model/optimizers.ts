import { finiteNumber, knownOptions, oneOf, shown, trueOrFalse } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import { type Clip, type ClipOptions, clipOf, clipOptionNames } from './clip.ts';
import { type Schedule, type ScheduleOptions, schedule } from './schedules.ts';

export type { Clip } from './clip.ts';

interface Shared {
  readonly learningRate: number | Schedule;
  /** Decoupled: before each step w -= w * weightDecay * learning rate, biases included. 0 for none. */
  readonly weightDecay: number;
  readonly clip: Clip;
}

export type Sgd = Shared & { readonly name: 'sgd'; readonly momentum: number; readonly nesterov: boolean };
export type Rmsprop = Shared & {
  readonly name: 'rmsprop';
  readonly rho: number;
  readonly momentum: number;
  readonly epsilon: number;
  readonly centered: boolean;
};
export type Adam = Shared & {
  readonly name: 'adam';
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly amsgrad: boolean;
};

/** An optimiser with all of its settings; AdamW is Adam with weight decay. */
export type Optimizer = Sgd | Rmsprop | Adam;

/** Options that all optimisers have, with Keras's names. At most one clip. */
export interface OptimizerOptions extends ClipOptions {
  /** A number, a schedule, or a schedule's plain options. Default 0.001 (SGD: 0.01). */
  readonly learningRate?: number | Schedule | ScheduleOptions;
  /** Decoupled weight decay. Default 0 (AdamW: 0.004). */
  readonly weightDecay?: number;
}

export interface SgdOptions extends OptimizerOptions {
  /** From 0 to 1. Default 0. */
  readonly momentum?: number;
  /** Default false. */
  readonly nesterov?: boolean;
}

export interface RmspropOptions extends OptimizerOptions {
  /** Default 0.9. */
  readonly rho?: number;
  /** From 0 to 1. Default 0. */
  readonly momentum?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
  /** Default false. */
  readonly centered?: boolean;
}

export interface AdamOptions extends OptimizerOptions {
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
  /** Default false. */
  readonly amsgrad?: boolean;
}

const belowOne = { least: 0, below: 1 } as const;
const upToOne = { least: 0, most: 1 } as const;

/** Stochastic gradient descent, Keras's `SGD`. @throws UsageError for unknown options or settings out of range */
export function sgd(options: SgdOptions = {}): Sgd {
  checkOptions('sgd', options, ['momentum', 'nesterov']);
  const { momentum = 0, nesterov = false } = options;
  return {
    name: 'sgd',
    momentum: finiteNumber('momentum', momentum, upToOne),
    nesterov: trueOrFalse('nesterov', nesterov),
    ...shared(options, 0.01),
  };
}

/** Keras's `RMSprop`. @throws UsageError for unknown options or settings out of range */
export function rmsprop(options: RmspropOptions = {}): Rmsprop {
  checkOptions('rmsprop', options, ['rho', 'momentum', 'epsilon', 'centered']);
  const { rho = 0.9, momentum = 0, epsilon = 1e-7, centered = false } = options;
  return {
    name: 'rmsprop',
    rho: finiteNumber('rho', rho, belowOne),
    momentum: finiteNumber('momentum', momentum, upToOne),
    epsilon: finiteNumber('epsilon', epsilon, { least: 0 }),
    centered: trueOrFalse('centered', centered),
    ...shared(options, 0.001),
  };
}

/**
 * Keras's `Adam` (Kingma and Ba 2015, with epsilon outside of the corrected root).
 *
 * @throws UsageError for unknown options or settings out of range
 */
export function adam(options: AdamOptions = {}): Adam {
  checkOptions('adam', options, ['beta1', 'beta2', 'epsilon', 'amsgrad']);
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, amsgrad = false } = options;
  return {
    name: 'adam',
    beta1: finiteNumber('beta1', beta1, belowOne),
    beta2: finiteNumber('beta2', beta2, belowOne),
    epsilon: finiteNumber('epsilon', epsilon, { least: 0 }),
    amsgrad: trueOrFalse('amsgrad', amsgrad),
    ...shared(options, 0.001),
  };
}

/** Keras's `AdamW`: Adam with decoupled weight decay, 0.004 where nothing else is said (Loshchilov and Hutter 2019). */
export function adamw(options: AdamOptions = {}): Adam {
  return adam({ ...options, weightDecay: options.weightDecay ?? 0.004 });
}

/** How optimisers may be given: by name with Keras's settings, or by name with options. */
export type OptimizerSpec =
  | Optimizer
  | Optimizer['name']
  | 'adamw'
  | ({ readonly name: 'sgd' } & SgdOptions)
  | ({ readonly name: 'rmsprop' } & RmspropOptions)
  | ({ readonly name: 'adam' | 'adamw' } & AdamOptions);

/** Resolves an optimiser. @throws UsageError for an unknown name or option, or settings out of range */
export function optimizer(spec: OptimizerSpec): Optimizer {
  const { name, ...options } = typeof spec === 'string' ? { name: spec } : spec;
  switch (oneOf('optimizer', name, ['sgd', 'rmsprop', 'adam', 'adamw'])) {
    case 'sgd':
      return sgd(options);
    case 'rmsprop':
      return rmsprop(options);
    case 'adam':
      return adam(options);
    case 'adamw':
      return adamw(options);
  }
}

function checkOptions(name: string, options: object, own: readonly string[]): void {
  knownOptions(name, options, [...own, 'learningRate', 'weightDecay', ...clipOptionNames]);
}

function shared(options: OptimizerOptions, defaultRate: number): Shared {
  const { learningRate = defaultRate, weightDecay = 0 } = options;
  return {
    learningRate: rateOf(learningRate),
    weightDecay: finiteNumber('weightDecay', weightDecay, { least: 0 }),
    clip: clipOf(options),
  };
}

function rateOf(rate: number | Schedule | ScheduleOptions): number | Schedule {
  if (typeof rate === 'number') return finiteNumber('learningRate', rate, { least: 0 });
  if (typeof rate !== 'object' || rate === null) {
    throw new UsageError(`learningRate must be a number or a schedule, got ${shown(rate)}`);
  }
  return 'at' in rate ? rate : schedule(rate);
}
