import { finiteNumber, knownOptions } from '../core/check.ts';
import { duration, learningRate, type Schedule, storedSchedule } from './schedule.ts';

export interface CosineDecayOptions {
  readonly initialLearningRate: number;
  /** Steps of the decay, not counting those of the warm-up. */
  readonly decaySteps: number;
  /** The lowest rate as a share of the highest. Default 0. */
  readonly alpha?: number;
  /** With it the rate first rises linearly from the initial one to this, then decays from there. */
  readonly warmupTarget?: number;
  /** Default 0; without effect unless there is a target. */
  readonly warmupSteps?: number;
}

/** Half a cosine wave: from 1 at share 0 to 0 at share 1. */
export function cosineFall(share: number): number {
  return 0.5 * (1 + Math.cos(Math.PI * share));
}

/**
 * Keras's CosineDecay (Loshchilov and Hutter 2017), with a linear warm-up where a target is given.
 *
 * @throws UsageError for options out of range
 */
export function cosineDecay(options: CosineDecayOptions): Schedule {
  const name = 'cosine_decay';
  const known = ['name', 'initialLearningRate', 'decaySteps', 'alpha', 'warmupTarget', 'warmupSteps'];
  knownOptions(name, options, known);
  const { warmupTarget } = options;
  const initialLearningRate = learningRate('initialLearningRate', options.initialLearningRate);
  const decaySteps = duration('decaySteps', options.decaySteps);
  const alpha = finiteNumber('alpha', options.alpha ?? 0, { least: 0 });
  const warmupSteps = finiteNumber('warmupSteps', options.warmupSteps ?? 0, { least: 0 });
  const peak = warmupTarget === undefined ? initialLearningRate : learningRate('warmupTarget', warmupTarget);
  const warmup = warmupTarget === undefined ? 0 : warmupSteps;
  const description = `cosine from ${peak} in ${decaySteps} steps after ${warmup} of warm-up`;
  const stored = { name, initialLearningRate, decaySteps, alpha, warmupSteps };
  const storedWithTarget = warmupTarget === undefined ? stored : { ...stored, warmupTarget };
  return storedSchedule('step', description, storedWithTarget, (step) => {
    if (step < warmup) return initialLearningRate + ((peak - initialLearningRate) * step) / warmup;
    const share = Math.min(step - warmup, decaySteps) / decaySteps;
    return peak * ((1 - alpha) * cosineFall(share) + alpha);
  });
}

export interface CosineDecayRestartsOptions {
  readonly initialLearningRate: number;
  readonly firstDecaySteps: number;
  /** Each period is so many times as long as the one before. Default 2. */
  readonly tMul?: number;
  /** Each period starts at so many times the rate of the one before. Default 1. */
  readonly mMul?: number;
  /** The lowest rate as a share of the initial one. Default 0. */
  readonly alpha?: number;
}

/**
 * Keras's CosineDecayRestarts (SGDR, Loshchilov and Hutter 2017). A restart falls on the exact step: with some tMul
 * (such as 1.1) Keras's logarithm in single precision misses it, and that one step gets the lowest rate.
 *
 * @throws UsageError for options out of range
 */
export function cosineDecayRestarts(options: CosineDecayRestartsOptions): Schedule {
  const name = 'cosine_decay_restarts';
  knownOptions(name, options, ['name', 'initialLearningRate', 'firstDecaySteps', 'tMul', 'mMul', 'alpha']);
  const initialLearningRate = learningRate('initialLearningRate', options.initialLearningRate);
  const firstDecaySteps = duration('firstDecaySteps', options.firstDecaySteps);
  const tMul = finiteNumber('tMul', options.tMul ?? 2, { least: 1 });
  const mMul = finiteNumber('mMul', options.mMul ?? 1, { least: 0 });
  const alpha = finiteNumber('alpha', options.alpha ?? 0, { least: 0 });
  const stored = { name, initialLearningRate, firstDecaySteps, tMul, mMul, alpha };
  const description = `cosine with restarts from ${initialLearningRate}, first after ${firstDecaySteps} steps`;
  return storedSchedule('step', description, stored, (step) => {
    const { restarts, share } = periodAt(step / firstDecaySteps, tMul);
    return initialLearningRate * ((1 - alpha) * mMul ** restarts * cosineFall(share) + alpha);
  });
}

/** How many periods are over at `time` (in lengths of the first), and the share of the running one. */
function periodAt(time: number, tMul: number): { restarts: number; share: number } {
  if (tMul === 1) return { restarts: Math.floor(time), share: time - Math.floor(time) };
  // The small addend keeps the logarithm from falling short by rounding just where a period begins.
  const restarts = Math.floor(Math.log(1 + time * (tMul - 1)) / Math.log(tMul) + 1e-12);
  const before = (tMul ** restarts - 1) / (tMul - 1);
  return { restarts, share: Math.max(0, time - before) / tMul ** restarts };
}
