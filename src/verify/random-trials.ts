import { CancelledError } from '../core/errors.ts';
import { cpuEngine } from '../engine/cpu/engine.ts';
import type { Engine } from '../engine/engine.ts';
import { double } from '../engine/precision.ts';
import type { Optimizer } from '../model/optimizers.ts';
import type { Penalty } from '../model/regularizers.ts';
import { cosineDecay, exponentialDecay, type Schedule } from '../model/schedules.ts';
import {
  type Callback,
  earlyStopping,
  learningRateScheduler,
  reduceLROnPlateau,
  terminateOnNaN,
} from '../train/callbacks.ts';
import { fitAll, type SharedFitOptions, type TrialFitOptions } from '../train/fit.ts';
import type { TrainedModel } from '../train/trained-model.ts';
import { caseJob, smallCases, type VerifyCase } from './cases.ts';
import { type CheckResult, checkResult, compareArrays, nothing, type Worst, worse } from './check-result.ts';
import { isCloseCall, randomPolicies } from './random-policies.ts';
import { RandomValues } from './random-values.ts';

/**
 * A few dozen steps with rates up to 0.01, from weights of size one: as for whole trainings in training-check.ts, where
 * Adam divides gradients that cancel by their own size.
 */
const tolerance = 5e-4;
/** So many rows make three folds of odd sizes. */
const folds = 3;

/** An engine and what to call it. */
export interface NamedEngine {
  readonly name: string;
  readonly engine: Engine;
}

export interface RandomTrialsOptions {
  /** Trials that are drawn, over networks of all activations, losses and optimizers. */
  readonly trials: number;
  readonly seed: number;
  /** Only networks of this name (an activation's). */
  readonly only?: string;
  readonly onResult?: (result: CheckResult) => void;
  readonly signal?: AbortSignal;
}

/**
 * Draws random trials over all options that trials have, trains them on every engine, and compares losses, weights and
 * the decisions of their callbacks with the double-precision reference.
 *
 * @throws CancelledError when the signal is aborted
 */
export async function checkRandomTrials(
  engines: readonly NamedEngine[],
  { trials, seed, only, onResult, signal }: RandomTrialsOptions,
): Promise<CheckResult[]> {
  const oracle = cpuEngine({ precision: double });
  const results: CheckResult[] = [];
  const cases = smallCases.filter(({ name }) => only === undefined || name === only);
  for (const [index, item] of cases.entries()) {
    const share = shareOf(trials, cases.length, index);
    if (share === 0) continue;
    const { drawn, shared } = drawTrials(item, share, seed);
    const want = await fitAll(drawn, { ...shared, engine: oracle });
    for (const { name, engine } of engines) {
      if (signal?.aborted) throw new CancelledError('verification was cancelled');
      const got = await fitAll(drawn, { ...shared, engine });
      const result = checkResult(
        `${share} random trials (${item.name}) on ${name}`,
        compare(drawn, got, want),
        tolerance,
      );
      results.push(result);
      onResult?.(result);
    }
  }
  return results;
}

/** Deals `total` out to `parts`, the first getting what is left over. */
function shareOf(total: number, parts: number, index: number): number {
  return Math.floor(total / parts) + (index < total % parts ? 1 : 0);
}

function compare(
  drawn: readonly TrialFitOptions[],
  got: readonly TrainedModel[],
  want: readonly TrainedModel[],
): Worst {
  return want.reduce((worst, model, t) => {
    const other = got[t] as TrainedModel;
    if (isCloseCall(drawn[t] as TrialFitOptions, model)) return worst;
    const decisions = differingDecisions(other, model);
    if (decisions)
      return worse({ deviation: Number.POSITIVE_INFINITY, where: `trial ${t}: ${decisions}` }, worst);
    const losses = (name: string) =>
      compareArrays(
        `${name} of trial ${t}`,
        other.history.metrics[name] ?? [],
        model.history.metrics[name] ?? [],
      );
    const weights = compareArrays(`weights of trial ${t}`, other.weights, model.weights);
    return [losses('loss'), losses('val_loss'), weights].reduce(worse, worst);
  }, nothing);
}

/** What callbacks decided differently, in words. */
function differingDecisions(got: TrainedModel, want: TrainedModel): string | undefined {
  const [a, b] = [got.history, want.history];
  if (a.epochs !== b.epochs) return `${a.epochs} epochs instead of ${b.epochs}`;
  if (a.restoredEpoch !== b.restoredEpoch) {
    return `weights of epoch ${a.restoredEpoch} restored instead of ${b.restoredEpoch}`;
  }
  for (const name of ['batch_size', 'penalty_scale', 'learning_rate_end']) {
    const [values, wanted] = [a.metrics[name] ?? [], b.metrics[name] ?? []];
    // Each is a product of a few numbers in single precision.
    const epoch = wanted.findIndex((value, i) => !(Math.abs((values[i] as number) - value) <= 1e-5 * value));
    if (epoch >= 0) return `${name} ${values[epoch]} instead of ${wanted[epoch]} in epoch ${epoch}`;
  }
  return undefined;
}

function drawTrials(item: VerifyCase, count: number, seed: number) {
  const { trials: base, training, validation } = caseJob({ ...item, trials: count }, seed);
  const random = new RandomValues(seed, `trials of ${item.name}`);
  const policyRandom = new RandomValues(seed, `policies of ${item.name}`);
  const rows = training.rows + (validation?.rows ?? 0);
  const columns = item.inputs;
  const both = (a: Float32Array, b: Float32Array | undefined) => [...a, ...(b ?? [])];
  const targets = training.y.length / training.rows;
  const y = both(training.y, validation?.y);
  const weights = training.sampleWeights && both(training.sampleWeights, validation?.sampleWeights);
  const shared: Omit<SharedFitOptions, 'engine'> = {
    x: { rows, columns, values: both(training.x, validation?.x) },
    y:
      targets === 1
        ? y
        : Array.from({ length: rows }, (_, row) => y.slice(row * targets, (row + 1) * targets)),
    ...(weights && { sampleWeight: weights }),
    folds: Array.from({ length: folds }, (_, fold) => ({
      test: Array.from({ length: rows }, (__, row) => row).filter((row) => row % folds === fold),
    })),
  };
  const drawn = base.map((settings, index): TrialFitOptions => {
    const scaled = ({ l1, l2 }: Penalty): Penalty => ({
      l1: l1 * random.uniform(0, 2),
      l2: l2 * random.uniform(0, 2),
    });
    const layers = settings.network.layers.map((layer, l, all) => ({
      ...layer,
      kernelPenalty: scaled(layer.kernelPenalty),
      biasPenalty: scaled(layer.biasPenalty),
      dropout: l < all.length - 1 && item.dropout ? random.uniform(0, 0.6) : 0,
    }));
    const isFixed = random.whole(2) === 0;
    const network = { ...settings.network, layers };
    return {
      network,
      loss: { name: settings.loss.name, labelSmoothing: settings.loss.labelSmoothing * random.uniform(0, 2) },
      optimizer: {
        ...settings.optimizer,
        learningRate: isFixed ? rate(random) : schedule(random),
      } as Optimizer,
      seed: settings.seed,
      initialWeights: settings.weights,
      batchSize: 1 + random.whole(rows),
      epochs: 1 + random.whole(6),
      fold: index % folds,
      callbacks: [
        ...(isFixed ? callbacks(random) : stoppers(random)),
        ...randomPolicies(policyRandom, settings.optimizer, network),
      ],
      ...(settings.classWeights && { classWeight: { 0: random.uniform(0, 2), 1: random.uniform(0, 2) } }),
    };
  });
  return { drawn, shared };
}

/** From 0.0001 to 0.01. */
function rate(random: RandomValues): number {
  return 10 ** random.uniform(-4, -2);
}

function schedule(random: RandomValues): Schedule {
  const initialLearningRate = rate(random);
  const steps = 1 + random.whole(20);
  return random.whole(2) === 0
    ? exponentialDecay({
        initialLearningRate,
        decaySteps: steps,
        decayRate: 0.7,
        staircase: random.whole(2) === 0,
      })
    : cosineDecay({ initialLearningRate, decaySteps: steps, alpha: 0.1 });
}

function callbacks(random: RandomValues): Callback[] {
  const kind = random.whole(3);
  const first = rate(random);
  if (kind === 0) return stoppers(random);
  if (kind === 1) return [learningRateScheduler((epoch) => first * 0.8 ** epoch), ...stoppers(random)];
  const plateau = reduceLROnPlateau({
    monitor: random.whole(2) === 0 ? 'val_loss' : 'loss',
    factor: random.uniform(0.2, 0.8),
    patience: random.whole(3),
    cooldown: random.whole(3),
    minDelta: random.uniform(0, 0.05),
    minLr: first / 10,
  });
  return [plateau, ...stoppers(random)];
}

function stoppers(random: RandomValues): Callback[] {
  const stopping = earlyStopping({
    monitor: random.whole(2) === 0 ? 'val_loss' : 'loss',
    patience: random.whole(4),
    minDelta: random.uniform(0, 0.05),
    restoreBestWeights: random.whole(2) === 0,
    startFromEpoch: random.whole(3),
    ...(random.whole(4) === 0 && { baseline: random.uniform(0.3, 1) }),
  });
  return random.whole(2) === 0 ? [stopping, terminateOnNaN()] : [terminateOnNaN()];
}
