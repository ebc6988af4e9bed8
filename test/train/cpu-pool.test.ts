import { execFile } from 'node:child_process';
import { afterAll, describe, expect, it } from 'vitest';
import { epochColumns, type WholeOutcome, type WholeTrial } from '../../src/engine/whole.ts';
import { readModel, writeModel } from '../../src/export/model-file.ts';
import {
  adaptPenalty,
  earlyStopping,
  FitCancelledError,
  fitAll,
  growBatchOnPlateau,
  growBatchWithNoise,
  learningRateScheduler,
  predict,
  reduceLROnPlateau,
  sgd,
  type TrainedModel,
  type TrialFitOptions,
  terminateOnNaN,
  userCallback,
  wasmEngine,
} from '../../src/index.ts';
import { cpuPoolEngine } from '../../src/train/cpu-pool.ts';
import { rowTable, windowOf } from '../../src/train/row-table.ts';
import { epochRules } from '../../src/train/rules.ts';
import { trialSettings } from '../../src/train/trial-settings.ts';
import { describeDeterminism } from '../engine/determinism.ts';
import { layeredSubmits } from '../engine/submits.ts';
import { mixedTrial, rows } from '../engine/trials.ts';

// Threads load JavaScript: theirs is what `npm run build` made.
const built = (file: string) => new URL(`../../dist/${file}`, import.meta.url);
const engineOf = (threads: number) => cpuPoolEngine({ threads }, built('train/cpu-pool-worker.js'));
const engines = [1, 2, 3].map((threads) => ({ threads, engine: engineOf(threads) }));
const pool = engineOf(2);
afterAll(() => {
  for (const engine of [pool, ...engines.map(({ engine }) => engine)]) engine.close();
});

describeDeterminism('threads', pool, layeredSubmits);

const bits = ({ weights, history }: Pick<TrainedModel, 'weights' | 'history'>) => ({
  weights: Array.from(weights),
  metrics: history.metrics,
  stopped: history.stopped,
  restoredEpoch: history.restoredEpoch,
});

const decay = { name: 'exponential_decay', initialLearningRate: 0.2, decaySteps: 3, decayRate: 0.9 } as const;

/** All that may differ from trial to trial, and all rules there are. */
const trials: TrialFitOptions[] = [
  ...[0, 1, 2, 3, 4, 5, 6, 7].map(mixedTrial),
  { ...mixedTrial(8), callbacks: [learningRateScheduler((epoch) => 0.1 * 0.5 ** epoch)], batchSize: 7 },
  { ...mixedTrial(9), callbacks: [reduceLROnPlateau({ patience: 1, minDelta: 1 })], epochs: 9 },
  {
    ...mixedTrial(10),
    callbacks: [earlyStopping({ patience: 2, restoreBestWeights: true, minDelta: 0.05 })],
    epochs: 20,
  },
  {
    ...mixedTrial(11),
    callbacks: [
      learningRateScheduler(() => 0.05),
      earlyStopping({ monitor: 'val_accuracy', patience: 3, baseline: 0.1 }),
    ],
    epochs: 8,
  },
  { ...mixedTrial(12), optimizer: sgd({ learningRate: decay }) },
  {
    ...mixedTrial(13),
    optimizer: sgd({ learningRate: { unit: 'epoch', at: (epoch) => 0.3 / (1 + epoch), description: 'own' } }),
  },
  { ...mixedTrial(14), optimizer: sgd({ learningRate: 1e30 }), callbacks: [terminateOnNaN()], epochs: 9 },
  {
    ...mixedTrial(15),
    optimizer: sgd({ learningRate: decay }),
    callbacks: [growBatchOnPlateau({ patience: 1, minDelta: 0.1 })],
    epochs: 9,
  },
  {
    ...mixedTrial(16),
    callbacks: [growBatchWithNoise(), adaptPenalty({ upper: 0 })],
    batchSize: 8,
    epochs: 9,
  },
];

describe('a pool of threads', () => {
  it.each(engines)('gives the bits of one thread with $threads', async ({ engine }) => {
    const expected = await fitAll(trials, { ...rows, engine: wasmEngine() });
    const models = await fitAll(trials, { ...rows, engine });
    expect(models.map(bits)).toEqual(expected.map(bits));
    expect(models[10]?.history.restoredEpoch).toBeDefined();
    expect(models[14]?.history.stopped).toMatch(/^the loss was/);
    expect(models[15]?.history.metrics.batch_size?.at(-1)).toBeGreaterThan(32);
    expect(new Set(models[16]?.history.metrics.batch_size).size).toBeGreaterThan(2);
    expect(new Set(models[16]?.history.metrics.penalty_scale).size).toBeGreaterThan(2);
  });

  it('trains folds, weighted rows and regressions', async () => {
    const { x, y } = rows;
    const folds = [0, 1, 2].map((fold) => ({ test: Array.from({ length: 40 }, (_, i) => 3 * i + fold) }));
    const shared = { x, y, folds, sampleWeight: Array.from(y, (_, row) => 1 + (row % 3)), epochs: 3 };
    const folded = [0, 1, 2, 1].map((fold, index) => {
      const { classWeight: _, ...trial } = mixedTrial(index);
      return { ...trial, loss: 'mse', fold } as const;
    });
    const expected = await fitAll(folded, { ...shared, engine: wasmEngine() });
    expect((await fitAll(folded, { ...shared, engine: pool })).map(bits)).toEqual(expected.map(bits));
  });

  it('leaves callbacks of your own on the caller’s thread', async () => {
    const seen: number[] = [];
    const own = userCallback({ onEpochEnd: (epoch) => void seen.push(epoch) });
    await fitAll([mixedTrial(0), { ...mixedTrial(1), callbacks: [own] }], { ...rows, engine: pool });
    expect(seen).toEqual([0, 1, 2]);
  });

  it('publishes the epochs of all trials', async () => {
    const training = fitAll([0, 1, 2].map(mixedTrial), { ...rows, engine: pool });
    const ends: string[] = [];
    for await (const { trial, epoch, logs } of training) {
      ends.push(`${trial} ${epoch}`);
      const { history } = (await training)[trial] as TrainedModel;
      expect(logs.val_loss).toBe(history.metrics.val_loss?.[epoch]);
    }
    expect(ends.sort()).toEqual(['0 0', '0 1', '0 2', '1 0', '1 1', '1 2', '2 0', '2 1', '2 2']);
  });

  it('refuses a number of threads that is none', () => {
    expect(() => cpuPoolEngine({ threads: 0 })).toThrow(
      'threads must be a whole number of at least 1, got 0',
    );
  });
});

/** Complete trials as fitAll hands them to an engine. */
function wholeJob(options: readonly TrialFitOptions[], epochs: number) {
  const table = rowTable(rows, trialSettings(options[0] as TrialFitOptions));
  const whole = options.map((trial): WholeTrial => {
    const settings = trialSettings(trial);
    const rules = epochRules(settings, trial.callbacks ?? [], epochs, true);
    if (!rules) throw new Error('these callbacks have no rules');
    return { ...settings, epochs, batchSize: 32, shuffle: true, window: windowOf(table, 0), rules };
  });
  return { trials: whole, table: table.table };
}

const column = ({ history }: WholeOutcome, name: (typeof epochColumns)[number]) =>
  Array.from({ length: history.length / epochColumns.length }, (_, epoch) =>
    history.at(epoch * epochColumns.length + epochColumns.indexOf(name)),
  );

describe('what threads trained', () => {
  it('is the same model when it comes back from a file', async () => {
    const models = await fitAll(trials.slice(8, 12), { ...rows, engine: pool, epochs: 6 });
    for (const model of models) {
      const { model: read } = readModel(writeModel({ model, origin: { createdBy: 'shoal 0.0.0' } }));
      expect(bits(read)).toEqual(bits(model));
    }
  });
});

describe('whole trainings on threads', () => {
  const { whole } = pool;
  if (!whole) throw new Error('the pool trains no whole trials');

  it('are planned where there is more than one', async () => {
    const job = wholeJob([0, 1, 2].map(mixedTrial), 3);
    const plan = await whole.plan(job);
    expect(plan).toMatchObject({ mapping: 'threads', slots: 2, reason: '3 trials for 2 threads' });
    expect(plan.flop).toBeGreaterThan(3 * 150 * 2 * 27);
    expect(plan.bytes).toBeGreaterThan(0);
    expect((await whole.plan(wholeJob([mixedTrial(0)], 3))).mapping).toBe('layered');
  });

  it('count right and wrong outputs of the validation rows', async () => {
    const job = wholeJob([0, 1, 2].map(mixedTrial), 4);
    const truth = Array.from(rows.validation.y);
    for (const [index, outcome] of (await whole.run(job)).entries()) {
      const { network, loss } = job.trials[index] as WholeTrial;
      const { weights, epochs } = outcome as WholeOutcome;
      expect(epochs).toBe(4);
      const outputs = await predict({ network, loss, weights }, rows.validation.x);
      const positive = outputs.map(([output = 0]) => output > 0.5);
      const count = (isPositive: boolean, label: number) =>
        truth.filter((value, row) => value === label && positive[row] === isPositive).length;
      const last = (name: (typeof epochColumns)[number]) => column(outcome as WholeOutcome, name).at(-1);
      expect(last('truePositives')).toBe(count(true, 1));
      expect(last('falsePositives')).toBe(count(true, 0));
      expect(last('falseNegatives')).toBe(count(false, 1));
      expect(last('trueNegatives')).toBe(count(false, 0));
      expect(last('valScoreSum')).toBe(count(true, 1) + count(false, 0));
      expect(last('valDataLossSum')).toBeLessThanOrEqual(last('valLossSum') as number);
    }
  });

  it('report progress, and wait at the gate', async () => {
    let gates = 0;
    const ended: number[] = [];
    const advanced: number[] = [];
    let epochs = 0;
    const outcomes = await whole.run(wholeJob([0, 1, 2, 3, 4].map(mixedTrial), 3), {
      gate: async () => void gates++,
      onProgress: (progress) => {
        ended.push(progress.ended);
        epochs = progress.epochs;
      },
      onAdvance: ({ trial, firstEpoch, rows: numbers }) => {
        advanced.push(trial);
        expect([firstEpoch, numbers.length]).toEqual([0, 3 * epochColumns.length]);
        return true;
      },
    });
    expect(gates).toBeGreaterThanOrEqual(5);
    expect(ended).toEqual([1, 2, 3, 4, 5]);
    expect(epochs).toBe(15);
    expect(advanced.sort()).toEqual([0, 1, 2, 3, 4]);
    expect(outcomes.map((outcome) => outcome?.status)).toEqual(new Array(5).fill('finished'));
  });

  it('are told of and pruned while they train', async () => {
    const long = wholeJob([0, 1, 2, 3].map(mixedTrial), 100_000);
    const job = {
      ...long,
      trials: long.trials.map((trial, i) => (i === 1 ? { ...trial, epochs: 3 } : trial)),
    };
    const told = [0, 0, 0, 0];
    const outcomes = await whole.run(job, {
      onAdvance: ({ trial, firstEpoch, rows: numbers }) => {
        expect(firstEpoch).toBe(told[trial]);
        told[trial] = firstEpoch + numbers.length / epochColumns.length;
      },
      // All four together would take minutes.
      prune: ({ trial }) => trial !== 1,
    });
    expect(outcomes.map((outcome) => outcome?.status)).toEqual(['pruned', 'finished', 'pruned', 'pruned']);
    expect(outcomes.map((outcome) => outcome?.epochs)).toEqual(told);
    expect(Math.max(...told)).toBeLessThan(100_000);
  });

  it('have the same bits where others are pruned', async () => {
    const job = wholeJob([0, 1, 2, 3].map(mixedTrial), 200);
    const alone = await whole.run(job);
    const beside = await whole.run(job, { prune: ({ trial }) => trial % 2 === 0 });
    for (const i of [1, 3]) expect(beside[i]?.weights).toEqual(alone[i]?.weights);
  });

  it('end with an error of a listener while they train', async () => {
    const onAdvance = () => {
      throw new Error('a mistake of the listener');
    };
    const running = whole.run(wholeJob([0, 1, 2].map(mixedTrial), 100_000), { onAdvance });
    await expect(running).rejects.toThrow('a mistake of the listener');
  });

  it('end with an error of a listener', async () => {
    const onAdvance = () => {
      throw new Error('a mistake of the listener');
    };
    const running = whole.run(wholeJob([0, 1, 2, 3, 4].map(mixedTrial), 3), { onAdvance });
    await expect(running).rejects.toThrow('a mistake of the listener');
  });

  it('stop when cancelled, with what they have', async () => {
    const controller = new AbortController();
    const long = wholeJob([0, 1, 2, 3].map(mixedTrial), 100_000);
    // The first trial ends, the others would take minutes.
    const job = {
      ...long,
      trials: long.trials.map((trial, i) => (i === 0 ? { ...trial, epochs: 2 } : trial)),
    };
    const outcomes = await whole.run(job, {
      signal: controller.signal,
      onProgress: () => setTimeout(() => controller.abort(), 200),
    });
    expect(outcomes.map((outcome) => outcome?.status)).toEqual([
      'finished',
      'cancelled',
      'cancelled',
      undefined,
    ]);
    const { epochs = 0, history } = outcomes[1] as WholeOutcome;
    expect(epochs).toBeGreaterThan(0);
    expect(history.length).toBe(epochs * epochColumns.length);
  });

  it('do not begin once cancelled', async () => {
    const signal = AbortSignal.abort();
    const job = wholeJob([0, 1].map(mixedTrial), 3);
    expect(await whole.run(job, { signal })).toEqual([undefined, undefined]);
    const training = fitAll([0, 1].map(mixedTrial), { ...rows, engine: pool, signal });
    await expect(training).rejects.toBeInstanceOf(FitCancelledError);
  });
});

describe('a trial that cannot be trained', () => {
  it('ends the run with one error, after which the engine trains again', async () => {
    const { whole } = pool;
    const job = wholeJob([0, 1, 2, 3].map(mixedTrial), 50_000);
    const window = { first: 0, end: 2 ** 40, firstValidation: 0, endValidation: 0 };
    const broken = job.trials.map((trial, i) => (i === 1 ? { ...trial, window } : trial));
    const error = await whole?.run({ ...job, trials: broken }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'DeviceError', exitCode: 1 });
    expect((error as Error).message).toMatch(
      /^a thread of the CPU engine failed: the memory of WebAssembly /,
    );
    expect(await fitAll([0, 1].map(mixedTrial), { ...rows, engine: pool })).toHaveLength(2);
  });
});

describe('node', () => {
  const program = (end: string) => `
    import { fitAll, makeMoons, mlp } from ${JSON.stringify(built('index.js').href)};
    import { openEngine } from ${JSON.stringify(built('node.js').href)};
    const { engine } = await openEngine('cpu');
    const network = mlp({ inputs: 2, hidden: [4], outputs: 1, outputActivation: 'sigmoid' });
    const trials = [0, 1, 2].map((seed) => ({ network, loss: 'binary_crossentropy', seed }));
    const models = await fitAll(trials, { ...makeMoons({ nSamples: 40 }), engine, epochs: 2 });
    console.log(engine.description, models.length);
    ${end}`;
  const run = (text: string) =>
    new Promise<string>((resolve, reject) => {
      const args = ['--input-type=module', '--eval', text];
      execFile(process.execPath, args, { timeout: 20_000 }, (error, stdout) =>
        error ? reject(error) : resolve(stdout),
      );
    });

  it.each([
    ['closed', 'engine.close();'],
    ['left open', ''],
  ])('exits by itself when the engine is %s', async (_, end) => {
    expect(await run(program(end))).toMatch(/^CPU, WebAssembly, \d+ threads? 3\n$/);
  });
});
