import { fileURLToPath } from 'node:url';
import { ShoalError } from '../../src/core/errors.ts';
import { type PreparedTable, prepareTable } from '../../src/data/table/prepare-table.ts';
import { readTableFile } from '../../src/data/table/read-table-file.ts';
import { judgingRows } from '../../src/study/resampling.ts';
import type { TracePoint } from './trace.ts';

export const dataNames = ['breast-cancer', 'digits', 'seed-classification'] as const;
export type DataName = (typeof dataNames)[number];

export const target = 'target';
export const folds = 5;
/** Folds that no system has tuned on have seeds from here on, as in tuning.py. */
export const otherFolds = 1000;

export function dataFile(name: DataName): string {
  return fileURLToPath(new URL(`../../../test/data-sets/${name}.csv`, import.meta.url));
}

/** What every system is asked to do. */
export interface TuningJob {
  readonly data: DataName;
  readonly seed: number;
  /** Of wall time, from the start of its process. */
  readonly seconds: number;
}

/** A configuration that the system took for its best when it had it. */
export interface Improvement extends TracePoint {
  readonly trial: number;
  /** Whether its loss is what the system tells its user in the end. Default true. */
  readonly isOwn?: boolean;
}

/** What improvements and the final model are worth, judged alike for all systems and outside of their time. */
export interface Judgement {
  /** Log loss of each improvement, trained anew for a fixed number of epochs on folds that nobody tuned on. */
  readonly losses: readonly number[];
  /** Of the last improvement, trained on all training rows. */
  readonly heldOutLoss: number;
  readonly heldOutAccuracy: number;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** What a system found. */
export interface Findings {
  /** Configurations that were tried, those of the losing ones that were given up early included. */
  readonly tried: number;
  readonly improvements: readonly Improvement[];
  readonly judgement: Judgement;
}

/** The rows as `shoal tune` divides them. */
export async function tuningRows(file: string): Promise<PreparedTable> {
  return prepareTable(await readTableFile(file), { target });
}

/** What tuning.py tells of its rows and folds: equal numbers show that all systems have the same ones. */
export function rowsCheck({ training, validation, target: { task } }: PreparedTable, seed: number): number[] {
  const sum = (values: ArrayLike<number>, weigh: (i: number) => number) =>
    Array.from(values).reduce((total, value, i) => total + weigh(i) * value, 0);
  const [first] = judgingRows(training.y, task, { folds, repeats: 1 }, seed);
  return [training.rows, validation.rows, sum(training.y, (i) => i), sum(first?.test ?? [], () => 1)];
}

/** @throws ShoalError for other rows than Shoal's */
export async function checkRows({ data, seed }: TuningJob, check: readonly number[]): Promise<void> {
  const own = rowsCheck(await tuningRows(dataFile(data)), seed);
  if (String(own) === String(check)) return;
  throw new ShoalError(`it had other rows or folds than Shoal (check ${check} instead of ${own})`);
}
