import type { RowSet } from '../engine/engine.ts';
import type { WholeOutcome, WholeTrial } from '../engine/whole.ts';
import type { Schedule } from '../model/schedule.ts';
import { trainOnCpu } from './train-on-cpu.ts';

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
}

/**
 * What a thread does: trains the trials of a batch one after the other. Those that have not begun when the run is
 * cancelled have no outcome.
 */
export default async function trainBatch(batch: TrialBatch): Promise<WholeOutcome[]> {
  const isCancelled = () => Atomics.load(batch.cancelled, 0) === 1;
  const outcomes: WholeOutcome[] = [];
  for (const sent of batch.trials) {
    if (isCancelled()) break;
    outcomes.push(await trainOnCpu(received(sent, batch.rates), batch.table, isCancelled));
  }
  return outcomes;
}

function received({ trial, schedule }: SentTrial, rates: Float32Array): WholeTrial {
  if (!schedule) return trial;
  const { unit, first } = schedule;
  const at = (index: number) => rates[first + index] as number;
  return { ...trial, optimizer: { ...trial.optimizer, learningRate: { unit, at, description: 'table' } } };
}
