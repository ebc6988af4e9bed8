import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { normalQuantile } from '../../src/core/normal.ts';
import { threefry } from '../../src/core/threefry.ts';
import { threefryWords } from '../../src/core/threefry-words.ts';
import { affordableResamples } from '../../src/evaluate/bootstrap.ts';
import { measureBinary, measureMulticlass } from '../../src/evaluate/measure-classes.ts';
import { measureRegression } from '../../src/evaluate/measure-values.ts';
import { Resampler } from '../../src/evaluate/resampler.ts';
import {
  accuracy,
  averagePrecision,
  brierScore,
  type Evaluable,
  evaluatePredictions,
  f1,
  logLoss,
  matthewsCorrelation,
  meanAbsolutePercentageError,
  medianAbsoluteError,
  precision,
  r2,
  rocAuc,
  rootMeanSquaredError,
} from '../../src/index.ts';

const read = (name: string) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));
const rows = read('sklearn-metrics.json');
const scipy = read('scipy-bootstrap.json');

function evaluable(task: Evaluable['task'], { y, p }: { y: number[]; p: (number | number[])[] }): Evaluable {
  const classes = task === 'regression' ? 0 : Math.max(...y) + 1;
  const labels = Array.from({ length: classes }, (_, own) => `class ${own}`);
  return { task, labels, truth: Float64Array.from(y), outputs: p.map((value) => [value].flat()) };
}

const binary = evaluable('binary', rows.binary[0]);
const tied = evaluable('binary', rows.binary[1]);
const multiclass = evaluable('multiclass', rows.multiclass[2]);
const regression = evaluable('regression', rows.regression[1]);

describe('resamples', () => {
  it('are drawn with the words of threefry', () => {
    const words = new Uint32Array(40);
    threefryWords([7, 201], 5, 100, words);
    const one = Array.from({ length: 20 }, (_, i) => threefry([7, 201], [5, 100 + i])).flat();
    expect(Array.from(words)).toEqual(one);
  });

  it.each([3, 9000, 9001])('of %i rows have as many, and depend on seed and index alone', (count) => {
    const resampler = new Resampler(count, 3);
    const copy = (index: number) => Array.from(resampler.weights(index));
    const [first, second] = [copy(0), copy(1)];
    for (const weights of [first, second]) expect(weights.reduce((sum, weight) => sum + weight)).toBe(count);
    expect(copy(0)).toEqual(first);
    if (count < 10) return;
    expect(second).not.toEqual(first);
    expect(Array.from(new Resampler(count, 4).weights(0))).not.toEqual(first);
    // Of n rows a share of 1/e is left out, with a standard deviation of sqrt(n (1/e - 2/e^2)): 29.5 of 9000.
    expect(Math.abs(first.filter((weight) => weight === 0).length - count / Math.E)).toBeLessThan(5 * 29.5);
  });
});

/** Rows as often as their weights say. */
function repeated({ truth, outputs }: Evaluable, weights: ArrayLike<number>) {
  const order = Array.from(truth.keys()).flatMap((row) =>
    new Array<number>(weights[row] as number).fill(row),
  );
  return {
    y: order.map((row) => truth[row] as number),
    p: order.map((row) => Array.from(outputs[row] as ArrayLike<number>)),
  };
}

describe('metrics of counted rows are those of repeated rows', () => {
  const weightsOf = ({ truth }: Evaluable) => new Resampler(truth.length, 1).weights(0).slice();

  it.each([
    ['of distinct probabilities', binary],
    ['of tied probabilities', tied],
  ])('two classes, %s', (_, predictions) => {
    const weights = weightsOf(predictions);
    const { y, p } = repeated(predictions, weights);
    const flat = p.flat();
    const predicted = flat.map((value) => Number(value > 0.4));
    const ours = measureBinary(predictions, 0.4).measure(weights);
    const theirs = {
      accuracy: accuracy(y, predicted),
      f1: f1(y, predicted),
      precision_weighted: precision(y, predicted, { average: 'weighted' }),
      matthews_corrcoef: matthewsCorrelation(y, predicted),
      roc_auc: rocAuc(y, flat),
      average_precision: averagePrecision(y, flat),
      log_loss: logLoss(y, flat),
      brier_score: brierScore(y, flat),
    };
    for (const [name, value] of Object.entries(theirs)) expect(ours[name]).toBeCloseTo(value, 12);
  });

  it('several classes', () => {
    const weights = weightsOf(multiclass);
    const { y, p } = repeated(multiclass, weights);
    const predicted = p.map((row) => row.indexOf(Math.max(...row)));
    const ours = measureMulticlass(multiclass).measure(weights);
    const theirs = {
      f1_macro: f1(y, predicted, { average: 'macro' }),
      roc_auc_ovr: rocAuc(y, p),
      roc_auc_ovr_weighted: rocAuc(y, p, { average: 'weighted' }),
      roc_auc_ovo: rocAuc(y, p, { multiClass: 'ovo' }),
      average_precision: averagePrecision(y, p),
      log_loss: logLoss(y, p),
      brier_score: brierScore(y, p),
    };
    for (const [name, value] of Object.entries(theirs)) expect(ours[name]).toBeCloseTo(value, 12);
  });

  it('values', () => {
    const weights = weightsOf(regression);
    const { y, p } = repeated(regression, weights);
    const ours = measureRegression(regression).measure(weights);
    const theirs = {
      rmse: rootMeanSquaredError(y, p.flat()),
      median_absolute_error: medianAbsoluteError(y, p.flat()),
      mape: meanAbsolutePercentageError(y, p.flat()),
      r2: r2(y, p.flat()),
    };
    for (const [name, value] of Object.entries(theirs)) expect(ours[name]).toBeCloseTo(value, 12);
  });
});

describe('intervals are those of scipy.stats.bootstrap', () => {
  const options = { resamples: 5000, confidence: scipy.confidence, seed: 1 };

  it.each([
    ['binary', binary],
    ['multiclass', multiclass],
    ['regression', regression],
  ] as const)('%s', async (kind, predictions) => {
    const { metrics } = await evaluatePredictions(predictions, options);
    for (const [name, [low, high]] of Object.entries<[number, number]>(scipy[kind])) {
      const ours = metrics[name];
      // The 5 % quantile of n draws has a standard error of sqrt(0.05 * 0.95 / n) / density: 0.9 % of a normal
      // interval's width for ours, half of that for scipy's; and metrics move in steps.
      const noise = 0.04 * (high - low);
      expect(Math.abs((ours?.low ?? Number.NaN) - low), name).toBeLessThan(noise);
      expect(Math.abs((ours?.high ?? Number.NaN) - high), name).toBeLessThan(noise);
    }
  });

  it('of an accuracy those of the binomial distribution', async () => {
    const rights = { y: Array.from({ length: 200 }, (_, i) => i % 2), p: [] as number[] };
    rights.p = rights.y.map((label, i) => (i < 150 ? label : 1 - label));
    const { metrics } = await evaluatePredictions(evaluable('binary', rights), { resamples: 5000 });
    const [low, high] = scipy.accuracy_of_150_in_200;
    expect(metrics.accuracy?.value).toBe(0.75);
    // One row more or less.
    expect(Math.abs((metrics.accuracy?.low ?? 0) - low)).toBeLessThan(0.0051);
    expect(Math.abs((metrics.accuracy?.high ?? 0) - high)).toBeLessThan(0.0051);
  });
});

describe('an evaluation', () => {
  it('follows from its seed', async () => {
    const run = (seed: number) => evaluatePredictions(binary, { resamples: 50, seed });
    expect(await run(1)).toEqual(await run(1));
    expect((await run(2)).metrics).not.toEqual((await run(1)).metrics);
    const values = async (seed: number) => Object.values((await run(seed)).metrics).map(({ value }) => value);
    expect(await values(2)).toEqual(await values(1));
  });

  it('has no slice that changes its own intervals', async () => {
    const slices = [
      { column: 'half', groups: [{ label: 'first', rows: Int32Array.from({ length: 40 }, (_, i) => i) }] },
    ];
    const sliced = await evaluatePredictions({ ...binary, slices }, { resamples: 50 });
    expect(sliced.metrics).toEqual((await evaluatePredictions(binary, { resamples: 50 })).metrics);
  });

  it('of a rare class leaves resamples without it out of the metrics that need it', async () => {
    const p = Array.from({ length: 62 }, (_, i) => 1 / (i + 2));
    const rare = evaluable('binary', { y: [1, 1, ...new Array(60).fill(0)], p });
    const { metrics, notes } = await evaluatePredictions(rare, { resamples: 300, threshold: 0.34 });
    expect(notes.join()).toContain('fewer than 20 rows are of class 1');
    expect(metrics.roc_auc).toEqual({ value: 1, low: 1, high: 1 });
    // One of two is found, so that a resample with both kinds has a half or so: none of nothing is no 0.
    expect(metrics.recall?.value).toBe(0.5);
    expect(metrics.accuracy?.low).toBeLessThan(metrics.accuracy?.value ?? 0);
    expect(metrics.balanced_accuracy?.low).toBe(0.5);
  });

  it('of one class has no ROC curve, but says so', async () => {
    const one = evaluable('binary', { y: [1, 1, 1, 1], p: [0.4, 0.6, 0.7, 0.8] });
    const { metrics, notes } = await evaluatePredictions(
      { ...one, labels: ['no', 'yes'] },
      { resamples: 20 },
    );
    expect(metrics).not.toHaveProperty('roc_auc');
    expect(metrics.accuracy?.value).toBe(0.75);
    expect(notes.join()).toContain('no row is of no');
  });

  it('without a mistake says that its intervals mean little', async () => {
    const right = evaluable('binary', { y: [0, 1, 0, 1], p: [0.1, 0.9, 0.2, 0.8] });
    const { metrics, notes } = await evaluatePredictions(right, { resamples: 50 });
    expect(metrics.accuracy).toEqual({ value: 1, low: 1, high: 1 });
    expect(notes.join()).toContain('of others like n such rows up to 3 in n may be wrong');
  });

  it('tells how far it is and can be cancelled', async () => {
    const many = Array.from({ length: 30_000 }, (_, i) => i % 5);
    const wide = evaluable('multiclass', {
      y: many,
      p: many.map((own) => [0, 1, 2, 3, 4].map((k) => (k === own ? 0.6 : 0.1))),
    });
    const progress: number[] = [];
    const controller = new AbortController();
    const running = evaluatePredictions(wide, {
      resamples: 100_000,
      signal: controller.signal,
      onProgress: (share) => {
        progress.push(share);
        if (progress.length === 3) controller.abort();
      },
    });
    await expect(running).rejects.toThrow('the evaluation was cancelled');
    expect(progress).toEqual(progress.toSorted());
    expect(progress.at(-1)).toBeLessThan(1);
  });

  it('of very many rows has fewer resamples than were asked for, and says so', async () => {
    const measurement = (rows: number, curves: number) => ({ rows, curves, measure: () => ({}) });
    expect(affordableResamples(measurement(100_000, 1), 1, 1000)).toBe(1000);
    expect(affordableResamples(measurement(1_000_000, 1), 1, 1000)).toBe(500);
    expect(affordableResamples(measurement(1_000_000, 1), 2, 1000)).toBe(250);
    expect(affordableResamples(measurement(1_000_000, 30), 1, 1000)).toBe(200);
    expect(affordableResamples(measurement(1_000_000, 30), 1, 50)).toBe(50);
  });

  it.each([
    [
      'that are not finite',
      { outputs: [[0.1], [Number.NaN]] },
      'got NaN in row 1 (counted from 0); a model that has diverged',
    ],
    [
      'of unknown classes',
      { truth: Float64Array.of(0, 2) },
      'truth must be class indices from 0 to 1, got 2 in row 1',
    ],
    [
      'of too many outputs',
      {
        outputs: [
          [0.1, 0.9],
          [0.2, 0.8],
        ],
      },
      'outputs must be 1 a row, got 2 in row 0',
    ],
    [
      'of no rows',
      { truth: new Float64Array(), outputs: [] },
      'at least one row, got 0 rows and 0 predictions',
    ],
    ['without labels', { labels: [] }, 'labels must be 2 for a binary evaluation, got 0'],
  ])('refuses predictions %s', async (_, wrong, message) => {
    const right = evaluable('binary', { y: [0, 1], p: [0.1, 0.9] });
    await expect(evaluatePredictions({ ...right, ...wrong })).rejects.toThrow(message);
  });

  it.each([
    ['resamples', { resamples: 0 }, 'resamples must be a whole number of at least 1, got 0'],
    ['confidence', { confidence: 1 }, 'confidence must be a finite number above 0 and below 1, got 1'],
    ['threshold', { threshold: 2 }, 'threshold must be a finite number at least 0 and at most 1, got 2'],
    [
      'metric',
      { metricForThreshold: 'F2' as never },
      'metricForThreshold must be one of f1, balanced_accuracy',
    ],
    ['option', { resample: 3 } as never, 'did you mean resamples?'],
  ])('refuses a %s that breaks its rule', async (_, options, message) => {
    await expect(evaluatePredictions(binary, options)).rejects.toThrow(message);
  });
});

it('the normal quantile has the values of scipy.stats.norm.ppf', () => {
  expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 5);
  expect(normalQuantile(0.5)).toBeCloseTo(0, 6);
  expect(normalQuantile(0.001)).toBeCloseTo(-3.090232306167813, 5);
  expect(normalQuantile(1)).toBe(Infinity);
});
