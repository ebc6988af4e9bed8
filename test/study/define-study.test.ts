import { describe, expect, it } from 'vitest';
import { defaultSpace, defineSpace, metricNames, type StudyConfig, standardTrial } from '../../src/index.ts';
import { limitOf, searchSettings, studyParts } from '../../src/study/define-study.ts';
import { objectivesOf } from '../../src/study/objectives.ts';
import { observationsOf, rungValuesOf } from '../../src/study/observations.ts';
import { numbers, space } from './runner.ts';
import { result, settings, trial } from './store/sample.ts';

const facts = { task: 'binary', features: 10, classes: 2, rows: 300 } as const;

describe('what a configuration leaves open', () => {
  it('is filled in', () => {
    expect(searchSettings({}, facts)).toEqual({
      seed: 0,
      objectives: [{ metric: 'log_loss', direction: 'minimize' }],
      space: JSON.parse(JSON.stringify(defineSpace(defaultSpace(facts)))),
      sampler: { name: 'tpe' },
      pruner: { name: 'asha', minEpochs: 3 },
      resampling: { folds: 5, repeats: 1 },
      confirmSets: 3,
      rounds: { size: 64, overlap: true, grow: true },
      epochs: 60,
    });
  });

  it('suits the data, the sampler and the limit', () => {
    expect(searchSettings({}, { ...facts, rows: 4999 }).resampling.folds).toBe(5);
    expect(searchSettings({}, { ...facts, rows: 5000 }).resampling.folds).toBe(1);
    expect(searchSettings({}, { ...facts, task: 'regression' }).objectives[0]?.metric).toBe('mse');
    const sizes = [1, 160, 1e6].map((trials) => searchSettings({ trials }, facts).rounds.size);
    expect(sizes).toEqual([8, 10, 1024]);
    expect(searchSettings({ roundSize: 64 }, facts).rounds.grow).toBe(false);
    expect(searchSettings({ objectives: ['f1', 'weights'] }, facts)).toMatchObject({
      pruner: { name: 'none' },
      objectives: [
        { metric: 'f1', direction: 'maximize' },
        { metric: 'weights', direction: 'minimize' },
      ],
    });
    expect(searchSettings({ sampler: 'population-based', trials: 5 }, facts)).toMatchObject({
      sampler: { population: 32, keep: ['hidden'] },
      pruner: { name: 'none' },
      rounds: { size: 32, overlap: false, grow: false },
    });
    expect(searchSettings({ sampler: 'cmaes', space: numbers }, facts).rounds.overlap).toBe(false);
  });

  it('is 30 seconds where there is no limit', () => {
    expect(limitOf({})).toEqual({ timeMs: 30_000 });
    expect(limitOf({ trials: 3 })).toEqual({ trials: 3 });
    expect(limitOf({ trials: 3, seconds: 1.5 })).toEqual({ trials: 3, timeMs: 1500 });
  });

  it('is plain JSON from which the parts are made again', () => {
    const constraints = [{ left: 'units2', op: '<=', right: 'units1' } as const];
    const own: StudyConfig = {
      space,
      sampler: { name: 'tpe', startup: 3 },
      pruner: { name: 'median', interval: 2 },
    };
    const stored = JSON.parse(JSON.stringify(searchSettings(own, facts)));
    const parts = studyParts({ ...settings, ...stored });
    expect([parts.space.toJSON(), parts.sampler.name, parts.pruner.name]).toEqual([
      stored.space,
      'tpe',
      'median',
    ]);
    expect(() =>
      studyParts({ ...settings, ...searchSettings({ ...own, constraints: [() => true] }, facts) }),
    ).toThrow(/constraint/);
    expect(() => searchSettings({ ...own, constraints }, facts)).toThrow(/units2|units1/);
  });
});

describe('a configuration', () => {
  it.each<[StudyConfig, RegExp]>([
    [{ spce: {} } as StudyConfig, /the study must have options from .*, got spce; did you mean space\?/],
    [{ folds: 0 }, /folds must be a whole number of at least 1, got 0/],
    [{ repeats: 1.5 }, /repeats must be a whole number/],
    [{ epochs: 0 }, /epochs must be a whole number/],
    [{ seed: -1 }, /seed must be a whole number from 0 to 4294967295/],
    [{ roundSize: 0 }, /roundSize must be a whole number/],
    [{ sampler: 'tpee' }, /sampler must be one of .*did you mean tpe/],
    [{ sampler: { name: 'tpe', statup: 1 } }, /got statup; did you mean startup/],
    [{ sampler: 7 as unknown as string }, /sampler must be a name or an object with one, got 7/],
    [{ pruner: 'hyperbnd' }, /did you mean hyperband/],
    [{ pruner: { name: 'asha', reduction: 1 } }, /reduction must be a whole number of at least 2/],
    [{ objectives: [] }, /objectives must be one metric or more, each once, got none/],
    [{ objectives: ['f1', 'f1'] }, /each once, got f1, f1/],
    [{ objectives: 'acuracy' }, /for a binary target, got acuracy; did you mean accuracy\?/],
    [{ objectives: 'rmse' }, /for a binary target, got rmse/],
    [{ sampler: 'population-based', roundSize: 8 }, /roundSize must be 32 with the sampler population-based/],
    [
      { sampler: 'population-based', overlap: true },
      /overlap must be false with the sampler population-based/,
    ],
    [
      { sampler: 'population-based', pruner: 'asha' },
      /pruner must be none with the sampler population-based.*got asha/,
    ],
  ])('%o is refused', (config, message) => {
    expect(() => searchSettings(config, facts)).toThrow(message);
  });

  it('has limits that are refused where they are none', () => {
    expect(() => limitOf({ trials: 0 })).toThrow(/trials must be a whole number of at least 1/);
    expect(() => limitOf({ seconds: 0 })).toThrow(/seconds must be a finite number above 0/);
    // More than a timer of 31 bits of milliseconds.
    expect(() => limitOf({ seconds: 2 ** 31 / 1000 })).toThrow(/seconds must be .* at most/);
  });
});

describe('the usual space', () => {
  it.each([
    [20, 3, 'binary', 2],
    [150, 4, 'multiclass', 3],
    [442, 10, 'regression', 0],
    [1797, 64, 'multiclass', 10],
    [100_000, 500, 'binary', 2],
  ] as const)('of %i rows of %i features makes trainings of a %s task', (rows, features, task, classes) => {
    const own = { task, features, classes, rows };
    const defined = defineSpace(defaultSpace(own));
    const context = { task, inputs: features, classes, rows, epochs: 60 };
    for (let i = 0; i < 200; i++) {
      const point = defined.dimensions.map(({ snap }, d) => snap(((i * (d + 1) * 0.618) % 1) * 0.999 + 5e-4));
      const { network, batchSize = 0 } = standardTrial(defined.decode(point), context);
      expect(network.layers.at(-1)?.units).toBe(task === 'multiclass' ? classes : 1);
      expect(batchSize === 8 || batchSize * 4 <= rows).toBe(true);
    }
  });
});

describe('objectives', () => {
  it('are better in the direction that their names say', () => {
    const larger = ['accuracy', 'precision', 'recall', 'f1', 'balanced_accuracy', 'roc_auc', 'r2'];
    for (const task of ['binary', 'multiclass', 'regression'] as const) {
      for (const { metric, direction } of objectivesOf(metricNames(task), task)) {
        expect(direction, metric).toBe(larger.includes(metric) ? 'maximize' : 'minimize');
      }
    }
  });

  it('are told to samplers as what is to be made small, a pruned trial by its last rung', () => {
    const objectives = [
      { metric: 'f1', direction: 'maximize' },
      { metric: 'weights', direction: 'minimize' },
    ] as const;
    const results = [
      result(0, { values: Float64Array.of(0.9, 7) }),
      result(1, {
        state: 'pruned',
        values: Float64Array.of(0.8, 5),
        rungs: Float64Array.of(0.3, 0.4),
        epochs: 2.5,
      }),
      result(2, { state: 'failed', values: Float64Array.of(NaN, NaN), epochs: 3 }),
    ];
    const trials = results.map(({ index }) => trial(index, { point: Float64Array.of(index) }));
    expect(observationsOf(trials, results, { objectives, epochs: 10 }, 1)).toEqual({
      count: 3,
      points: Float64Array.of(0, 1, 2),
      values: Float64Array.of(-0.9, 7, 0.4, 0.4, NaN, NaN),
      shares: Float64Array.of(1, 0.25, 1),
    });
    expect(rungValuesOf(trials, results).map(({ complete }) => complete)).toEqual([true, false, false]);
  });
});
