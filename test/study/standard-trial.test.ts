import { describe, expect, it } from 'vitest';
import { standardTrial } from '../../src/index.ts';
import { judgingRows, runSeed, runsOf } from '../../src/study/resampling.ts';
import type { Parameters } from '../../src/study/space-types.ts';
import { standardParameters } from '../../src/study/standard-trial.ts';
import { studyTable } from '../../src/study/study-table.ts';
import { regressionRows } from './runner.ts';

const context = { task: 'binary', inputs: 6, classes: 2, rows: 100, epochs: 40 } as const;
const trial = (parameters: Parameters, more = {}) => standardTrial(parameters, { ...context, ...more });
const widths = (parameters: Parameters) => trial(parameters).network.layers.map(({ units }) => units);
/** All that says how a network is trained, in text: functions of schedules by their values. */
function everything(parameters: Parameters): string {
  const own = trial(parameters);
  const rate = typeof own.optimizer === 'object' ? own.optimizer.learningRate : undefined;
  const rates =
    typeof rate === 'object' && 'at' in rate ? [0, 50, 100].map((step) => rate.at(step, 0)) : rate;
  return JSON.stringify([own, rates, own.callbacks?.map(({ rule }) => rule)]);
}

describe('a training from parameters', () => {
  it('has the network that they name', () => {
    expect(widths({})).toEqual([16, 1]);
    expect(widths({ hidden: [8, 4] })).toEqual([8, 4, 1]);
    expect(widths({ hidden: [] })).toEqual([1]);
    expect(widths({ hidden: 7 })).toEqual([7, 1]);
    expect(widths({ layers: 3, units: 5 })).toEqual([5, 5, 5, 1]);
    expect(widths({ layers: 2, units1: 9, units2: 3 })).toEqual([9, 3, 1]);
    expect(widths({ layers: 2, units1: 9, units: 4 })).toEqual([9, 4, 1]);
    expect(widths({ layers: 0 })).toEqual([1]);
  });

  it('has outputs and a loss that suit the task', () => {
    const outputs = [
      trial({}),
      trial({}, { task: 'multiclass', classes: 4 }),
      trial({}, { task: 'regression' }),
    ].map(({ network, loss }) => [
      network.layers.at(-1)?.units,
      network.layers.at(-1)?.activation.name,
      (loss as { name: string }).name,
    ]);
    expect(outputs).toEqual([
      [1, 'sigmoid', 'binary_crossentropy'],
      [4, 'softmax', 'categorical_crossentropy'],
      [1, 'linear', 'mean_squared_error'],
    ]);
  });

  it('depends on each parameter that there is', () => {
    const base: Parameters = { layers: 4, optimizer: 'sgd' };
    const other: Record<(typeof standardParameters)[number], Parameters> = {
      hidden: { hidden: [2] },
      layers: { layers: 2 },
      units: { units: 3 },
      units1: { units1: 3 },
      units2: { units2: 3 },
      units3: { units3: 3 },
      units4: { units4: 3 },
      activation: { activation: 'tanh' },
      dropout: { dropout: 0.3 },
      l1: { l1: 0.3 },
      l2: { l2: 0.3 },
      optimizer: { optimizer: 'rmsprop' },
      learningRate: { learningRate: 0.3 },
      momentum: { momentum: 0.3 },
      weightDecay: { weightDecay: 0.3 },
      clipnorm: { clipnorm: 0.3 },
      schedule: { schedule: 'cosine' },
      batchSize: { batchSize: 3 },
      batchGrowth: { batchGrowth: 'noise' },
      maxBatchSize: { batchGrowth: 'noise', maxBatchSize: 100 },
      penaltyAdaptation: { penaltyAdaptation: true },
      epochs: { epochs: 3 },
      patience: { patience: 3 },
      labelSmoothing: { labelSmoothing: 0.3 },
    };
    for (const name of standardParameters) {
      expect(everything({ ...base, ...other[name] }), name).not.toBe(everything(base));
    }
    const texts = ['constant', 'cosine', 'exponential', 'plateau'].map((schedule) =>
      everything({ schedule }),
    );
    expect(new Set(texts).size).toBe(4);
    expect(
      new Set(['adam', 'adamw', 'rmsprop', 'sgd'].map((optimizer) => everything({ optimizer }))).size,
    ).toBe(4);
  });

  it('anneals its rate over all of its own steps', () => {
    // 7 steps of 16 rows in each of 10 epochs.
    const { optimizer } = trial({ schedule: 'exponential', learningRate: 0.5, batchSize: 16, epochs: 10 });
    const rate = typeof optimizer === 'object' ? optimizer.learningRate : undefined;
    if (typeof rate !== 'object' || !('at' in rate)) throw new Error('no schedule');
    expect([rate.at(0, 0), rate.at(35, 0), rate.at(70, 0)].map((value) => value.toPrecision(6))).toEqual([
      '0.500000',
      '0.0500000',
      '0.00500000',
    ]);
  });

  it.each<[Parameters, RegExp]>([
    [{ learningrate: 0.1 }, /got learningrate; did you mean learningRate\?/],
    [{ learningRate: '0.1' }, /learningRate must be a number in the search space, got "0\.1"/],
    [{ momentum: 0.9 }, /momentum must come with the optimizer sgd or rmsprop, got adam/],
    [{ maxBatchSize: 64 }, /maxBatchSize must come with batchGrowth/],
    [{ learningRate: 0 }, /learningRate must be a finite number above 0, got 0/],
    [{ hidden: 'wide' }, /hidden must be widths of layers such as \[32, 16\]/],
    [{ hidden: [3, 0] }, /width of a hidden layer must be a whole number of at least 1, got 0/],
    [{ layers: 5 }, /layers must be a whole number from 0 to 4, got 5/],
    [{ units: 2.5 }, /units must be a whole number/],
    [{ optimizer: 'adamm' }, /optimizer must be one of .* did you mean adam/],
    [{ schedule: 'cosin' }, /did you mean cosine/],
    [{ activation: 'rleu' }, /did you mean relu/],
    [{ epochs: 41 }, /epochs must be a whole number from 1 to 40, got 41/],
    [{ batchSize: 0 }, /batchSize must be a whole number/],
    [{ dropout: 1 }, /dropout|rate/],
  ])('%o is refused', (parameters, message) => {
    expect(() => trial(parameters)).toThrow(message);
  });
});

describe('the runs of a configuration', () => {
  it('are all folds, each as often as is asked for, with seeds of their own', () => {
    expect(runsOf({ folds: 2, repeats: 2 })).toEqual([
      { fold: 0, repeat: 0 },
      { fold: 0, repeat: 1 },
      { fold: 1, repeat: 0 },
      { fold: 1, repeat: 1 },
    ]);
    const seeds = [0, 1].flatMap((seed) =>
      [0, 1, 2].flatMap((trialIndex) =>
        runsOf({ folds: 3, repeats: 2 }).map((run) => runSeed(seed, trialIndex, run)),
      ),
    );
    expect(new Set(seeds).size).toBe(36);
  });

  it('are judged by rows in equal shares of all classes, each row once', () => {
    const y = Float64Array.from({ length: 90 }, (_, i) => (i % 9 === 0 ? 1 : 0));
    const folds = judgingRows(y, 'binary', { folds: 5, repeats: 1 }, 3);
    expect(folds.flatMap(({ test }) => Array.from(test)).sort((a, b) => a - b)).toEqual(Array.from(y.keys()));
    const share = ({ test }: { test: Int32Array }) =>
      Array.from(test).reduce((sum, row) => sum + (y[row] as number), 0);
    expect(folds.map(share)).toEqual([2, 2, 2, 2, 2]);
    const [single] = judgingRows(y, 'binary', { folds: 1, repeats: 1 }, 3);
    expect([single?.test.length, single && share(single)]).toEqual([18, 2]);
    expect(judgingRows(y, 'binary', { folds: 5, repeats: 1 }, 4)).not.toEqual(folds);
  });

  it('learn a target of mean 0 and deviation 1, in their fold of the table', () => {
    const {
      table,
      windows,
      target,
      context: own,
    } = studyTable(regressionRows, { folds: 4, repeats: 1 }, 9, 0);
    const y = Array.from(table.y);
    expect(y.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 4);
    expect(y.reduce((sum, value) => sum + value * value, 0) / y.length).toBeCloseTo(1, 5);
    expect(windows.map(({ firstValidation, endValidation }) => endValidation - firstValidation)).toEqual([
      16, 15, 15, 15,
    ]);
    expect(own).toEqual({ task: 'regression', inputs: 2, classes: 0, epochs: 9, rows: 45 });
    const [first] = judgingRows(regressionRows.y, 'regression', { folds: 4, repeats: 1 }, 0);
    const back = y.slice(0, 16).map((value) => target.mean + target.scale * value);
    for (const [i, row] of (first?.test ?? []).entries()) {
      expect(back[i]).toBeCloseTo(regressionRows.y[row] as number, 3);
    }
    expect(() => studyTable({ ...regressionRows, y: [1, 2] }, { folds: 4, repeats: 1 }, 9, 0)).toThrow(
      /same number of rows/,
    );
  });
});
