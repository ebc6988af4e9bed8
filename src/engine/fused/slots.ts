import { epochColumns, hasPolicy, policyColumns, type WholeTrial } from '../whole.ts';
import { stepsPerEpoch } from '../whole-work.ts';

/** A trial at work in one of the places that the device has room for. */
export interface Running {
  readonly slot: number;
  /** Index of the trial in its job. */
  readonly trial: number;
  /** Epochs that are known to be done. */
  epoch: number;
  /** Where the next row of its history goes. */
  readonly history: Float32Array;
  /** The same for its policies, where it has any. */
  readonly policies?: Float32Array;
}

/**
 * Which trial trains in which place. A place whose trial has ended takes the next that waits; when none waits, the
 * submits shrink to those that are left, so that no lane idles.
 */
export class Slots {
  private readonly trials: readonly WholeTrial[];
  private readonly free: number[];
  private next = 0;
  readonly running: Running[] = [];

  constructor(trials: readonly WholeTrial[], slots: number) {
    this.trials = trials;
    this.free = Array.from({ length: slots }, (_, i) => slots - 1 - i);
  }

  /** Gives free places to trials that wait. @returns those that were placed */
  fill(): Running[] {
    const placed: Running[] = [];
    while (this.free.length > 0 && this.next < this.trials.length) {
      const trial = this.next++;
      const { epochs, rules } = this.trials[trial] as WholeTrial;
      const history = new Float32Array(epochs * epochColumns.length);
      const policies = hasPolicy(rules) && { policies: new Float32Array(epochs * policyColumns.length) };
      placed.push({ slot: this.free.pop() as number, trial, epoch: 0, history, ...policies });
    }
    this.running.push(...placed);
    return placed;
  }

  release(ended: Running): void {
    this.running.splice(this.running.indexOf(ended), 1);
    this.free.push(ended.slot);
  }

  /**
   * The places of one submit: those that are furthest behind, at most `limit`, so that neighbours have much the same
   * left to do: lanes of one workgroup wait for the slowest.
   *
   * @param group how many neighbours work in step
   * @param isOpen which trials still have something to do
   */
  order(limit: number, group: number, isOpen: (running: Running) => boolean): Running[] {
    const share = (running: Running) => {
      const { epochs } = this.trials[running.trial] as WholeTrial;
      return running.epoch / epochs;
    };
    const open = this.running.filter(isOpen);
    const chosen = limit < open.length ? open.sort((a, b) => share(a) - share(b)).slice(0, limit) : open;
    const work = (running: Running) => {
      const trial = this.trials[running.trial] as WholeTrial;
      const steps = stepsPerEpoch({ window: trial.window, batchSize: lastBatchSize(running, trial) });
      return steps * 1e6 + (trial.epochs - running.epoch);
    };
    chosen.sort((a, b) => work(b) - work(a) || a.slot - b.slot);
    return dealt(chosen, group);
  }
}

/** That of the last epoch that is known: batches may have grown. */
function lastBatchSize({ policies, epoch }: Running, { batchSize }: WholeTrial): number {
  const at = (epoch - 1) * policyColumns.length + policyColumns.indexOf('batchSize');
  return policies?.[at] ?? batchSize;
}

/**
 * Deals whole groups out to two halves in turns. Software drivers cut the workgroups into one contiguous part for each
 * thread, and neither part should have all of the long ones; a GPU does not mind.
 */
function dealt<T>(sorted: readonly T[], group: number): T[] {
  const halves: [T[], T[]] = [[], []];
  for (let at = 0; at < sorted.length; at += group) {
    const half = halves[(at / group) % 2] as T[];
    half.push(...sorted.slice(at, at + group));
  }
  // A last group that is not full must stay last.
  const isWhole = sorted.length % group === 0;
  const lastHalf = Math.floor((sorted.length - 1) / group) % 2;
  return isWhole || lastHalf === 1 ? [...halves[0], ...halves[1]] : [...halves[1], ...halves[0]];
}
