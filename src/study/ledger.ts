import type { DeviceSpan, Objective, TrialRecord, TrialResult } from './records.ts';
import type { StudyStorage } from './storage.ts';
import type { StudyEvent, StudyProgress } from './study-events.ts';

/**
 * Results wait for others so long that transactions, which wait for the disk, take this share of the time, within bounds
 * in milliseconds.
 */
const storingShare = 0.03;
const flushAfterMs = { least: 100, most: 1000 };

const weightsName = (trial: number) => `weights/${trial}`;

function weightBytes(weights: readonly Float32Array[]): Uint8Array {
  const size = weights[0]?.length ?? 0;
  const all = new Float32Array(weights.length * size);
  weights.forEach((own, run) => {
    all.set(own, run * size);
  });
  return new Uint8Array(all.buffer);
}

/** Carries results to the storage in batches, counts them, and tells of those that are safe. */
export class Ledger {
  private readonly storage: StudyStorage;
  private readonly clock: () => number;
  private readonly objective: Objective;
  private readonly limit: number | undefined;
  private readonly onEvent: (event: StudyEvent) => void;
  private readonly trials: (TrialRecord | undefined)[] = [];
  private readonly counts = { complete: 0, pruned: 0, failed: 0 };
  private readonly waiting: TrialResult[] = [];
  private readonly spans: DeviceSpan[] = [];
  private readonly artifacts = new Map<string, Uint8Array>();
  private readonly obsolete: string[] = [];
  private best: StudyProgress['best'];
  private epochs = 0;
  private lastFlush: number;
  private flushAfter: number = flushAfterMs.least;
  /** By index; those that are stored, and those that wait to be. */
  readonly results: (TrialResult | undefined)[] = [];

  constructor(
    storage: StudyStorage,
    clock: () => number,
    { trials, onEvent }: { readonly trials?: number; readonly onEvent?: (event: StudyEvent) => void },
  ) {
    this.storage = storage;
    this.clock = clock;
    this.objective = storage.settings.objectives[0] as Objective;
    this.limit = trials;
    this.onEvent = onEvent ?? (() => undefined);
    this.lastFlush = clock();
  }

  /** Takes in what was stored before, without telling of it. */
  restore(trials: readonly TrialRecord[], results: readonly (TrialResult | undefined)[]): void {
    for (const trial of trials) {
      this.trials[trial.index] = trial;
      const result = results[trial.index];
      if (result) this.count(result);
    }
  }

  /** Stores the suggestions of a round. */
  plan(round: number, trials: readonly TrialRecord[]): void {
    this.storage.plan(trials);
    for (const trial of trials) this.trials[trial.index] = trial;
    this.onEvent({ type: 'round', round, trials });
  }

  add(result: TrialResult): void {
    this.results[result.index] = result;
    this.waiting.push(result);
    this.flushIfDue();
  }

  /** Keeps the weights of a trial's runs when its result is stored. */
  keepWeights(trial: number, weights: readonly Float32Array[]): void {
    this.artifacts.set(weightsName(trial), weightBytes(weights));
  }

  /** The weights of a trial's runs. @throws Error where they have not been kept */
  weights(trial: number, runs: number): Float32Array[] {
    const bytes = this.artifacts.get(weightsName(trial)) ?? this.storage.artifact(weightsName(trial));
    if (!bytes) throw new Error(`the weights of trial ${trial} are missing, from which others go on`);
    const all = new Float32Array(bytes.slice().buffer);
    const size = all.length / runs;
    return Array.from({ length: runs }, (_, run) => all.slice(run * size, (run + 1) * size));
  }

  /** Forgets weights that nothing goes on from any more. */
  dropWeights(trials: readonly number[]): void {
    this.obsolete.push(...trials.map(weightsName));
  }

  addSpan(span: DeviceSpan): void {
    this.spans.push(span);
  }

  addEpochs(epochs: number): void {
    this.epochs += epochs;
    this.flushIfDue();
  }

  private flushIfDue(): void {
    if (this.clock() - this.lastFlush < this.flushAfter) return;
    if (this.waiting.length > 0 || this.clock() - this.lastFlush >= flushAfterMs.most) this.flush();
  }

  /** Stores what waits, and tells of it. */
  flush(): void {
    this.lastFlush = this.clock();
    const [results, spans] = [this.waiting.splice(0), this.spans.splice(0)];
    results.sort((a, b) => a.index - b.index);
    const [artifacts, obsolete] = [new Map(this.artifacts), this.obsolete.splice(0)];
    // A transaction waits for the disk, also an empty one.
    if (results.length + spans.length + artifacts.size + obsolete.length > 0) {
      this.storage.finish(results, { spans, artifacts, obsolete });
      const took = this.clock() - this.lastFlush;
      this.flushAfter = Math.min(flushAfterMs.most, Math.max(flushAfterMs.least, took / storingShare));
    }
    this.artifacts.clear();
    for (const result of results) {
      this.count(result);
      this.onEvent({ type: 'trial', trial: this.trials[result.index] as TrialRecord, result });
    }
    this.onEvent({ type: 'progress', progress: this.progress() });
  }

  private count(result: TrialResult): void {
    this.results[result.index] = result;
    this.counts[result.state]++;
    const trial = this.trials[result.index] as TrialRecord;
    if (this.beatsBest(result)) this.best = { trial, result };
  }

  private beatsBest({ state, values, index }: TrialResult): boolean {
    const value = values[0] as number;
    if (state !== 'complete' || Number.isNaN(value)) return false;
    if (!this.best) return true;
    const { values: best, index: bestIndex } = this.best.result;
    const difference = (value - (best[0] as number)) * (this.objective.direction === 'minimize' ? 1 : -1);
    return difference < 0 || (difference === 0 && index < bestIndex);
  }

  progress(): StudyProgress {
    return {
      ...this.counts,
      epochs: this.epochs,
      elapsedMs: this.clock(),
      ...(this.limit !== undefined && { trials: this.limit }),
      ...(this.best && { best: this.best }),
    };
  }
}
