import type { MessagePort } from 'node:worker_threads';
import { Tinypool } from 'tinypool';
import { DeviceError } from '../core/errors.ts';

/** Threads start when there is a task for them, and stay until they are closed. */
const whenNeeded = { minThreads: 0, idleTimeout: 2 ** 31 - 1 };

/**
 * Worker threads that all run the function that a file exports by default. They start as tasks come and end with
 * `close`; a crash ends them all, and the next task starts afresh.
 */
export class ThreadPool<Task, Result> {
  readonly threads: number;
  private readonly file: URL;
  private pool: Tinypool | undefined;
  private readonly watched = new WeakSet<object>();
  /** How to fail the tasks that are under way. */
  private readonly running = new Set<(error: DeviceError) => void>();

  constructor(threads: number, file: URL) {
    this.threads = threads;
    this.file = file;
  }

  /**
   * @param ports of the task, which go over to the thread
   * @throws DeviceError when the function throws, the thread ends, or the pool is closed before it is done
   */
  run(task: Task, ports: readonly MessagePort[] = []): Promise<Result> {
    const { file, threads } = this;
    // The program's own flags, such as --input-type, are not for the threads.
    this.pool ??= new Tinypool({ ...whenNeeded, filename: file.href, maxThreads: threads, execArgv: [] });
    const result: Promise<Result> = this.pool.run(task, { transferList: [...ports] });
    this.watch(this.pool);
    return new Promise((resolve, reject) => {
      this.running.add(reject);
      const done = () => this.running.delete(reject);
      result.then(resolve, (error) => reject(threadError(error))).finally(done);
    });
  }

  close(): void {
    this.end(new DeviceError('the engine was closed before its threads were done'));
  }

  /** The pool itself would wait forever for the task of a thread that exits, or that cannot start. */
  private watch(pool: Tinypool): void {
    const fail = (cause: unknown) => {
      if (this.pool === pool) this.end(threadError(cause));
    };
    if (pool.listenerCount('error') === 0) pool.on('error', fail);
    for (const thread of pool.threads) {
      if (this.watched.has(thread)) continue;
      this.watched.add(thread);
      thread.on('error', fail);
      thread.on('exit', (code) => fail(`it exited with code ${code}`));
    }
  }

  private end(error: DeviceError): void {
    const { pool } = this;
    this.pool = undefined;
    for (const reject of this.running) reject(error);
    // Not by the pool's own `destroy`, which fails where a thread crashes meanwhile.
    for (const thread of pool?.threads ?? []) thread.terminate().catch(() => undefined);
  }
}

function threadError(cause: unknown): DeviceError {
  const message = cause instanceof Error ? cause.message : String(cause);
  return new DeviceError(`a thread of the CPU engine failed: ${message}`);
}
