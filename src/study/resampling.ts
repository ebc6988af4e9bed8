import { kFold, stratifiedKFold } from '../data/folds.ts';
import { splitIndices } from '../data/split.ts';
import type { Task } from '../data/table/target.ts';
import { drawWord } from './random-stream.ts';

/** How often a configuration is trained, so that its score comes with a spread. */
export interface Resampling {
  /** Folds of the training rows, each of which judges one run; 1: a single part of them judges. */
  readonly folds: number;
  /** Runs on each fold, with seeds of their own. */
  readonly repeats: number;
}

/** One training of a configuration. */
export interface Run {
  readonly fold: number;
  readonly repeat: number;
}

/** The share of the rows that judges where there is a single fold. */
const holdOutShare = 0.2;

/** All runs of a configuration, repeats innermost. */
export function runsOf({ folds, repeats }: Resampling): Run[] {
  return Array.from({ length: folds * repeats }, (_, run) => ({
    fold: Math.floor(run / repeats),
    repeat: run % repeats,
  }));
}

/** The seed of a run's weights, shuffling and dropout, from those of the study. */
export function runSeed(seed: number, trial: number, { fold, repeat }: Run): number {
  return drawWord(seed, 'run', trial, fold * 0x10000 + repeat);
}

/** The rows that judge each fold: all classes in equal shares, in an order drawn from the seed. */
export function judgingRows(
  y: ArrayLike<number>,
  task: Task,
  { folds }: Resampling,
  seed: number,
): { test: Int32Array }[] {
  const options = { nSplits: folds, shuffle: true, randomState: seed };
  const isRegression = task === 'regression';
  if (folds > 1) return isRegression ? kFold(y.length, options) : stratifiedKFold(y, options);
  const stratify = isRegression ? {} : { stratify: y };
  const { test } = splitIndices(y.length, { testSize: holdOutShare, randomState: seed, ...stratify });
  return [{ test }];
}
