import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StudyStore } from '../src/node.ts';
import type { StudySettings, TrialRecord, TrialResult } from '../src/study/records.ts';
import { progress, table } from './report.ts';
import { quartiles } from './statistics.ts';

/** Trials of a round, each planned and finished in a transaction of its own kind. */
const batch = 1000;

/** A study as large as they come: 10 parameters, 3 objectives, 5 folds, 6 metrics, curves of 64 rows. */
export const largeSettings: StudySettings = {
  name: 'large',
  version: '0',
  seed: 1,
  objectives: [
    { metric: 'val_loss', direction: 'minimize' },
    { metric: 'f1', direction: 'maximize' },
    { metric: 'weights', direction: 'minimize' },
  ],
  space: {},
  sampler: { name: 'random' },
  pruner: { name: 'median' },
  resampling: { folds: 5, repeats: 1 },
  rounds: { size: 64, overlap: true },
  epochs: 100,
  engine: 'none',
};

const numbers = (index: number, count: number) =>
  Float64Array.from({ length: count }, (_, i) => Math.sin(index + i / 100));

const metricNames = ['val_loss', 'accuracy', 'f1', 'precision', 'recall', 'rocAuc'];

/** The same for an index at every call, as everything of this study. */
export function largeTrial(index: number): TrialRecord {
  const point = numbers(index, 10);
  const values = [...point].map((value, i) => [`parameter_${i}`, i < 8 ? value : 'relu']);
  return {
    index,
    round: Math.floor(index / batch),
    parameters: Object.fromEntries(values),
    point,
    state: 'waiting',
  };
}

export function largeResult(index: number): TrialResult {
  const [values, runs, rungs, metrics] = [3, 15, 4, 6].map((count) => numbers(index, count));
  return {
    index,
    state: 'complete',
    values: values as Float64Array,
    runs: runs as Float64Array,
    rungs: rungs as Float64Array,
    metrics: Object.fromEntries(metricNames.map((name, i) => [name, (metrics as Float64Array)[i] as number])),
    epochs: 100,
    weights: 1000 + index,
    curve: Float32Array.from({ length: 192 }, (_, i) => index + i),
    startedMs: index,
    endedMs: index + 0.5,
  };
}

/** @returns milliseconds that each round took to save */
export function writeLargeStudy(path: string, trials: number): number[] {
  const store = StudyStore.create(path, largeSettings);
  const times: number[] = [];
  for (let first = 0; first < trials; first += batch) {
    const indices = Array.from({ length: Math.min(batch, trials - first) }, (_, i) => first + i);
    const [planned, finished] = [indices.map(largeTrial), indices.map(largeResult)];
    const begun = performance.now();
    store.plan(planned);
    store.finish(finished);
    times.push(performance.now() - begun);
  }
  store.close();
  return times;
}

export interface StudyStoreResult {
  readonly trials: number;
  readonly megabytes: number;
  /** Trials saved a second, medians over rounds: all, the first tenth, the last tenth. */
  readonly rate: { readonly all: number; readonly first: number; readonly last: number };
  /** To open and read everything but the curves: median of five. */
  readonly loadMs: number;
  /** To read 1000 curves spread over the study. */
  readonly curvesMs: number;
  readonly checkMs: number;
}

/** Writes and reads a large study in the system's folder for temporary files. */
export function benchStudyStore(trials: number): StudyStoreResult {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-bench-'));
  const path = join(folder, 'large.shoal');
  try {
    progress(`saves ${trials} trials in ${path}`);
    const times = writeLargeStudy(path, trials);
    const tenth = Math.ceil(times.length / 10);
    const rateOf = (some: readonly number[]) => (1000 * batch) / quartiles(some).median;
    return {
      trials,
      megabytes: statSync(path).size / 1e6,
      rate: { all: rateOf(times), first: rateOf(times.slice(0, tenth)), last: rateOf(times.slice(-tenth)) },
      ...readingTimes(path, trials),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readingTimes(path: string, trials: number) {
  const loads = Array.from({ length: 5 }, () => {
    const begun = performance.now();
    const store = StudyStore.open(path, { readOnly: true });
    store.load();
    store.close();
    return performance.now() - begun;
  });
  const store = StudyStore.open(path, { readOnly: true });
  const spread = Array.from({ length: 1000 }, (_, i) => Math.floor((i * trials) / 1000));
  const begun = performance.now();
  store.curves(spread);
  const curvesRead = performance.now();
  store.check();
  const checked = performance.now();
  store.close();
  return { loadMs: quartiles(loads).median, curvesMs: curvesRead - begun, checkMs: checked - curvesRead };
}

export function studyStoreTable(result: StudyStoreResult): string {
  const { trials, megabytes, rate, loadMs, curvesMs, checkMs } = result;
  const perSecond = (value: number) => `${value.toFixed(0)} trials/s`;
  const slower = (rate.first / rate.last - 1) * 100;
  return table(
    [`${trials} trials`, ''],
    [
      ['size', `${megabytes.toFixed(1)} MB`],
      [`saving, rounds of ${batch}`, perSecond(rate.all)],
      ['the first tenth', perSecond(rate.first)],
      ['the last tenth', `${perSecond(rate.last)} (${slower >= 0 ? '+' : ''}${slower.toFixed(0)} % time)`],
      ['open and load', `${loadMs.toFixed(0)} ms`],
      ['1000 learning curves', `${curvesMs.toFixed(0)} ms`],
      ['check of the whole file', `${checkMs.toFixed(0)} ms`],
    ],
    1,
  );
}
