import type { FusedPlan } from '../fused/plan.ts';
import { writeSettings } from '../fused/settings.ts';
import { type Running, Slots } from '../fused/slots.ts';
import { noCopy } from '../fused/subgroup-layout.ts';
import { type TablePlaces, Tables } from '../fused/tables.ts';
import {
  epochColumns,
  policyColumns,
  type WholeJob,
  type WholeOutcome,
  type WholeStatus,
  type WholeTrial,
} from '../whole.ts';
import type { WholeRunOptions } from '../whole-runner.ts';
import { ChunkPacer } from './chunk-pacer.ts';
import type { GpuContext } from './device.ts';
import { type ChunkResult, FusedDevice } from './fused-device.ts';
import type { Pipelines } from './pipelines.ts';
import { progressWords } from './shaders.generated.ts';

const columns = epochColumns.length;
/** Where a slot's progress has these numbers: see shaders/lib/progress.wgsl. */
const words = { status: 0, epoch: 1, rate: 3, bestEpoch: 11, divergedAt: 12 } as const;

const statuses: Readonly<Record<number, WholeStatus>> = {
  [progressWords.FINISHED]: 'finished',
  [progressWords.STOPPED]: 'stopped',
  [progressWords.DIVERGED]: 'diverged',
};

/** A submit that has not come back. */
interface Flight {
  readonly lanes: readonly Running[];
  readonly epochs: number;
  readonly result: Promise<ChunkResult>;
}

/** Trains a job with a fused kernel: keeps the slots filled and two submits on their way. */
export class FusedRun {
  private readonly job: WholeJob;
  private readonly plan: FusedPlan;
  private readonly device: FusedDevice;
  private readonly places: readonly TablePlaces[];
  private readonly options: WholeRunOptions;
  private readonly slots: Slots;
  private readonly pacer: ChunkPacer;
  private readonly flights: Flight[] = [];
  /** Epochs of each running trial that are done or under way. */
  private readonly planned = new Map<Running, number>();
  private readonly outcomes: (WholeOutcome | undefined)[];
  private ended = 0;
  private epochs = 0;

  private constructor(
    job: WholeJob,
    plan: FusedPlan,
    device: FusedDevice,
    places: readonly TablePlaces[],
    options: WholeRunOptions,
  ) {
    this.job = job;
    this.plan = plan;
    this.device = device;
    this.places = places;
    this.options = options;
    this.slots = new Slots(job.trials, plan.slots);
    this.pacer = new ChunkPacer(plan);
    this.outcomes = new Array(job.trials.length).fill(undefined);
  }

  /** Trains all trials of a job. */
  static async train(
    context: GpuContext,
    pipelines: Pipelines,
    job: WholeJob,
    plan: FusedPlan,
    options: WholeRunOptions,
  ): Promise<(WholeOutcome | undefined)[]> {
    const tables = new Tables();
    const places = job.trials.map((trial) => tables.add(trial));
    const device = await FusedDevice.open(context, pipelines, job, plan, tables.values());
    try {
      return await new FusedRun(job, plan, device, places, options).run();
    } finally {
      device.close();
    }
  }

  private async run(): Promise<(WholeOutcome | undefined)[]> {
    // Some drivers compile at the first dispatch: one without trials keeps that out of the pacing.
    await this.device.train(new Uint32Array(0), 0, false);
    const { signal, gate } = this.options;
    while (!signal?.aborted) {
      this.place();
      await gate?.();
      while (this.flights.length < 2 && this.submit());
      const flight = this.flights.shift();
      if (!flight) break;
      this.apply(flight, await flight.result);
    }
    if (signal?.aborted) await this.cancel();
    return this.outcomes;
  }

  /** Uploads trials that wait into free slots, neighbours together. */
  private place(): void {
    const placed = this.slots.fill().sort((a, b) => a.slot - b.slot);
    for (let from = 0; from < placed.length; ) {
      let to = from + 1;
      while (to < placed.length && placed[to]?.slot === (placed[to - 1] as Running).slot + 1) to++;
      this.upload(placed.slice(from, to));
      from = to;
    }
    for (const running of placed) this.planned.set(running, 0);
  }

  private upload(placed: readonly Running[]): void {
    const { shape, layout } = this.plan;
    const { progressStride } = shape;
    const settings = new Uint32Array(placed.length * shape.settingsStride);
    const progress = new Uint32Array(placed.length * progressStride);
    const rates = new Float32Array(progress.buffer);
    const weights = new Float32Array(placed.length * layout.floats);
    placed.forEach(({ trial: index }, i) => {
      const trial = this.job.trials[index] as WholeTrial;
      const own = settings.subarray(i * shape.settingsStride, (i + 1) * shape.settingsStride);
      writeSettings(own, trial, shape, this.places[index] as TablePlaces);
      const { learningRate } = trial.optimizer;
      rates[i * progressStride + words.rate] = typeof learningRate === 'number' ? learningRate : 0;
      const target = weights.subarray(i * layout.floats, (i + 1) * layout.floats);
      layout.places.forEach((place, k) => {
        target[place] = trial.weights[k] as number;
      });
      layout.copies?.forEach((place, k) => {
        if (place !== noCopy) target[place] = trial.weights[k] as number;
      });
    });
    this.device.write((placed[0] as Running).slot, settings, progress, weights);
  }

  /** @returns whether there was something to submit */
  private submit(): boolean {
    const left = (running: Running) => this.trialOf(running).epochs - (this.planned.get(running) ?? 0);
    const open = (running: Running) => left(running) > 0;
    const lanes = this.slots.order(this.pacer.lanes, this.plan.group, open);
    if (lanes.length === 0) return false;
    const most = Math.max(...lanes.map(left));
    const epochs = Math.min(most, this.pacer.epochs(lanes.length, most));
    let mayEnd = false;
    for (const running of lanes) {
      const { epochs: all, rules } = this.trialOf(running);
      this.planned.set(running, Math.min(all, (this.planned.get(running) as number) + epochs));
      mayEnd ||= this.planned.get(running) === all || rules.stopping !== undefined || rules.stopOnNaN;
    }
    const order = Uint32Array.from(lanes, ({ slot }) => slot);
    const expectedMs = this.pacer.expectedMs(lanes.length, epochs);
    const result = this.device.train(order, epochs, mayEnd, expectedMs);
    // Awaited later; a failure must not count as unhandled until then.
    result.catch(() => undefined);
    this.flights.push({ lanes, epochs, result });
    return true;
  }

  private trialOf({ trial }: Running): WholeTrial {
    return this.job.trials[trial] as WholeTrial;
  }

  private apply({ lanes, epochs }: Flight, result: ChunkResult): void {
    const { historyColumns, progressStride } = this.plan.shape;
    this.pacer.learn(lanes.length, epochs, result.milliseconds, result.wasLate);
    lanes.forEach((running, lane) => {
      if (!this.planned.has(running)) return;
      const at = running.slot * progressStride;
      const done = result.progress[at + words.epoch] as number;
      const firstEpoch = running.epoch;
      for (let epoch = firstEpoch; epoch < done; epoch++) {
        const row = historyColumns * ((epoch - firstEpoch) * lanes.length + lane);
        running.history.set(result.history.subarray(row, row + columns), epoch * columns);
        running.policies?.set(
          result.history.subarray(row + columns, row + historyColumns),
          epoch * policyColumns.length,
        );
      }
      running.epoch = done;
      this.epochs += done - firstEpoch;
      const pruned = done > firstEpoch && this.advance(running, firstEpoch);
      const status =
        statuses[result.progress[at + words.status] as number] ?? (pruned ? 'pruned' : undefined);
      if (status) this.end(running, status, result);
    });
    this.options.onProgress?.({ ended: this.ended, trials: this.job.trials.length, epochs: this.epochs });
  }

  /** Tells of a trial's epochs from `firstEpoch` on. @returns whether the host prunes it */
  private advance({ trial, history, policies, epoch }: Running, firstEpoch: number): boolean {
    const { onAdvance, prune } = this.options;
    const since = (all: Float32Array, width: number) => all.subarray(firstEpoch * width, epoch * width);
    const advance = {
      trial,
      firstEpoch,
      rows: since(history, columns),
      ...(policies && { policies: since(policies, policyColumns.length) }),
    };
    onAdvance?.(advance);
    return prune?.(advance) === true;
  }

  private end(running: Running, status: WholeStatus, { progress, weights }: ChunkResult): void {
    const { layout, shape } = this.plan;
    const at = running.slot * shape.progressStride;
    const bestEpoch = progress[at + words.bestEpoch] as number;
    const divergedAt = progress[at + words.divergedAt] as number;
    const restored = bestEpoch > 0 && status !== 'pruned' && status !== 'cancelled';
    const own = weights?.subarray(running.slot * layout.floats, (running.slot + 1) * layout.floats);
    const outcome = {
      status,
      epochs: running.epoch,
      ...(restored && { restoredEpoch: bestEpoch - 1 }),
      ...(divergedAt > 0 && { divergedEpoch: divergedAt - 1 }),
      history: running.history.subarray(0, running.epoch * columns),
      ...(running.policies && {
        policies: running.policies.subarray(0, running.epoch * policyColumns.length),
      }),
      weights: own ? Float32Array.from(layout.places, (place) => own[place] as number) : new Float32Array(),
    };
    this.outcomes[running.trial] = outcome;
    this.ended++;
    this.planned.delete(running);
    this.slots.release(running);
    this.options.onEnd?.(running.trial, outcome);
  }

  /** Waits for what is under way, then takes the running trials as they are. */
  private async cancel(): Promise<void> {
    for (let flight = this.flights.shift(); flight; flight = this.flights.shift()) {
      this.apply(flight, await flight.result);
    }
    const result = await this.device.train(new Uint32Array(0), 0, true);
    for (const running of [...this.slots.running]) this.end(running, 'cancelled', result);
  }
}
