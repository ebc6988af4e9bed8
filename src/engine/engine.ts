import type { Loss } from '../model/losses.ts';
import type { Network } from '../model/network.ts';
import type { Optimizer } from '../model/optimizers.ts';
import type { OpenBackend } from './layered/backend.ts';
import type { Floats } from './precision.ts';
import type { WholeRunner } from './whole-runner.ts';

/** Rows to train or to judge on, in single precision. */
export interface RowSet {
  readonly rows: number;
  /** Row-major features, rows x inputs of the network. */
  readonly x: Float32Array;
  /** Row-major targets, rows x targets: class indices, 0 and 1, or values to predict. */
  readonly y: Float32Array;
  /** Weight of each row in the loss; all 1 where left out. */
  readonly sampleWeights?: Float32Array;
}

/** What is one trial's own. Trials of one job share layer widths, activations, loss, and kind of optimiser. */
export interface TrialSettings {
  /** Its penalties and dropout rates may differ from those of the job's other trials. */
  readonly network: Network;
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  /** Key of the shuffling and of the dropout masks: a whole number from 0 to 2^32 - 1. */
  readonly seed: number;
  /** Initial weights: layer by layer kernel (inputs x units, row-major), then bias. */
  readonly weights: ArrayLike<number>;
  /** Factor of each class in the training loss. */
  readonly classWeights?: readonly number[];
}

/** Trials of one shape that train together on the same rows. */
export interface Job {
  readonly trials: readonly TrialSettings[];
  readonly training: RowSet;
  readonly validation?: RowSet;
  readonly batchSize: number;
  /** Rows of the largest mini-batch that an epoch may ask for. Default: the batch size. */
  readonly largestBatch?: number;
  /** Whether to measure the noise of the gradients. Default false. */
  readonly measuresNoise?: boolean;
  /** Whether each epoch visits the rows in a fresh order (else as they are given). */
  readonly shuffle: boolean;
}

/** One epoch to run. */
export interface EpochPlan {
  /** Counted from 0. */
  readonly epoch: number;
  /** Rows of a mini-batch, at most the job's `largestBatch`. Default: the job's batch size. */
  readonly batchSize?: number;
  /** Steps before the epoch. Default: those of as many epochs with the job's batch size. */
  readonly firstStep?: number;
  /** Learning rate of trial t in step s of the epoch: `rates[t * steps + s]`. */
  readonly learningRates: Float32Array;
}

/** What one pass over the rows gave for one trial. */
export interface PassMetrics {
  /** Mean over the rows of the weighted loss, plus the penalties (each batch's counted by its rows). */
  readonly loss: number;
  /** The same without the penalties. */
  readonly dataLoss: number;
  /** Share of outputs on the right side of 1/2, or of rows whose likeliest class is right. */
  readonly accuracy: number;
  readonly meanAbsoluteError: number;
  /**
   * How a single binary output judged the validation rows, where the engine counts that: true and false positives, false
   * and true negatives.
   */
  readonly confusion?: Floats;
}

/**
 * Sums over an epoch's steps that tell of the gradient's noise: g is a step's gradient, as the optimiser takes it in, and
 * m the mean of the gradients before, as it keeps it.
 */
export interface NoiseSums {
  /** Of g . m. */
  readonly along: number;
  /** Of g . g. */
  readonly squared: number;
  /** Of 1 / rows of the mini-batch. */
  readonly inverseRows: number;
  /** Steps that were counted: all but the very first, before which there is no gradient. */
  readonly steps: number;
}

export interface EpochMetrics {
  readonly epoch: number;
  /** One entry a trial of the job; those of inactive trials mean nothing. */
  readonly training: readonly PassMetrics[];
  readonly validation?: readonly PassMetrics[];
  /** Where the job measures the noise. */
  readonly noise?: readonly NoiseSums[];
}

/** Trials in training: their weights and the optimiser's state live in the engine until `close`. */
export interface Session {
  /** The most epochs that one call of `run` takes. */
  readonly epochsPerRun: number;
  /** With the job's batch size. */
  readonly stepsPerEpoch: number;
  /**
   * Trains the active trials for the given epochs, without reading anything back in between.
   * @throws CancelledError as soon as the signal is aborted; weights are then those after the last submitted step.
   */
  run(epochs: readonly EpochPlan[], active: readonly number[], signal?: AbortSignal): Promise<EpochMetrics[]>;
  /** The weights of one trial, without padding, in the order of `TrialSettings.weights`. */
  weights(trial: number): Promise<Float32Array>;
  /** Remembers a trial's weights as they are now. */
  keepWeights(trial: number): void;
  /** Sets a trial's weights back to those remembered. */
  restoreWeights(trial: number): void;
  /** Multiplies a trial's L1 and L2 strengths, as the job gives them, from the next epoch on. */
  scalePenalties(trial: number, scale: number): void;
  close(): void;
}

/** What an engine can hold. */
export interface Capacity {
  /** The most trials of a job that fit at once. */
  readonly trials: number;
  /** The largest mini-batch that fits for one trial. */
  readonly batchSize: number;
  readonly bytesPerTrial: number;
}

/** Something that trains networks: a GPU through WebGPU, or the CPU. */
export interface Engine {
  readonly kind: 'cpu' | 'webgpu';
  /** One line for people: what it runs on. */
  readonly description: string;
  /** What fits of a job like this one (its number of trials does not matter). */
  capacity(job: Job): Capacity;
  open(job: Job): Promise<Session>;
  /** Trains complete trials by itself, where it can. */
  readonly whole?: WholeRunner;
  /** Executes single kernels, for verification and benchmarks. */
  readonly openBackend: OpenBackend;
  /** Outputs (probabilities where the loss works on logits) of one network: rows x outputs. */
  predict(network: Network, weights: ArrayLike<number>, x: Float32Array, rows: number): Promise<Float32Array>;
  /**
   * Gradients of one output of each row, `outputs[row]`, with respect to the row's features: rows x inputs. Of a softmax
   * they are those of the probability.
   */
  inputGradients(
    network: Network,
    weights: ArrayLike<number>,
    x: Float32Array,
    rows: number,
    outputs: ArrayLike<number>,
  ): Promise<Floats>;
  close(): void;
}
