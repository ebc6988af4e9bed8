import { finiteNumber, knownOptions, trueOrFalse } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import { duration, learningRate, type Schedule, storedSchedule } from './schedule.ts';

export interface PiecewiseConstantOptions {
  /** Last step of each piece but the last, increasing. */
  readonly boundaries: readonly number[];
  /** Rate of each piece: one more than there are boundaries. */
  readonly values: readonly number[];
}

/**
 * Keras's PiecewiseConstantDecay: `values[i]` up to and including step `boundaries[i]`, then the last value.
 *
 * @throws UsageError when numbers of boundaries and values do not fit, or boundaries do not increase
 */
export function piecewiseConstantDecay(options: PiecewiseConstantOptions): Schedule {
  knownOptions('piecewise_constant_decay', options, ['name', 'boundaries', 'values']);
  const boundaries = [...options.boundaries];
  const values = options.values.map((value, index) => learningRate(`values[${index}]`, value));
  if (values.length !== boundaries.length + 1) {
    throw new UsageError(
      `values must have one number more than the ${boundaries.length} boundaries, got ${values.length}`,
    );
  }
  boundaries.forEach((boundary, index) => {
    finiteNumber(`boundaries[${index}]`, boundary, { above: boundaries[index - 1] ?? -1 });
  });
  const description = `piecewise ${values.join(', ')} at ${boundaries.join(', ')}`;
  const stored = { name: 'piecewise_constant_decay', boundaries, values };
  return storedSchedule('step', description, stored, (step) => {
    const piece = boundaries.findIndex((boundary) => step <= boundary);
    // Beyond all boundaries the piece is -1: the last value.
    return values.at(piece) as number;
  });
}

export interface DecayOptions {
  readonly initialLearningRate: number;
  /** Steps over which the rate decays once. */
  readonly decaySteps: number;
  readonly decayRate: number;
  /** Decay in jumps, every `decaySteps`. Default false. */
  readonly staircase?: boolean;
}

/** Keras's ExponentialDecay: initial * decayRate ^ (step / decaySteps). @throws UsageError for options out of range */
export function exponentialDecay(options: DecayOptions): Schedule {
  const stored = { name: 'exponential_decay', ...decayOptions('exponential_decay', options) };
  const { initialLearningRate, decayRate, decaySteps } = stored;
  const description = `exponential ${initialLearningRate} * ${decayRate}^(step/${decaySteps})`;
  return storedSchedule(
    'step',
    description,
    stored,
    (step) => initialLearningRate * decayRate ** decays(stored, step),
  );
}

/** Keras's InverseTimeDecay: initial / (1 + decayRate * step / decaySteps). @throws UsageError for options out of range */
export function inverseTimeDecay(options: DecayOptions): Schedule {
  const stored = { name: 'inverse_time_decay', ...decayOptions('inverse_time_decay', options) };
  const { initialLearningRate, decayRate, decaySteps } = stored;
  const description = `inverse time ${initialLearningRate} / (1 + ${decayRate} step/${decaySteps})`;
  return storedSchedule(
    'step',
    description,
    stored,
    (step) => initialLearningRate / (1 + decayRate * decays(stored, step)),
  );
}

function decayOptions(name: string, options: DecayOptions): Required<DecayOptions> {
  knownOptions(name, options, ['name', 'initialLearningRate', 'decaySteps', 'decayRate', 'staircase']);
  return {
    initialLearningRate: learningRate('initialLearningRate', options.initialLearningRate),
    decaySteps: duration('decaySteps', options.decaySteps),
    decayRate: finiteNumber('decayRate', options.decayRate, { least: 0 }),
    staircase: trueOrFalse('staircase', options.staircase ?? false),
  };
}

/** How often the rate has decayed. */
function decays({ decaySteps, staircase }: Required<DecayOptions>, step: number): number {
  return staircase ? Math.floor(singleQuotient(step, decaySteps)) : step / decaySteps;
}

/** Keras divides in single precision: where a quotient rounds to a whole number decides when a stair begins. */
function singleQuotient(a: number, b: number): number {
  return Math.fround(Math.fround(a) / Math.fround(b));
}

export interface ScaleEachEpochOptions {
  readonly initialLearningRate: number;
  readonly decayRate: number;
}

/**
 * The seed experiment's eta_t = eta_{t-1} * decayRate, where t counts epochs from 0: initial * decayRate ^ epoch.
 *
 * @throws UsageError for options out of range
 */
export function scaleEachEpoch(options: ScaleEachEpochOptions): Schedule {
  knownOptions('scale_each_epoch', options, ['name', 'initialLearningRate', 'decayRate']);
  const initialLearningRate = learningRate('initialLearningRate', options.initialLearningRate);
  const decayRate = finiteNumber('decayRate', options.decayRate, { least: 0 });
  const stored = { name: 'scale_each_epoch', initialLearningRate, decayRate };
  const description = `${initialLearningRate} * ${decayRate}^epoch`;
  return storedSchedule('epoch', description, stored, (epoch) => initialLearningRate * decayRate ** epoch);
}

export interface PolynomialDecayOptions {
  readonly initialLearningRate: number;
  readonly decaySteps: number;
  /** Default 0.0001. */
  readonly endLearningRate?: number;
  /** Default 1: linear. */
  readonly power?: number;
  /** Begin again, over twice, three times, ... as many steps, when the end is reached. Default false. */
  readonly cycle?: boolean;
}

/**
 * Keras's PolynomialDecay: (initial - end) * (1 - step / decaySteps) ^ power + end.
 *
 * @throws UsageError for options out of range
 */
export function polynomialDecay(options: PolynomialDecayOptions): Schedule {
  const name = 'polynomial_decay';
  const known = ['name', 'initialLearningRate', 'decaySteps', 'endLearningRate', 'power', 'cycle'];
  knownOptions(name, options, known);
  const initialLearningRate = learningRate('initialLearningRate', options.initialLearningRate);
  const decaySteps = duration('decaySteps', options.decaySteps);
  const endLearningRate = learningRate('endLearningRate', options.endLearningRate ?? 1e-4);
  const power = finiteNumber('power', options.power ?? 1, { least: 0 });
  const cycle = trueOrFalse('cycle', options.cycle ?? false);
  const stored = { name, initialLearningRate, decaySteps, endLearningRate, power, cycle };
  const description = `polynomial ${initialLearningRate} to ${endLearningRate} in ${decaySteps} steps`;
  return storedSchedule('step', description, stored, (step) => {
    const cycles = cycle ? Math.max(1, Math.ceil(singleQuotient(step, decaySteps))) : 1;
    const rest = Math.max(0, 1 - step / (decaySteps * cycles));
    return (initialLearningRate - endLearningRate) * rest ** power + endLearningRate;
  });
}
