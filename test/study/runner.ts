import {
  choice,
  type Engine,
  float,
  makeBlobs,
  makeMoons,
  type StudyConfig,
  type StudyEvent,
  type StudyRows,
  wasmEngine,
} from '../../src/index.ts';
import { limitOf, searchSettings, studyParts } from '../../src/study/define-study.ts';
import type { StudyData, StudySettings } from '../../src/study/records.ts';
import { runStudy } from '../../src/study/run-study.ts';
import { MemoryStorage, type StudyStorage } from '../../src/study/storage.ts';

const moons = makeMoons({ nSamples: 61, noise: 0.25, randomState: 1 });
const blobs = makeBlobs({ nSamples: 60, centers: 3, nFeatures: 4, clusterStd: 3, randomState: 2 });

export const binaryRows: StudyRows = { x: moons.x, y: moons.y, task: 'binary' };
export const multiclassRows: StudyRows = { x: blobs.x, y: blobs.y, task: 'multiclass' };
/** Values far from 0 with a large spread, so that units matter. */
export const regressionRows: StudyRows = {
  x: moons.x,
  y: Float64Array.from(moons.y, (label, i) => 500 + 300 * label + 20 * Math.sin(i)),
  task: 'regression',
};

/** Two shapes of networks, rates from too small to too large: enough for pruned trials in few epochs. */
export const space = {
  hidden: choice([[3], [4, 2]]),
  learningRate: float(1e-4, 1, { log: true }),
  l2: float(1e-6, 1e-1, { log: true }),
  batchSize: 8,
};

/** A search in which all is a number, for samplers that need it. */
export const numbers = { units: 3, learningRate: space.learningRate, l2: space.l2, batchSize: 8 };

export function settingsOf(config: StudyConfig, { x, y, task }: StudyRows = binaryRows): StudySettings {
  const { length: rows } = y;
  const classes = task === 'regression' ? 0 : new Set(Array.from(y)).size;
  const features = 'columns' in x ? x.columns : (x[0]?.length ?? 0);
  return {
    name: 'test',
    version: '0',
    engine: 'none',
    ...searchSettings(config, { task, features, classes, rows }),
  };
}

export interface RunOptions {
  readonly engine?: Engine;
  readonly rows?: StudyRows;
  readonly storage?: StudyStorage;
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: StudyEvent) => void;
}

/** Runs a study, or goes on with that of the storage. */
export async function run(config: StudyConfig, options: RunOptions = {}) {
  const { engine = wasmEngine(), rows = binaryRows, signal, onEvent } = options;
  const storage = options.storage ?? new MemoryStorage(settingsOf(config, rows));
  const { trials, timeMs } = limitOf(config);
  const end = await runStudy({
    engine,
    rows,
    storage,
    ...studyParts(storage.settings, config.constraints),
    ...(config.build && { build: config.build }),
    ...(trials !== undefined && { trials }),
    ...(timeMs !== undefined && { milliseconds: timeMs }),
    ...(signal && { signal }),
    ...(onEvent && { onEvent }),
  });
  return { ...end, storage, data: storage.load() };
}

/** All of a study that must not depend on the time, as plain data. */
export function tableOf({ trials, results }: StudyData): object[] {
  return trials.map(({ point, ...trial }) => {
    const result = results[trial.index];
    if (!result) return { ...trial, point: Array.from(point) };
    const { values, runs, rungs, curve, metrics, epochs, weights, state, reason, confirmation } = result;
    return {
      ...trial,
      point: Array.from(point),
      result: { state, reason, metrics, epochs, weights },
      numbers: [values, runs, rungs, curve].map((list) => Array.from(list)),
      confirmation: confirmation && {
        metrics: confirmation.metrics,
        numbers: [confirmation.values, confirmation.runs].map((list) => Array.from(list)),
      },
    };
  });
}
