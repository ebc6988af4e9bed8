import { describe, expect, it } from 'vitest';
import { fitAll, type StudyConfig, type StudyEvent, type TrainedModel, wasmEngine } from '../../src/index.ts';
import { bestTrials } from '../../src/study/best.ts';
import { drawWord } from '../../src/study/random-stream.ts';
import type { StudyData, TrialResult } from '../../src/study/records.ts';
import { judgingRows, runSeed } from '../../src/study/resampling.ts';
import { standardTrial } from '../../src/study/standard-trial.ts';
import { MemoryStorage } from '../../src/study/storage.ts';
import { tune } from '../../src/study/tune.ts';
import { terminateOnNaN } from '../../src/train/callbacks.ts';
import { binaryRows, run, settingsOf, space, tableOf } from './runner.ts';

const config = { space, trials: 40, roundSize: 8, folds: 2, epochs: 12, seed: 5 } satisfies StudyConfig;

const confirmed = ({ results }: StudyData) =>
  results.filter((result): result is TrialResult => result?.confirmation !== undefined);
const byLoss = (results: readonly (TrialResult | undefined)[]) =>
  results
    .filter((result): result is TrialResult => result?.state === 'complete')
    .sort((a, b) => (a.values[0] as number) - (b.values[0] as number));

/** The last loss of a model's training on the rows that judged it. */
const lastLoss = ({ history }: TrainedModel) => history.metrics.val_loss?.at(-1) ?? Number.NaN;

describe('the best trials of a study', () => {
  it('are trained again on other folds, for the epochs of the final model, with nothing that looks at those', async () => {
    const { data } = await run({ ...config, space: { ...space, l2: 0 } });
    const [best] = bestTrials(data) as [TrialResult];
    const { parameters } = data.trials[best.index] ?? { parameters: {} };
    const epochs = best.metrics.best_epoch as number;
    expect(epochs).toBeLessThan(12);
    const seeds = [0, 1, 2].map((set) => drawWord(5, 'confirm', set));
    const losses = await Promise.all(
      seeds.map(async (seed) => {
        const folds = judgingRows(binaryRows.y, 'binary', { folds: 2, repeats: 1 }, seed);
        const trials = folds.map((_, fold) => ({
          ...standardTrial(parameters, { task: 'binary', inputs: 2, classes: 2, rows: 30, epochs: 12 }),
          epochs,
          callbacks: [terminateOnNaN()],
          fold,
          seed: runSeed(seed, best.index, { fold, repeat: 0 }),
        }));
        const models = await fitAll(trials, {
          engine: wasmEngine(),
          x: binaryRows.x,
          y: binaryRows.y,
          folds,
        });
        return models.map(lastLoss);
      }),
    );
    const runs = Array.from(best.confirmation?.runs ?? []);
    expect(runs).toHaveLength(6);
    for (const [i, loss] of losses.flat().entries()) expect(runs[i]).toBeCloseTo(loss, 12);
    const mean = runs.reduce((sum, value) => sum + value, 0) / 6;
    expect(best.confirmation?.values[0]).toBeCloseTo(mean, 12);
    expect(best.confirmation?.metrics.accuracy).toBeGreaterThan(0.5);
  });

  it('are the square root of all trials beside the search, and one of 8 when it is over', async () => {
    const { data } = await run({ ...config, pruner: 'none' });
    const again = confirmed(data);
    // The last of five rounds of 8 begins when 24 trials have been told: 5 were chosen by then.
    expect(again).toHaveLength(5 + 5);
    expect(again.map(({ index }) => index)).toContain(byLoss(data.results)[0]?.index);
    const [best] = bestTrials(data);
    expect(best?.confirmation?.values[0]).toBe(
      Math.min(...again.map(({ confirmation }) => confirmation?.values[0] as number)),
    );
  });

  it('are not trained again where that is switched off, or makes no sense', async () => {
    const none = await run({ ...config, confirm: 0 });
    expect(confirmed(none.data)).toEqual([]);
    const confirmSets = (more: StudyConfig) => settingsOf({ ...config, ...more }).confirmSets;
    expect([confirmSets({}), confirmSets({ confirm: 1 }), confirmSets({ folds: 1 })]).toEqual([3, 1, 0]);
    expect(confirmSets({ objectives: ['log_loss', 'weights'] })).toBe(0);
    expect(() => confirmSets({ objectives: ['log_loss', 'weights'], confirm: 2 })).toThrow(
      'confirm must be 0 with several objectives, of which no trial is the best, got 2',
    );
    const population = { sampler: { name: 'population-based', population: 8 }, confirm: 2 };
    expect(() => confirmSets(population)).toThrow(/confirm must be 0 .*population-based/);
    expect(() => confirmSets({ confirm: -1 })).toThrow('confirm must be a whole number from 0 to 20, got -1');
  });

  it('are trained again before the time is over, the one with the best score of the search among them', async () => {
    const storage = new MemoryStorage(settingsOf(config));
    // Half a second is left for the best: enough on a busy machine too, which an upper bound of the time is not.
    const limits = { ...config, trials: 100_000, seconds: 5 };
    const { reason, data } = await run(limits, { storage });
    expect(reason).toBe('time');
    expect(confirmed(data).map(({ index }) => index)).toContain(byLoss(data.results)[0]?.index);
    expect(storage.progress.elapsedMs).toBeLessThan(60_000);
  });

  it('are not there when the study was cancelled, and are when it goes on', async () => {
    const storage = new MemoryStorage(settingsOf(config));
    const abort = new AbortController();
    // All trials have ended when the last of them are trained again.
    const onEvent = (event: StudyEvent) => {
      if (event.type === 'progress' && event.progress.complete + event.progress.pruned === 40) abort.abort();
    };
    expect((await run(config, { storage, onEvent, signal: abort.signal })).reason).toBe('cancelled');
    const before = confirmed(storage.load()).length;
    await run(config, { storage });
    const whole = await run(config);
    expect(before).toBeLessThan(10);
    expect(tableOf(storage.load())).toEqual(tableOf(whole.data));
  });

  it('change nothing of the search', async () => {
    const values = ({ results }: StudyData) => results.map((result) => result && Array.from(result.runs));
    const [none, some] = [await run({ ...config, confirm: 0 }), await run({ ...config, confirm: 2 })];
    expect(values(some.data)).toEqual(values(none.data));
    expect(confirmed(some.data)[0]?.confirmation?.runs).toHaveLength(4);
  });

  it('of other folds where a single part judges: other parts', async () => {
    const { data } = await run({ ...config, folds: 1, confirm: 2 });
    expect(confirmed(data)[0]?.confirmation?.runs).toHaveLength(2);
  });

  it('give the model that tune hands out', async () => {
    const study = await tune({ ...config, ...binaryRows, engine: wasmEngine() });
    expect(study.best.result.confirmation).toBeDefined();
    expect(study.best.result).toEqual(bestTrials(study.data)[0]);
  });
});
