import type { Capacity, Job, TrialSettings } from '../engine.ts';
import { type Program, trainingProgram } from './program.ts';

/** The memory that an engine offers. */
export interface MemoryLimits {
  readonly totalBytes: number;
  /** The largest buffer that a kernel can bind. */
  readonly bufferBytes: number;
  /** The most trials of a session, whatever their size. */
  readonly trials: number;
}

/** What jobs may take on the CPU: half of what WebAssembly can address, and a guard against swapping. */
export const cpuLimits: MemoryLimits = {
  totalBytes: 2 ** 31,
  bufferBytes: 2 ** 31,
  trials: Number.POSITIVE_INFINITY,
};

/** Buffers whose length does not grow with the number of trials. */
const shared = /^(training|validation)_/;

/** How many trials of a job, and how large a mini-batch for one trial, fit into the memory. */
export function capacityWithin(job: Job, limits: MemoryLimits): Capacity {
  const alone = { ...job, trials: [job.trials[0] as TrialSettings] };
  const program = trainingProgram(alone);
  const { perTrial, largest, common } = bytesOf(program);
  const trials = Math.floor(
    Math.min((limits.totalBytes - common) / perTrial, limits.bufferBytes / largest, limits.trials),
  );
  return { trials: Math.max(0, trials), batchSize: largestBatch(alone, limits), bytesPerTrial: perTrial };
}

function bytesOf(program: Program): { perTrial: number; largest: number; common: number } {
  const lengths = Object.entries(program.buffers).map(([name, floats]) => ({ name, bytes: 4 * floats }));
  const own = lengths.filter(({ name }) => !shared.test(name)).map(({ bytes }) => bytes);
  const common = lengths.filter(({ name }) => shared.test(name)).reduce((sum, { bytes }) => sum + bytes, 0);
  return { perTrial: own.reduce((sum, bytes) => sum + bytes, 0), largest: Math.max(...own), common };
}

/** Batch buffers grow linearly with the rows, so that two sizes tell how many rows fit. */
function largestBatch(job: Job, limits: MemoryLimits): number {
  const rows = job.training.rows;
  const sized = (batchSize: number) =>
    bytesOf(trainingProgram({ ...job, batchSize, largestBatch: batchSize, validation: noRows(job) }));
  const one = sized(1);
  const all = sized(rows);
  if (rows === 1) return 1;
  // Buffers whose size does not depend on the batch set no limit.
  const grow = (from: number, to: number, limit: number) =>
    to === from ? Number.POSITIVE_INFINITY : Math.floor(1 + ((limit - from) * (rows - 1)) / (to - from));
  const fits = Math.min(
    grow(one.perTrial, all.perTrial, limits.totalBytes - one.common),
    grow(one.largest, all.largest, limits.bufferBytes),
  );
  return Math.max(0, fits);
}

function noRows(job: Job): NonNullable<Job['validation']> {
  const { x, y, rows } = job.training;
  return { rows: 0, x: x.subarray(0, 0), y: y.subarray(0, y.length / rows) };
}
