import { finiteNumber, knownOptions, oneOf } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import {
  type CosineDecayOptions,
  type CosineDecayRestartsOptions,
  cosineDecay,
  cosineDecayRestarts,
} from './cosine-decays.ts';
import {
  type DecayOptions,
  exponentialDecay,
  inverseTimeDecay,
  type PiecewiseConstantOptions,
  type PolynomialDecayOptions,
  piecewiseConstantDecay,
  polynomialDecay,
  type ScaleEachEpochOptions,
  scaleEachEpoch,
} from './decays.ts';
import { type OneCycleOptions, oneCycle } from './one-cycle.ts';
import { learningRate, type Schedule, storedSchedule } from './schedule.ts';

export type { Schedule, StoredSchedule } from './schedule.ts';
export {
  type CosineDecayOptions,
  type CosineDecayRestartsOptions,
  cosineDecay,
  cosineDecayRestarts,
  type DecayOptions,
  exponentialDecay,
  inverseTimeDecay,
  type OneCycleOptions,
  oneCycle,
  type PiecewiseConstantOptions,
  type PolynomialDecayOptions,
  piecewiseConstantDecay,
  polynomialDecay,
  type ScaleEachEpochOptions,
  scaleEachEpoch,
};

/** Always the same rate. @throws UsageError unless it is finite and at least 0 */
export function constant(rate: number): Schedule {
  const stored = { name: 'constant', learningRate: learningRate('learningRate', rate) };
  return storedSchedule('step', `constant ${rate}`, stored, () => rate);
}

/**
 * Any function of the step or epoch (counted from 0) and the rate before. It cannot be stored: `JSON.stringify` throws.
 *
 * @throws UsageError (while training) when the function gives a rate that is not finite and at least 0
 */
export function customSchedule(at: Schedule['at'], unit: Schedule['unit'] = 'step'): Schedule {
  oneOf('unit', unit, ['step', 'epoch']);
  const rateAt = (index: number, previous: number) =>
    Math.fround(finiteNumber(`learning rate of ${unit} ${index}`, at(index, previous), { least: 0 }));
  const toJSON = () => {
    throw new UsageError(
      'schedule must be made from options to be stored, got a function; use one of the named ones',
    );
  };
  return { unit, description: `a function of the ${unit}`, at: rateAt, toJSON };
}

/** Schedules as plain data: the name of one with its options. */
export type ScheduleOptions =
  | { readonly name: 'constant'; readonly learningRate: number }
  | ({ readonly name: 'piecewise_constant_decay' } & PiecewiseConstantOptions)
  | ({ readonly name: 'exponential_decay' | 'inverse_time_decay' } & DecayOptions)
  | ({ readonly name: 'scale_each_epoch' } & ScaleEachEpochOptions)
  | ({ readonly name: 'polynomial_decay' } & PolynomialDecayOptions)
  | ({ readonly name: 'cosine_decay' } & CosineDecayOptions)
  | ({ readonly name: 'cosine_decay_restarts' } & CosineDecayRestartsOptions)
  | ({ readonly name: 'one_cycle' } & OneCycleOptions);

const factories: {
  readonly [Name in ScheduleOptions['name']]: (
    options: Extract<ScheduleOptions, { readonly name: Name }>,
  ) => Schedule;
} = {
  constant: constantFromOptions,
  piecewise_constant_decay: piecewiseConstantDecay,
  exponential_decay: exponentialDecay,
  inverse_time_decay: inverseTimeDecay,
  scale_each_epoch: scaleEachEpoch,
  polynomial_decay: polynomialDecay,
  cosine_decay: cosineDecay,
  cosine_decay_restarts: cosineDecayRestarts,
  one_cycle: oneCycle,
};

/** Makes a schedule from plain data, as it comes from a file. @throws UsageError for an unknown name or option */
export function schedule(options: ScheduleOptions): Schedule {
  const name = oneOf('schedule', options.name, Object.keys(factories) as (keyof typeof factories)[]);
  return (factories[name] as (options: ScheduleOptions) => Schedule)(options);
}

function constantFromOptions(options: Extract<ScheduleOptions, { name: 'constant' }>): Schedule {
  knownOptions('constant', options, ['name', 'learningRate']);
  return constant(options.learningRate);
}
