import { availableParallelism } from 'node:os';
import { wholeNumber } from '../core/check.ts';
import { cpuEngine } from '../engine/cpu/engine.ts';
import type { Engine, RowSet } from '../engine/engine.ts';
import { Tables } from '../engine/fused/tables.ts';
import { epochColumns, type WholeJob, type WholeOutcome, type WholeTrial } from '../engine/whole.ts';
import type { WholePlan, WholeRunOptions } from '../engine/whole-runner.ts';
import { flopPerEpoch } from '../engine/whole-work.ts';
import type { SentTrial, TrialBatch } from './cpu-pool-worker.ts';
import { windowSets } from './row-table.ts';
import { ThreadPool } from './thread-pool.ts';

const workerFile = new URL('./cpu-pool-worker.js', import.meta.url);
const columns = epochColumns.length;
/** A thread gets its trials in about so many batches, so that all are done at much the same time. */
const batchesPerThread = 4;
const mostTrialsPerBatch = 16;

export interface CpuPoolOptions {
  /** Trials that train at the same time. Default: as many as the machine computes at once. */
  readonly threads?: number;
}

/**
 * The CPU engine with whole trainings on worker threads: each trial has the bits that it has on `cpuEngine()` alone.
 * A single trial, and trials with callbacks of your own, train on the caller's thread. Close it when done.
 *
 * @param worker what the threads run, in JavaScript
 * @throws UsageError unless `threads` is a whole number of at least 1
 */
export function cpuPoolEngine(options: CpuPoolOptions = {}, worker = workerFile): Engine {
  const threads = wholeNumber('threads', options.threads ?? availableParallelism(), 1);
  const pool: TrialPool = new ThreadPool(threads, worker);
  const cpu = cpuEngine();
  return {
    ...cpu,
    description: `CPU, single precision, ${threads === 1 ? '1 thread' : `${threads} threads`}`,
    whole: {
      plan: async (job) => planThreads(job, threads, cpu),
      candidates: () => ['threads', 'layered'],
      rate: async () => undefined,
      run: (job, runOptions = {}) => new PoolRun(pool, job, runOptions).run(),
    },
    close: () => pool.close(),
  };
}

type TrialPool = ThreadPool<TrialBatch, WholeOutcome[]>;

function planThreads(job: WholeJob, threads: number, cpu: Engine): WholePlan {
  const { trials, table } = job;
  const [first] = trials as readonly [WholeTrial];
  const slots = Math.min(threads, trials.length);
  const alone = { trials: [first], ...windowSets(table, first.window), batchSize: first.batchSize };
  const { bytesPerTrial } = cpu.capacity({ ...alone, shuffle: first.shuffle });
  const common = { slots, bytes: slots * bytesPerTrial, flop: flopPerEpoch(job) };
  return trials.length > 1
    ? { ...common, mapping: 'threads', reason: `${trials.length} trials for ${threads} threads` }
    : { ...common, mapping: 'layered', reason: 'a single trial trains on one thread, epoch by epoch' };
}

/** Trains the trials of one job: hands out a batch to each thread, and the next to the one that is done first. */
class PoolRun {
  private readonly pool: TrialPool;
  private readonly job: WholeJob;
  private readonly options: WholeRunOptions;
  private readonly sent: readonly SentTrial[];
  private readonly common: Omit<TrialBatch, 'trials'>;
  private readonly batchSize: number;
  private readonly outcomes: (WholeOutcome | undefined)[];
  private next = 0;
  private ended = 0;
  private epochs = 0;

  constructor(pool: TrialPool, job: WholeJob, options: WholeRunOptions) {
    this.pool = pool;
    this.job = job;
    this.options = options;
    const tables = new Tables();
    this.sent = job.trials.map((trial) => sendable(trial, tables));
    this.common = {
      table: sharedTable(job.table),
      rates: shared(tables.values()),
      cancelled: new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)),
    };
    const share = Math.floor(job.trials.length / (batchesPerThread * pool.threads));
    this.batchSize = Math.max(1, Math.min(mostTrialsPerBatch, share));
    this.outcomes = new Array(job.trials.length).fill(undefined);
  }

  async run(): Promise<(WholeOutcome | undefined)[]> {
    const { signal } = this.options;
    const cancel = () => this.cancel();
    signal?.addEventListener('abort', cancel);
    if (signal?.aborted) cancel();
    try {
      const feeds = Array.from({ length: this.pool.threads }, () => this.feed());
      const failed = (await Promise.allSettled(feeds)).find(({ status }) => status === 'rejected');
      if (failed) throw (failed as PromiseRejectedResult).reason;
    } finally {
      signal?.removeEventListener('abort', cancel);
    }
    return this.outcomes;
  }

  private cancel(): void {
    Atomics.store(this.common.cancelled, 0, 1);
  }

  private get isCancelled(): boolean {
    return Atomics.load(this.common.cancelled, 0) === 1;
  }

  /** Keeps one thread busy until there is nothing left. A failure ends the others too. */
  private async feed(): Promise<void> {
    try {
      while (this.next < this.sent.length && !this.isCancelled) {
        await this.options.gate?.();
        if (this.isCancelled) return;
        const first = this.next;
        this.next += this.batchSize;
        const trials = this.sent.slice(first, this.next);
        if (trials.length > 0) this.apply(first, await this.pool.run({ ...this.common, trials }));
      }
    } catch (error) {
      this.cancel();
      throw error;
    }
  }

  private apply(first: number, outcomes: readonly WholeOutcome[]): void {
    const { onAdvance, onEnd, onProgress } = this.options;
    outcomes.forEach((outcome, i) => {
      const trial = first + i;
      this.outcomes[trial] = outcome;
      this.epochs += outcome.epochs;
      this.ended++;
      // The trial has ended: what the listener says of pruning comes too late.
      const { history: rows, policies } = outcome;
      if (rows.length >= columns) onAdvance?.({ trial, firstEpoch: 0, rows, ...(policies && { policies }) });
      onEnd?.(trial, outcome);
    });
    onProgress?.({ ended: this.ended, trials: this.job.trials.length, epochs: this.epochs });
  }
}

function sendable(trial: WholeTrial, tables: Tables): SentTrial {
  const weights = Float32Array.from(trial.weights);
  const { optimizer } = trial;
  const { learningRate } = optimizer;
  if (typeof learningRate === 'number') return { trial: { ...trial, weights } };
  const { rates: first } = tables.add(trial);
  const { unit } = learningRate;
  return {
    trial: { ...trial, weights, optimizer: { ...optimizer, learningRate: 0 } },
    schedule: { unit, first },
  };
}

function sharedTable({ rows, x, y, sampleWeights }: RowSet): RowSet {
  const table = { rows, x: shared(x), y: shared(y) };
  return sampleWeights ? { ...table, sampleWeights: shared(sampleWeights) } : table;
}

/** A copy in memory that threads share instead of copying it. */
function shared(values: Float32Array): Float32Array {
  const copy = new Float32Array(new SharedArrayBuffer(values.byteLength));
  copy.set(values);
  return copy;
}
