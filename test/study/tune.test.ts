import { describe, expect, it } from 'vitest';
import {
  adam,
  choice,
  cpuEngine,
  defineSpace,
  earlyStopping,
  fit,
  int,
  mlp,
  predict,
  r2,
  type StudyConfig,
  type StudyRows,
  standardTrial,
  tune,
  userCallback,
  when,
} from '../../src/index.ts';
import { paretoFront, scoreOf } from '../../src/study/best.ts';
import { refit } from '../../src/study/refit.ts';
import { runSeed } from '../../src/study/resampling.ts';
import { binaryRows, multiclassRows, numbers, regressionRows, run, settingsOf, space } from './runner.ts';

const engine = cpuEngine();
const small = { engine, ...binaryRows, folds: 2, epochs: 4, trials: 10, roundSize: 4, space } as const;
const tuned = (config: Partial<StudyConfig & StudyRows> = {}) => tune({ ...small, ...config });

describe('tune', () => {
  it.each<Partial<StudyConfig>>([
    { sampler: 'random' },
    { sampler: 'quasi-random', pruner: 'hyperband' },
    { sampler: { name: 'tpe', startup: 4 }, pruner: 'median' },
    { sampler: 'cmaes', space: numbers, pruner: { name: 'asha', reduction: 2 } },
    { sampler: { name: 'population-based', population: 4, keep: ['hidden'] } },
  ])('searches by %o', async (config) => {
    const { reason, data, best } = await tuned(config);
    expect(reason).toBe('trials');
    expect(data.trials).toHaveLength(10);
    expect(data.results.every((result) => result !== undefined)).toBe(true);
    const complete = data.results.filter((result) => result?.state === 'complete');
    const counted = complete.filter(
      (result) => best.result.confirmation === undefined || result?.confirmation,
    );
    const least = Math.min(
      ...counted.map((result) => (result ? (scoreOf(result).values[0] as number) : NaN)),
    );
    expect(scoreOf(best.result).values[0]).toBe(least);
    expect(data.trials[best.trial.index]).toBe(best.trial);
  });

  it.each([
    ['binary', binaryRows, 1],
    ['multiclass', multiclassRows, 3],
    ['regression', regressionRows, 1],
  ] as const)('trains the best on all rows: %s', async (_, rows, outputs) => {
    const study = await tuned({ ...rows, pruner: 'none' });
    const model = await study.model();
    const { trial, result } = study.best;
    expect(model.network.layers.at(-1)?.units).toBe(outputs);
    expect(model.history.epochs).toBe(Math.round(result.metrics.best_epoch as number));
    const other = await study.model((trial.index + 1) % 10);
    expect(Array.from(other.weights)).not.toEqual(Array.from(model.weights));
    await expect(study.model(10)).rejects.toThrow(/trial must be one that has ended, got 10/);
  });

  it('ends a grid when all has been tried', async () => {
    const grid = { a: choice([1, 2]), units: choice([2, 3, 4]) };
    const build: StudyConfig['build'] = ({ a, units }, context) => ({
      ...standardTrial({ units: Number(units) }, context),
      batchSize: 8 * Number(a),
    });
    const { reason, data } = await tuned({ space: grid, sampler: 'grid', trials: 50, build });
    expect([reason, data.trials.length]).toEqual(['exhausted', 6]);
    expect(new Set(data.trials.map(({ parameters }) => JSON.stringify(parameters))).size).toBe(6);
  });

  it('finds a Pareto front of several objectives', async () => {
    const { data, best } = await tuned({
      objectives: ['accuracy', 'weights'],
      trials: 12,
      space: { ...space, hidden: choice([[1], [3], [8]]) },
    });
    const costs = data.results.map((result) => [-(result?.values[0] as number), result?.values[1] as number]);
    const front = paretoFront(
      costs.toSorted((a, b) => (a[0] as number) - (b[0] as number) || (a[1] as number) - (b[1] as number)),
      (own) => own,
    );
    expect(front).toContainEqual([-(best.result.values[0] as number), best.result.values[1]]);
    expect(data.results.map((result) => result?.values[1])).toEqual(
      data.results.map((result) => result?.weights),
    );
  });

  it('keeps to conditions and constraints, and builds as it is told', async () => {
    const conditional = { layers: int(1, 2), a: int(2, 6), b: when(int(2, 6), { layers: 2 }) };
    const seen: string[] = [];
    const { data } = await tuned({
      space: conditional,
      constraints: [{ left: 'b', op: '<', right: 'a' }, ({ a }) => Number(a) !== 3],
      trials: 14,
      pruner: 'none',
      build: ({ layers, a, b }, { inputs, epochs, rows }) => {
        seen.push(`${layers} ${b === undefined}`);
        expect([inputs, epochs, rows]).toEqual([2, 4, 30]);
        const hidden = [a, b].filter((units) => units !== undefined).map(Number);
        return {
          network: mlp({ inputs, hidden, outputs: 1, activation: 'tanh', outputActivation: 'sigmoid' }),
          loss: 'binary_crossentropy',
          optimizer: adam({ learningRate: 0.01 }),
          epochs: 2,
        };
      },
    });
    expect(new Set(seen)).toEqual(new Set(['1 true', '2 false']));
    for (const {
      parameters: { a, b },
    } of data.trials) {
      expect(Number(a)).not.toBe(3);
      expect(b === undefined || Number(b) < Number(a)).toBe(true);
    }
    expect(data.results.every((result) => result?.epochs === 2)).toBe(true);
  });

  it('refuses what cannot be trained or read', async () => {
    const own: StudyConfig['build'] = (parameters, context) => ({
      ...standardTrial(parameters, context),
      callbacks: [userCallback({})],
    });
    await expect(tuned({ build: own })).rejects.toThrow(/callbacks of trial 0 must be Shoal's own/);
    await expect(tuned({ space: { unis: 3 } })).rejects.toThrow(/got unis; did you mean units/);
    await expect(tuned({ sampler: 'cmaes', space: { units: choice([1, 2, 3]) } })).rejects.toThrow(
      /cmaes must have a number/,
    );
    await expect(tuned({ trails: 3 } as StudyConfig)).rejects.toThrow(/got trails; did you mean trials/);
    await expect(tuned({ y: [1, 0] })).rejects.toThrow(/same number of rows/);
    const diverging = { ...regressionRows, space: { optimizer: 'sgd', learningRate: 1e30 } };
    await expect(tuned(diverging)).rejects.toThrow(
      /must have a trial that trained to its end, got none of 10 \(10 failed\)/,
    );
  });

  it('ends when its time is over, or its signal says so', async () => {
    const timed = await run({ space, seconds: 0.3, epochs: 4, folds: 2 });
    expect(timed.reason).toBe('time');
    const more = await run({ space, seconds: 0.3, epochs: 4, folds: 2 }, { storage: timed.storage });
    // Its time was over before: nothing new is even suggested.
    if (timed.storage.progress.elapsedMs >= 300)
      expect(more.data.trials.length).toBe(timed.data.trials.length);
    const aborted = await run({ space, trials: 1000 }, { signal: AbortSignal.abort() });
    expect([aborted.reason, aborted.data.trials.length]).toEqual(['cancelled', 0]);
    await expect(tune({ ...small, signal: AbortSignal.abort() })).rejects.toThrow(
      /must have a trial that trained to its end, got none of 0/,
    );
  });
});

describe('population-based training', () => {
  const config = {
    space: { ...space, learningRate: 1e-12 },
    folds: 2,
    epochs: 1,
    trials: 18,
    sampler: { name: 'population-based', population: 6, keep: ['hidden'], quantile: 0.3 },
  } as const;

  it('goes on from the weights of the parent', async () => {
    const { data } = await run(config);
    const loss = (index: number) => data.results[index]?.values[0] as number;
    const children = data.trials.filter(({ parent }) => parent !== undefined);
    expect(children).toHaveLength(12);
    expect(children.some(({ index, parent }) => parent !== index - 6)).toBe(true);
    // With a rate of nothing, weights stay what they were given.
    for (const { index, parent } of children) expect(loss(index)).toBeCloseTo(loss(parent as number), 5);
    const first = data.results.slice(0, 6).map((result) => result?.values[0] as number);
    expect(Math.max(...first) - Math.min(...first)).toBeGreaterThan(0.01);
  });

  it('goes on where a limit cut a generation short, and forgets weights that nothing goes on from', async () => {
    const { storage } = await run({ ...config, trials: 8 });
    const { data } = await run({ ...config, trials: 24 }, { storage });
    expect(data.trials.map(({ round }) => round)).toEqual(
      [0, 1, 2, 3, 4].flatMap((round) => new Array([6, 2, 4, 6, 6][round]).fill(round)),
    );
    expect(
      data.trials
        .slice(6)
        .every(({ index, parent }) => Math.floor((parent as number) / 6) === Math.floor(index / 6) - 1),
    ).toBe(true);
    const kept = data.trials
      .filter(({ index }) => storage.artifact(`weights/${index}`))
      .map(({ index }) => index);
    expect(kept[0]).toBeGreaterThanOrEqual(6);
    expect(kept.at(-1)).toBe(23);
  });
});

describe('a refit', () => {
  it("is the same training on all rows, in the target's units", async () => {
    const { data, storage } = await run(
      { space: numbers, folds: 2, epochs: 12, trials: 4, roundSize: 4, pruner: 'none', sampler: 'random' },
      { rows: regressionRows },
    );
    const { settings } = storage;
    const [trial, result] = [data.trials[1], data.results[1]];
    if (!trial || !result) throw new Error('the trial is missing');
    const model = await refit({ engine, rows: regressionRows, settings, trial, result });
    const y = Array.from(regressionRows.y);
    const mean = y.reduce((sum, value) => sum + value, 0) / y.length;
    const scale = Math.sqrt(y.reduce((sum, value) => sum + (value - mean) ** 2, 0) / y.length);
    const context = { task: 'regression', inputs: 2, classes: 0, epochs: 12, rows: y.length } as const;
    const { network, callbacks, ...built } = standardTrial(trial.parameters, context);
    expect(callbacks).toHaveLength(2);
    const plain = await fit(network, {
      engine,
      x: regressionRows.x,
      y: y.map((value) => (value - mean) / scale),
      ...built,
      epochs: Math.round(result.metrics.best_epoch as number),
      seed: runSeed(settings.seed, 1, { fold: 2, repeat: 0 }),
    });
    const [own, scaled] = [
      (await predict(model, regressionRows.x, engine)).flat(),
      (await predict(plain, regressionRows.x, engine)).flat(),
    ];
    for (const [row, value] of own.entries()) {
      expect(value / (mean + scale * (scaled[row] as number))).toBeCloseTo(1, 5);
    }
    expect(r2(y, own)).toBeGreaterThan(-1);
  });

  it('refuses a trial that was not trained to its end, and an output that cannot be scaled', async () => {
    const config: StudyConfig = {
      space: numbers,
      folds: 2,
      epochs: 2,
      trials: 1,
      build: (parameters, context) => ({
        ...standardTrial(parameters, context),
        network: mlp({ inputs: 2, hidden: [2], outputs: 1, outputActivation: 'relu' }),
        callbacks: [earlyStopping({ patience: 1 })],
      }),
    };
    const { data, storage } = await run(config, { rows: regressionRows });
    const [[trial], [result]] = [data.trials, data.results];
    if (!trial || !result) throw new Error('the trial is missing');
    const options = { engine, rows: regressionRows, settings: storage.settings, trial, result };
    await expect(refit({ ...options, result: { ...result, state: 'pruned' } })).rejects.toThrow(
      /must be complete to be trained on all rows/,
    );
    if (config.build)
      await expect(refit({ ...options, build: config.build })).rejects.toThrow(/must be linear with a bias/);
    expect(defineSpace(numbers).toJSON()).toMatchObject(settingsOf(config, regressionRows).space);
  });
});
