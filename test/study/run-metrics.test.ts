import { describe, expect, it } from 'vitest';
import {
  accuracy,
  balancedAccuracy,
  cpuEngine,
  f1,
  logLoss,
  meanAbsoluteError,
  meanSquaredError,
  precision,
  r2,
  recall,
  rocAuc,
  type StudyRows,
} from '../../src/index.ts';
import type { TrialRecord, TrialResult } from '../../src/study/records.ts';
import { judgingRows } from '../../src/study/resampling.ts';
import { RoundTrainer, type StudyWork } from '../../src/study/round-trainer.ts';
import { standardTrial } from '../../src/study/standard-trial.ts';
import { studyTable } from '../../src/study/study-table.ts';
import { BatchLimits } from '../../src/train/batch-size.ts';
import { cpuPoolEngine } from '../../src/train/cpu-pool.ts';
import { featureMatrix } from '../../src/train/rows.ts';
import { binaryRows, multiclassRows, regressionRows } from './runner.ts';

const resampling = { folds: 3, repeats: 2 };
const [epochs, seed] = [9, 4];
const worker = new URL('../../dist/train/cpu-pool-worker.js', import.meta.url);
const pool = cpuPoolEngine({ threads: 2 }, worker);

/** Trains one trial with penalties, dropout and early stopping, and gives what was told of it. */
async function trained(
  rows: StudyRows,
  metric: string,
  parameters: TrialRecord['parameters'] = {},
  engine = pool,
) {
  const all = { units: 5, learningRate: 0.05, l1: 1e-3, l2: 1e-2, dropout: 0.2, patience: 2, batchSize: 8 };
  const study = studyTable(rows, resampling, epochs, seed);
  const objectives = [{ metric, direction: 'minimize' as const }];
  const record: TrialRecord = {
    index: 3,
    round: 0,
    parameters: { ...all, ...parameters },
    point: new Float64Array(),
    state: 'waiting',
  };
  const batchLimits = new BatchLimits(engine, study.table);
  const work: StudyWork = {
    engine,
    study,
    resampling,
    objectives,
    seed,
    build: ({ parameters }, context) => standardTrial(parameters, context),
    judgedAt: 'best',
    batchLimits,
    clock: () => 0,
  };
  const first = await trainOne(work, record);
  const network = standardTrial(record.parameters, study.context).network;
  const finalWeights = first.weights;
  if (first.result.state === 'failed') return { ...first, finalWeights, study, network };
  // All runs are judged at one epoch: trained until there and no further, their weights are those that were judged.
  const until = { epochs: first.result.metrics.best_epoch as number, patience: 0 };
  const { weights } = await trainOne(work, { ...record, parameters: { ...record.parameters, ...until } });
  return { result: first.result, weights, finalWeights, study, network };
}

async function trainOne(work: StudyWork, record: TrialRecord) {
  const told: { result: TrialResult; weights: readonly Float32Array[] }[] = [];
  const options = {
    rungs: () => [],
    onResult: (result: TrialResult, weights: readonly Float32Array[]) => told.push({ result, weights }),
  };
  await new RoundTrainer(work, [record], options).train();
  expect(told).toHaveLength(1);
  return told[0] as (typeof told)[0];
}

type Trained = Awaited<ReturnType<typeof trained>>;

/** For each run the truth of the rows that judge it, and what its network says of them. */
async function judged({ x, y, task }: StudyRows, { weights, network, study }: Trained) {
  const { values, columns } = featureMatrix(x, 'x');
  const folds = judgingRows(y, task, resampling, seed);
  return Promise.all(
    weights.map(async (own, run) => {
      const test = Array.from((folds[Math.floor(run / resampling.repeats)] as { test: Int32Array }).test);
      const inputs = Float32Array.from(
        test.flatMap((row) => Array.from(values).slice(row * columns, (row + 1) * columns)),
      );
      const outputs = await cpuEngine().predict(network, own, inputs, test.length);
      const { mean, scale } = study.target;
      return {
        truth: test.map((row) => y[row] as number),
        outputs: Array.from(outputs, (value) => mean + scale * value),
      };
    }),
  );
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const classesOf = (outputs: readonly number[]) => outputs.map((output) => Number(output > 0.5));

describe('the metrics of a trial', () => {
  it('are those of its networks, at one epoch, on the rows that judge them: binary', async () => {
    const own = await trained(binaryRows, 'log_loss');
    const runs = await judged(binaryRows, own);
    const of = (score: (truth: number[], predicted: number[]) => number) =>
      mean(runs.map(({ truth, outputs }) => score(truth, classesOf(outputs))));
    const { metrics, values, runs: single } = own.result;
    expect(runs).toHaveLength(6);
    expect(metrics.log_loss).toBeCloseTo(mean(runs.map(({ truth, outputs }) => logLoss(truth, outputs))), 5);
    expect(metrics.val_loss).toBeGreaterThan((metrics.log_loss as number) + 0.01);
    expect(metrics.accuracy).toBeCloseTo(of(accuracy), 6);
    expect(metrics.precision).toBeCloseTo(of(precision), 6);
    expect(metrics.recall).toBeCloseTo(of(recall), 6);
    expect(metrics.f1).toBeCloseTo(of(f1), 6);
    expect(metrics.balanced_accuracy).toBeCloseTo(of(balancedAccuracy), 6);
    expect(values[0]).toBe(metrics.log_loss);
    expect(mean(Array.from(single))).toBeCloseTo(values[0] as number, 12);
    expect(new Set(single).size).toBe(6);
  });

  it.each(['roc_auc', 'balanced_accuracy', 'log_loss'])(
    'are computed from the outputs of the final networks where the engine does not count them: %s',
    async (metric) => {
      const own = await trained(binaryRows, metric, { labelSmoothing: 0.1 }, cpuEngine());
      const runs = await judged(binaryRows, { ...own, weights: own.finalWeights });
      const scores = {
        roc_auc: rocAuc,
        log_loss: logLoss,
        balanced_accuracy: (truth: number[], outputs: number[]) =>
          balancedAccuracy(truth, classesOf(outputs)),
      };
      const score = scores[metric as keyof typeof scores];
      expect(own.result.values[0]).toBeCloseTo(
        mean(runs.map(({ truth, outputs }) => score(truth, outputs))),
        6,
      );
    },
  );

  it('are all of the last epoch where outputs are asked for, and no weights were restored', async () => {
    const rates = { learningRate: 1, patience: 0 };
    const [asked, usual] = await Promise.all(
      ['roc_auc', 'log_loss'].map((metric) => trained(binaryRows, metric, rates)),
    );
    const epochs = usual?.result.epochs;
    expect(usual?.result.metrics.best_epoch).toBeLessThan(epochs as number);
    expect(asked?.result.metrics.best_epoch).toBe(epochs);
    // Trained until that epoch, the weights are the same.
    expect(asked?.weights).toEqual(asked?.finalWeights);
  });

  it('are those of several classes', async () => {
    const own = await trained(multiclassRows, 'f1');
    const runs = await judged(multiclassRows, own);
    const likeliest = (truth: readonly number[], outputs: readonly number[]) =>
      truth.map((_, row) => {
        const three = outputs.slice(3 * row, 3 * row + 3);
        return three.indexOf(Math.max(...three));
      });
    const labels = runs.map(({ truth, outputs }) => likeliest(truth, outputs));
    const { metrics } = own.result;
    expect(metrics.accuracy).toBeCloseTo(
      mean(runs.map(({ truth }, i) => accuracy(truth, labels[i] as number[]))),
      6,
    );
    // The epochs do not tell of it: it is that of the final networks.
    const ends = await judged(multiclassRows, { ...own, weights: own.finalWeights });
    expect(metrics.f1).toBeCloseTo(
      mean(ends.map(({ truth, outputs }) => f1(truth, likeliest(truth, outputs), { average: 'macro' }))),
      12,
    );
    const losses = runs.map(({ truth, outputs }) =>
      mean(truth.map((label, row) => -Math.log(outputs[3 * row + label] as number))),
    );
    expect(metrics.log_loss).toBeCloseTo(mean(losses), 4);
  });

  it("are in the target's units", async () => {
    const own = await trained(regressionRows, 'mse');
    const runs = await judged(regressionRows, own);
    const of = (score: (truth: number[], outputs: number[]) => number) =>
      mean(runs.map(({ truth, outputs }) => score(truth, outputs)));
    const { metrics } = own.result;
    // Single precision in the sums of an epoch: six digits.
    const close = (name: string, value: number) =>
      expect((metrics[name] as number) / value, name).toBeCloseTo(1, 4);
    close('mse', of(meanSquaredError));
    close(
      'rmse',
      of((truth, outputs) => Math.sqrt(meanSquaredError(truth, outputs))),
    );
    close('mae', of(meanAbsoluteError));
    close('r2', of(r2));
    expect(metrics.mae).toBeGreaterThan(10);
  });

  it('come with a curve that ends where the runs do, of 64 rows at most', async () => {
    const { result } = await trained(binaryRows, 'log_loss');
    expect(result.epochs).toBeLessThanOrEqual(epochs);
    expect(Array.from(result.curve.filter((_, i) => i % 3 === 0))).toEqual(
      Array.from({ length: result.curve.length / 3 }, (_, i) => i + 1),
    );
    const study = studyTable(binaryRows, resampling, 200, seed);
    const long = {
      index: 0,
      round: 0,
      parameters: { units: 1, patience: 0 },
      point: new Float64Array(),
      state: 'waiting' as const,
    };
    let curve = new Float32Array();
    const work: StudyWork = {
      engine: cpuEngine(),
      study,
      resampling,
      objectives: [],
      seed,
      build: ({ parameters }, context) => standardTrial(parameters, context),
      judgedAt: 'best',
      batchLimits: new BatchLimits(cpuEngine(), study.table),
      clock: () => 0,
    };
    await new RoundTrainer(work, [long], {
      rungs: () => [],
      onResult: (own) => {
        curve = Float32Array.from(own.curve);
      },
    }).train();
    expect([curve.length, curve[0], curve.at(-3)]).toEqual([3 * 64, 1, 200]);
  });
});

it('a training that diverges in the epoch in which it stops fails, whoever trains it', async () => {
  for (const engine of [cpuEngine(), pool]) {
    const { result } = await trained(regressionRows, 'mse', { optimizer: 'sgd', learningRate: 1e30 }, engine);
    expect([result.state, result.values[0], result.reason]).toEqual([
      'failed',
      NaN,
      'a loss was not finite in epoch 1',
    ]);
  }
  pool.close();
});
