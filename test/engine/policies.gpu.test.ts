import { describe, expect, it } from 'vitest';
import type { EpochRules } from '../../src/engine/whole.ts';
import { policyColumns, type WholeOutcome, type WholeTrial } from '../../src/engine/whole.ts';
import type { WholeRunner } from '../../src/engine/whole-runner.ts';
import {
  adam,
  growBatchOnPlateau,
  growBatchWithNoise,
  initialWeights,
  l1l2,
  loss,
  makeMoons,
  mlp,
  webgpuEngine,
} from '../../src/index.ts';
import { fit } from '../../src/train/fit.ts';
import { gpuForTests } from '../gpu.ts';

const { context } = await gpuForTests();
const rows = 60;
const data = makeMoons({ nSamples: rows, noise: 0.3, randomState: 5 });
const table = { rows, x: Float32Array.from(data.x.values), y: Float32Array.from(data.y) };

const growth = {
  monitor: 'val_loss',
  mode: 'min',
  minDelta: 0.02,
  factor: 1.6,
  patience: 1,
  cooldown: 1,
  maxBatchSize: 40,
} as const;
const noise = { share: 0.5, smoothing: 0.4, maxBatchSize: 45 };
const penalty = { upper: 0.05, lower: -0.05, factor: 1.3, patience: 1, minScale: 0.3, maxScale: 3 };
const policies: readonly Partial<EpochRules>[] = [
  { growth },
  { noise },
  {},
  { penalty },
  { growth, penalty },
  { noise, penalty },
];

function mixedTrial(index: number): WholeTrial {
  const pick = <T>(...choices: readonly T[]) => choices[index % choices.length] as T;
  const network = mlp({
    inputs: 2,
    hidden: [5],
    outputs: 1,
    outputActivation: 'sigmoid',
    dropout: pick(0.2, 0.3),
    kernelRegularizer: l1l2({ l1: pick(1e-4, 1e-3), l2: pick(1e-3, 1e-2) }),
  });
  const fold = index % 4;
  return {
    network,
    loss: loss('binary_crossentropy'),
    optimizer: adam({ learningRate: pick(0.1, 0.01, 0.03) }),
    seed: index,
    weights: initialWeights(network, index),
    batchSize: pick(4, 7, 1, 12),
    epochs: pick(7, 8, 12, 9, 11),
    shuffle: true,
    window: { first: 0, end: rows, firstValidation: 15 * fold, endValidation: 15 * (fold + 1) },
    rules: { stopOnNaN: true, ...policies[index % policies.length] },
  };
}

const bits = (outcome: WholeOutcome | undefined) =>
  outcome &&
  JSON.stringify({
    ...outcome,
    weights: Array.from(new Uint32Array(outcome.weights.slice().buffer)),
    history: Array.from(new Uint32Array(outcome.history.slice().buffer)),
    policies: outcome.policies && Array.from(new Uint32Array(outcome.policies.slice().buffer)),
  });

// Workgroup memory is slow on adapters that compute on the CPU.
describe.each([
  ['lane', 'subgroup', 24],
  ['subgroup', 'subgroup', 12],
  ['subgroup', 'workgroup', 6],
] as const)('policies of a %s a trial, which exchanges by %s', (mapping, exchange, count) => {
  const wholeOf = (slots?: number) => {
    const isGiven = exchange === 'workgroup' || context.device.features.has('subgroups');
    return webgpuEngine(context, { mapping, ...(isGiven && { exchange }), ...(slots && { slots }) })
      .whole as WholeRunner;
  };
  const whole = wholeOf();
  const trials = Array.from({ length: count }, (_, index) => mixedTrial(index));
  const run = async (runner: WholeRunner, some: readonly WholeTrial[]) =>
    (await runner.run({ trials: some, table })) as WholeOutcome[];

  it('gives a trial the same bits alone, in company, in any place and however submits are cut', async () => {
    const usual = await run(whole, trials);
    const wanted = usual.map(bits);
    expect((await run(whole, trials.toReversed())).map(bits).toReversed()).toEqual(wanted);
    expect((await run(wholeOf(3), trials)).map(bits)).toEqual(wanted);
    for (const [index, trial] of trials.slice(0, policies.length).entries()) {
      expect(bits((await run(whole, [trial]))[0])).toBe(wanted[index]);
    }
    const last = (index: number, column: (typeof policyColumns)[number]) => {
      const at = policyColumns.indexOf(column) - policyColumns.length;
      return usual[index]?.policies?.at(at);
    };
    expect(usual[2]?.policies).toBeUndefined();
    expect(last(0, 'batchSize')).toBeGreaterThan(trials[0]?.batchSize as number);
    expect(last(1, 'batchSize')).toBeGreaterThan(trials[1]?.batchSize as number);
    expect(last(1, 'noiseScale')).toBeGreaterThan(0);
    expect(last(3, 'penaltyScale')).not.toBe(1);
    // 45 rows train: with batches that only grow there are never more steps than at first.
    for (const [index, { batchSize, epochs }] of trials.entries()) {
      const steps = last(index, 'steps');
      if (steps !== undefined) expect(steps).toBeLessThanOrEqual(Math.ceil(45 / batchSize) * epochs);
    }
  });
});

describe('policies layer by layer', () => {
  it('train each trial alone with the bits that it has beside others', async () => {
    const engine = webgpuEngine(context, { mapping: 'layered' });
    const { network } = mixedTrial(0);
    const options = { ...{ x: data.x, y: data.y, engine, epochs: 5, batchSize: 8, seed: 3 } };
    const train = async (callback: ReturnType<typeof growBatchWithNoise>) =>
      (await fit(network, { ...options, loss: 'binary_crossentropy', callbacks: [callback] })).history
        .metrics;
    const first = await train(growBatchWithNoise());
    expect(await train(growBatchWithNoise())).toEqual(first);
    expect(new Set(first.batch_size).size).toBeGreaterThan(1);
    const grown = await train(growBatchOnPlateau({ monitor: 'loss', patience: 1, minDelta: 1 }));
    expect(grown.batch_size).toEqual([8, 8, 16, 32, 60]);
  });
});
