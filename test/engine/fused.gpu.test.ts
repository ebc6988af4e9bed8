import { describe, expect, it } from 'vitest';
import type { WholeJob, WholeOutcome, WholeTrial } from '../../src/engine/whole.ts';
import type { WholeRunner, WholeRunOptions } from '../../src/engine/whole-runner.ts';
import { adam, initialWeights, l1l2, loss, makeMoons, mlp, webgpuEngine } from '../../src/index.ts';
import { gpuForTests, isSecondAdapter } from '../gpu.ts';

const { context } = await gpuForTests();
const data = makeMoons({ nSamples: 60, noise: 0.2, randomState: 5 });

const table = { rows: 60, x: Float32Array.from(data.x.values), y: Float32Array.from(data.y) };

/** Trials that differ in everything that may differ between neighbours, batch size and number of epochs included. */
function mixedTrial(index: number): WholeTrial {
  const pick = <T>(...choices: readonly T[]) => choices[index % choices.length] as T;
  const network = mlp({
    inputs: 2,
    hidden: [5],
    outputs: 1,
    outputActivation: 'sigmoid',
    dropout: pick(0.1, 0.3, 0.5, 0.2),
    kernelRegularizer: l1l2({ l1: pick(1e-4, 1e-3), l2: pick(1e-3, 0, 1e-2) }),
  });
  const fold = index % 4;
  return {
    network,
    loss: { ...loss('binary_crossentropy'), labelSmoothing: pick(0, 0.1, 0.05) },
    optimizer: adam({ learningRate: pick(0.1, 0.01, 0.003, 0.03, 0.001), beta1: pick(0.9, 0.8) }),
    seed: index,
    weights: initialWeights(network, index),
    classWeights: [pick(1, 2), pick(1, 0.5, 3)],
    batchSize: pick(1, 7, 32, 45, 3, 16, 64),
    epochs: pick(1, 2, 3, 4, 5),
    shuffle: pick(true, true, false),
    window: { first: 0, end: 60, firstValidation: 15 * fold, endValidation: 15 * (fold + 1) },
    rules: {
      stopOnNaN: true,
      stopping: {
        monitor: pick('val_loss', 'loss'),
        mode: 'min',
        minDelta: pick(0, 0.05, 0.01),
        patience: pick(0, 1, 2),
        restoreBestWeights: pick(true, false),
        startFromEpoch: pick(0, 0, 1),
      },
      plateau: {
        monitor: 'val_loss',
        mode: 'min',
        minDelta: 0.01,
        factor: 0.5,
        patience: pick(0, 1),
        cooldown: pick(0, 1),
        minLr: 1e-4,
      },
    },
  };
}

const jobOf = (trials: readonly WholeTrial[]): WholeJob => ({ trials, table });

async function run(whole: WholeRunner, trials: readonly WholeTrial[], options?: WholeRunOptions) {
  return (await whole.run(jobOf(trials), options)) as WholeOutcome[];
}

/** As text, since that of 4096 outcomes is compared much faster than arrays element by element. */
const bits = (outcome: WholeOutcome | undefined) =>
  outcome &&
  JSON.stringify({
    ...outcome,
    weights: Array.from(new Uint32Array(outcome.weights.slice().buffer)),
    history: Array.from(new Uint32Array(outcome.history.slice().buffer)),
  });

describe.each(['lane', 'subgroup'] as const)('a %s a trial', (mapping) => {
  const wholeOf = (slots?: number) =>
    webgpuEngine(context, { mapping, ...(slots && { slots }) }).whole as WholeRunner;
  const whole = wholeOf();
  const count = mapping === 'subgroup' ? 512 : isSecondAdapter ? 1024 : 4096;

  it(`each of ${count} mixed trials has the bits that it has alone`, async () => {
    const trials = Array.from({ length: count }, (_, index) => mixedTrial(index));
    const together = await run(whole, trials);
    const differing: number[] = [];
    for (const [index, trial] of trials.entries()) {
      const [alone] = await run(whole, [trial]);
      if (bits(alone) !== bits(together[index])) differing.push(index);
    }
    expect(differing).toEqual([]);
    const statuses = new Set(together.map(({ status }) => status));
    expect(statuses).toContain('stopped');
    expect(statuses).toContain('finished');
    expect(together.some(({ restoredEpoch }) => restoredEpoch !== undefined)).toBe(true);
  });

  it('bits do not depend on the order of the trials, on how many fit at once, or on a pause', async () => {
    const trials = Array.from({ length: 60 }, (_, index) => mixedTrial(index));
    const usual = (await run(whole, trials)).map(bits);
    const backwards = (await run(whole, trials.toReversed())).map(bits).toReversed();
    expect(backwards).toEqual(usual);
    let pauses = 0;
    const gate = async () => {
      pauses++;
      await new Promise((resolve) => setTimeout(resolve, 1));
    };
    const narrow = (await run(wholeOf(5), trials, { gate })).map(bits);
    expect(narrow).toEqual(usual);
    expect(pauses).toBeGreaterThan(12);
  });

  it('trials that diverge are flagged with the epoch, and the others keep their bits', async () => {
    const trials = Array.from({ length: 200 }, (_, index) => mixedTrial(index));
    const usual = (await run(whole, trials)).map(bits);
    const sick = trials.map((trial, index) => {
      if (index % 100 !== 7) return trial;
      const isEven = index % 200 === 7;
      // One with a huge rate, one with rows that hold NaN in a table of their own behind the common one.
      return isEven
        ? { ...trial, optimizer: adam({ learningRate: 1e38 }), epochs: 5, rules: { stopOnNaN: true } }
        : { ...trial, epochs: 5, window: { first: 60, end: 120, firstValidation: 60, endValidation: 75 } };
    });
    const x = Float32Array.of(...table.x, ...table.x);
    x[2 * 110] = Number.NaN;
    const job = { trials: sick, table: { rows: 120, x, y: Float32Array.of(...table.y, ...table.y) } };
    const outcomes = (await whole.run(job)) as WholeOutcome[];
    outcomes.forEach((outcome, index) => {
      if (index % 100 !== 7) {
        expect(bits(outcome)).toBe(usual[index]);
        return;
      }
      expect(outcome.status).toBe('diverged');
      expect(outcome.divergedEpoch).toBe(outcome.epochs - 1);
      expect(outcome.epochs).toBeLessThan(5);
    });
  });

  it('ends trials that the host prunes, and counts what the validation rows show', async () => {
    const plain = Array.from({ length: 8 }, (_, index) => ({
      ...mixedTrial(index),
      epochs: 40,
      rules: { stopOnNaN: false },
    }));
    const outcomes = await run(whole, plain, { prune: ({ trial }) => trial === 3 });
    outcomes.forEach((outcome, index) => {
      expect(outcome.status).toBe(index === 3 ? 'pruned' : 'finished');
      const columns = outcome.history.length / outcome.epochs;
      const last = Array.from(outcome.history.subarray(-columns));
      const [truePositives = 0, falsePositives = 0, falseNegatives = 0, trueNegatives = 0] = last.slice(8);
      expect(truePositives + falsePositives + falseNegatives + trueNegatives).toBe(15);
      // The share of right outputs.
      expect(truePositives + trueNegatives).toBe(last[5]);
      const { firstValidation, endValidation } = (plain[index] as WholeTrial).window;
      const positives = table.y.subarray(firstValidation, endValidation).reduce((sum, y) => sum + y, 0);
      expect(truePositives + falseNegatives).toBe(positives);
    });
    expect(outcomes[3]?.epochs).toBeLessThan(40);
  });

  it('a cancelled run gives back what there is', async () => {
    const controller = new AbortController();
    const long = Array.from({ length: 6 }, (_, index) => ({
      ...mixedTrial(index),
      epochs: 1_000_000,
      rules: { stopOnNaN: false },
    }));
    const outcomes = await wholeOf(4).run(jobOf(long), {
      signal: controller.signal,
      onProgress: ({ epochs }) => {
        if (epochs > 20) controller.abort();
      },
    });
    expect(outcomes.slice(0, 4).map((outcome) => outcome?.status)).toEqual(new Array(4).fill('cancelled'));
    expect(outcomes.slice(4)).toEqual([undefined, undefined]);
    expect(outcomes[0]?.weights.every(Number.isFinite)).toBe(true);
  });
});
