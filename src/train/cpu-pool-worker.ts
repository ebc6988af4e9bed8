import type { MessagePort } from 'node:worker_threads';
import type { RowSet } from '../engine/engine.ts';
import { wasmEngine } from '../engine/wasm/engine.ts';
import { epochColumns, policyColumns, type WholeOutcome, type WholeTrial } from '../engine/whole.ts';
import type { TrialAdvance } from '../engine/whole-runner.ts';
import type { Schedule } from '../model/schedule.ts';
import { trainInTurns } from './whole-groups.ts';

/** A trial as it is sent to a thread: a schedule, which is a function, becomes its numbers. */
export interface SentTrial {
  /** Its learning rate means nothing where there is a schedule. */
  readonly trial: WholeTrial;
  /** Where its rates begin in `TrialBatch.rates`. */
  readonly schedule?: { readonly unit: Schedule['unit']; readonly first: number };
}

/** Trials for one thread. All but the trials themselves is memory that the threads share. */
export interface TrialBatch {
  readonly trials: readonly SentTrial[];
  readonly table: RowSet;
  /** The rates of all schedules. */
  readonly rates: Float32Array;
  /** Becomes 1 when the run is cancelled. */
  readonly cancelled: Int32Array;
  /** Of each trial: becomes 1 when the host prunes it. */
  readonly pruned: Int32Array;
  /** Where new epochs are told. */
  readonly port: MessagePort;
}

/** New epochs are told about this often. */
const msBetweenMessages = 25;

/**
 * What a thread does: trains the trials of a batch, a little of each in turn. Those that have not begun when the run is
 * cancelled have no outcome.
 */
export default async function trainBatch(batch: TrialBatch): Promise<(WholeOutcome | undefined)[]> {
  const cancel = new AbortController();
  const engine = wasmEngine({
    afterSubmit: () => {
      if (Atomics.load(batch.cancelled, 0) === 1) cancel.abort();
    },
  });
  const news = new News(batch.port);
  const trials = batch.trials.map((sent) => received(sent, batch.rates));
  return trainInTurns(engine, trials, batch.table, {
    signal: cancel.signal,
    onAdvance: (advance) => news.add(advance),
    prune: ({ trial }) => Atomics.load(batch.pruned, trial) === 1,
  });
}

function received({ trial, schedule }: SentTrial, rates: Float32Array): WholeTrial {
  if (!schedule) return trial;
  const { unit, first } = schedule;
  const at = (index: number) => rates[first + index] as number;
  return { ...trial, optimizer: { ...trial.optimizer, learningRate: { unit, at, description: 'table' } } };
}

/** Gathers new epochs and tells of them now and then; the last ones come with the outcome. */
class News {
  private readonly port: MessagePort;
  private waiting = new Map<number, TrialAdvance[]>();
  private lastMessage = performance.now();

  constructor(port: MessagePort) {
    this.port = port;
  }

  add(advance: TrialAdvance): void {
    const own = this.waiting.get(advance.trial);
    if (own) own.push(advance);
    else this.waiting.set(advance.trial, [advance]);
    if (performance.now() - this.lastMessage < msBetweenMessages) return;
    this.port.postMessage([...this.waiting.values()].map(together));
    this.waiting = new Map();
    this.lastMessage = performance.now();
  }
}

/** Advances of one trial as one. */
function together(advances: readonly TrialAdvance[]): TrialAdvance {
  const [{ trial, firstEpoch, policies }] = advances as readonly [TrialAdvance];
  return {
    trial,
    firstEpoch,
    rows: joined(
      advances.map(({ rows }) => rows),
      epochColumns.length,
    ),
    ...(policies && {
      policies: joined(
        advances.map((one) => one.policies as Float32Array),
        policyColumns.length,
      ),
    }),
  };
}

function joined(parts: readonly Float32Array[], width: number): Float32Array {
  const rows = new Float32Array(parts.length * width);
  parts.forEach((part, i) => {
    rows.set(part, i * width);
  });
  return rows;
}
