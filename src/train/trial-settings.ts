import { wholeNumber } from '../core/check.ts';
import { UsageError } from '../core/errors.ts';
import type { TrialSettings } from '../engine/engine.ts';
import { initialWeights } from '../model/initializers.ts';
import { checkLossFits, type LossSpec, loss as lossOf } from '../model/losses.ts';
import { countWeights, type Network } from '../model/network.ts';
import { type OptimizerSpec, optimizer as optimizerOf } from '../model/optimizers.ts';
import type { Callback } from './callbacks.ts';

/** What may differ from trial to trial. */
export interface TrialFitOptions {
  readonly network: Network;
  readonly loss: LossSpec;
  /** Default Adam with Keras's settings. */
  readonly optimizer?: OptimizerSpec;
  readonly callbacks?: readonly Callback[];
  /** Key of initial weights, shuffling and dropout: a whole number from 0 to 2^32 - 1. Default 0. */
  readonly seed?: number;
  /** In place of drawn ones: layer by layer kernel (inputs x units, row-major), then bias. */
  readonly initialWeights?: ArrayLike<number>;
  /** Factor of each class in the training loss. */
  readonly classWeight?: Readonly<Record<number, number>>;
  /** Passes over the rows, in place of the shared number. */
  readonly epochs?: number;
  /** Rows of a mini-batch, in place of the shared number. */
  readonly batchSize?: number;
  /** The fold that judges the trial, counted from 0, where folds are given: the others train it. Default 0. */
  readonly fold?: number;
}

export const trialOptions = [
  'network',
  'loss',
  'optimizer',
  'callbacks',
  'seed',
  'initialWeights',
  'classWeight',
  'epochs',
  'batchSize',
  'fold',
] as const satisfies readonly (keyof TrialFitOptions)[];

/** Checks a trial's options and draws its initial weights. @throws UsageError for options that break a rule */
export function trialSettings(trial: TrialFitOptions): TrialSettings {
  const seed = wholeNumber('seed', trial.seed ?? 0, 0, 0xffffffff);
  const { network } = trial;
  const loss = lossOf(trial.loss);
  checkLossFits(network, loss);
  const weights = trial.initialWeights ?? initialWeights(network, seed);
  const expected = countWeights(network);
  if (weights.length !== expected) {
    throw new UsageError(
      `initialWeights must have ${expected} numbers as the network has weights, got ${weights.length}`,
    );
  }
  const settings = { network, loss, optimizer: optimizerOf(trial.optimizer ?? 'adam'), seed, weights };
  return trial.classWeight
    ? { ...settings, classWeights: classFactors(trial.classWeight, network) }
    : settings;
}

/** Classes that are not named count once, as in Keras. */
function classFactors(classWeight: Readonly<Record<number, number>>, network: Network): number[] {
  const outputs = network.layers.at(-1)?.units ?? 1;
  const factors = new Array<number>(Math.max(2, outputs)).fill(1);
  for (const [label, factor] of Object.entries(classWeight)) {
    if (!(Number(label) in factors)) {
      throw new UsageError(`classWeight must name classes from 0 to ${factors.length - 1}, got ${label}`);
    }
    if (!Number.isFinite(factor) || factor < 0) {
      throw new UsageError(`classWeight of class ${label} must be a number of at least 0, got ${factor}`);
    }
    factors[Number(label)] = factor;
  }
  return factors;
}
