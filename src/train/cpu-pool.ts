import { availableParallelism } from 'node:os';
import { MessageChannel } from 'node:worker_threads';
import { wholeNumber } from '../core/check.ts';
import type { Engine, RowSet } from '../engine/engine.ts';
import { Tables } from '../engine/fused/tables.ts';
import { measureRate } from '../engine/measure-rate.ts';
import { wasmEngine } from '../engine/wasm/engine.ts';
import {
  epochColumns,
  policyColumns,
  type WholeJob,
  type WholeOutcome,
  type WholeTrial,
} from '../engine/whole.ts';
import type { TrialAdvance, WholePlan, WholeRunOptions } from '../engine/whole-runner.ts';
import { flopPerEpoch } from '../engine/whole-work.ts';
import type { SentTrial, TrialBatch } from './cpu-pool-worker.ts';
import { windowSets } from './row-table.ts';
import { ThreadPool } from './thread-pool.ts';

const workerFile = new URL('./cpu-pool-worker.js', import.meta.url);
const columns = epochColumns.length;
/** A thread gets its trials in about so many batches, so that all are done at much the same time. */
const batchesPerThread = 4;
const mostTrialsPerBatch = 16;

/** Trials that keep a thread busy for a measurement. */
const busyTrialsPerThread = 16;

export interface CpuPoolOptions {
  /** Trials that train at the same time. Default: as many as the machine computes at once. */
  readonly threads?: number;
}

/**
 * The CPU engine with whole trainings on worker threads: each trial has the bits that it has on `wasmEngine()` alone. A
 * single trial, and trials with callbacks of your own, train on the caller's thread. Close it when done.
 *
 * @param worker what the threads run, in JavaScript
 * @throws UsageError unless `threads` is a whole number of at least 1
 */
export function cpuPoolEngine(options: CpuPoolOptions = {}, worker = workerFile): Engine {
  const threads = wholeNumber('threads', options.threads ?? availableParallelism(), 1);
  const pool: TrialPool = new ThreadPool(threads, worker);
  const cpu = wasmEngine();
  const run = (job: WholeJob, runOptions: WholeRunOptions = {}) => new PoolRun(pool, job, runOptions).run();
  return {
    ...cpu,
    description: `CPU, WebAssembly, ${threads === 1 ? '1 thread' : `${threads} threads`}`,
    whole: {
      plan: async (job) => planThreads(job, threads, cpu),
      candidates: () => ['threads', 'layered'],
      rate: (job) => measureRate(job, busyTrialsPerThread * threads, run),
      run,
    },
    close: () => pool.close(),
  };
}

type TrialPool = ThreadPool<TrialBatch, (WholeOutcome | undefined)[]>;

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
  private readonly common: Pick<TrialBatch, 'table' | 'rates' | 'cancelled'>;
  private readonly batchSize: number;
  private readonly outcomes: (WholeOutcome | undefined)[];
  /** Epochs of each trial that the caller was told of. */
  private readonly told: Uint32Array;
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
    this.told = new Uint32Array(job.trials.length);
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
        if (trials.length > 0) this.apply(first, await this.train(first, trials));
      }
    } catch (error) {
      this.cancel();
      throw error;
    }
  }

  /** Lets a thread train a batch, and hears of its epochs meanwhile. */
  private async train(first: number, trials: readonly SentTrial[]): Promise<(WholeOutcome | undefined)[]> {
    const pruned = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT * trials.length));
    const { port1: news, port2: port } = new MessageChannel();
    // What a listener throws ends the run, as it does where the trial has ended.
    const mistakes: unknown[] = [];
    news.on('message', (advances: readonly TrialAdvance[]) => {
      try {
        this.hear(first, advances, pruned);
      } catch (error) {
        mistakes.push(error);
        this.cancel();
      }
    });
    try {
      const outcomes = await this.pool.run({ ...this.common, trials, pruned, port }, [port]);
      if (mistakes.length > 0) throw mistakes[0];
      return outcomes;
    } finally {
      news.close();
    }
  }

  /** Takes a thread's news of its batch, and marks the trials that are pruned. */
  private hear(first: number, advances: readonly TrialAdvance[], pruned: Int32Array): void {
    for (const advance of advances) {
      if (this.tell({ ...advance, trial: first + advance.trial })) Atomics.store(pruned, advance.trial, 1);
    }
    this.showProgress();
  }

  /** Tells the caller of new epochs, unless they were told with the trial's end. @returns whether it prunes the trial */
  private tell(advance: TrialAdvance): boolean {
    const { trial, firstEpoch, rows } = advance;
    if (this.outcomes[trial] || firstEpoch !== this.told[trial]) return false;
    const { onAdvance, prune } = this.options;
    const epochs = rows.length / columns;
    this.told[trial] = firstEpoch + epochs;
    this.epochs += epochs;
    onAdvance?.(advance);
    return prune?.(advance) ?? false;
  }

  private apply(first: number, outcomes: readonly (WholeOutcome | undefined)[]): void {
    outcomes.forEach((outcome, i) => {
      if (!outcome) return;
      const trial = first + i;
      const rest = restOf(trial, outcome, this.told[trial] as number);
      // The trial has ended: what the caller says of pruning comes too late.
      if (rest.rows.length > 0) this.tell(rest);
      this.outcomes[trial] = outcome;
      this.ended++;
      this.options.onEnd?.(trial, outcome);
    });
    this.showProgress();
  }

  private showProgress(): void {
    const { ended, epochs } = this;
    this.options.onProgress?.({ ended, trials: this.job.trials.length, epochs });
  }
}

/** A trial's epochs from one on. */
function restOf(trial: number, { history, policies }: WholeOutcome, firstEpoch: number): TrialAdvance {
  const rows = history.subarray(columns * firstEpoch);
  if (!policies) return { trial, firstEpoch, rows };
  return { trial, firstEpoch, rows, policies: policies.subarray(policyColumns.length * firstEpoch) };
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
