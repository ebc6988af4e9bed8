import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StudySettings, TrialRecord, TrialResult } from '../../../src/study/records.ts';

/** A path of a study that does not exist yet, in a fresh folder. */
export const freshPath = (name = 'sample.shoal'): string =>
  join(mkdtempSync(join(tmpdir(), 'shoal-test-')), name);

export const settings: StudySettings = {
  name: 'sample',
  version: '0.1.0',
  seed: 7,
  objectives: [{ metric: 'val_loss', direction: 'minimize' }],
  space: { learningRate: { kind: 'float', low: 1e-4, high: 0.1, scale: 'log' } },
  sampler: { name: 'random' },
  pruner: { name: 'median', warmup: 2 },
  resampling: { folds: 2, repeats: 1 },
  rounds: { size: 64, overlap: true },
  epochs: 10,
  engine: 'none',
};

export function trial(index: number, more: Partial<TrialRecord> = {}): TrialRecord {
  const parameters = { learningRate: 0.001 * (index + 1), units: [8 + index, 4], activation: 'relu' };
  const point = Float64Array.of(index / 100, NaN);
  return { index, round: 0, parameters, point, state: 'waiting', ...more };
}

/** A complete trial whose two runs lie 0.1 above and below its value. */
export function result(index: number, more: Partial<TrialResult> = {}): TrialResult {
  const value = more.values?.[0] ?? 1 / (index + 1);
  return {
    index,
    state: 'complete',
    values: Float64Array.of(value),
    runs: Float64Array.of(value - 0.1, value + 0.1),
    rungs: Float64Array.of(value * 2),
    metrics: { val_loss: value, accuracy: 0.9 },
    epochs: 10,
    weights: 33,
    curve: Float32Array.of(1, value * 2, value * 2, 10, value, value),
    startedMs: index * 10,
    endedMs: index * 10 + 8,
    ...more,
  };
}

export const trials = (first: number, count: number, round = 0): TrialRecord[] =>
  Array.from({ length: count }, (_, i) => trial(first + i, { round }));

export const results = (first: number, count: number): TrialResult[] =>
  Array.from({ length: count }, (_, i) => result(first + i));
