import { bestTrials } from './best.ts';
import type { Confirmation, DeviceSpan, StudySettings, TrialRecord, TrialResult } from './records.ts';
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
  /** The best of several objectives is that of the first. */
  private readonly settings: Pick<StudySettings, 'objectives'>;
  private readonly limit: number | undefined;
  private readonly onEvent: (event: StudyEvent) => void;
  private readonly trials: (TrialRecord | undefined)[] = [];
  private readonly counts = { complete: 0, pruned: 0, failed: 0, confirmed: 0 };
  private readonly waiting: TrialResult[] = [];
  private readonly confirmations = new Map<number, Confirmation>();
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
    this.settings = { objectives: storage.settings.objectives.slice(0, 1) };
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

  trial(index: number): TrialRecord {
    return this.trials[index] as TrialRecord;
  }

  add(result: TrialResult): void {
    this.results[result.index] = result;
    this.waiting.push(result);
    this.flushIfDue();
  }

  /** Takes what a trial that has ended reached when it was trained again. */
  confirm(index: number, confirmation: Confirmation): void {
    this.confirmations.set(index, confirmation);
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
    if (
      this.waiting.length + this.confirmations.size > 0 ||
      this.clock() - this.lastFlush >= flushAfterMs.most
    )
      this.flush();
  }

  /** Stores what waits, and tells of it. */
  flush(): void {
    this.lastFlush = this.clock();
    const [results, spans] = [this.waiting.splice(0), this.spans.splice(0)];
    results.sort((a, b) => a.index - b.index);
    const [artifacts, obsolete] = [new Map(this.artifacts), this.obsolete.splice(0)];
    const confirmations = new Map(this.confirmations);
    this.confirmations.clear();
    // A transaction waits for the disk, also an empty one.
    if (results.length + confirmations.size + spans.length + artifacts.size + obsolete.length > 0) {
      this.storage.finish(results, { confirmations, spans, artifacts, obsolete });
      const took = this.clock() - this.lastFlush;
      this.flushAfter = Math.min(flushAfterMs.most, Math.max(flushAfterMs.least, took / storingShare));
    }
    this.artifacts.clear();
    for (const result of results) {
      this.count(result);
      this.onEvent({ type: 'trial', trial: this.trials[result.index] as TrialRecord, result });
    }
    for (const [index, confirmation] of confirmations) {
      const result = { ...(this.results[index] as TrialResult), confirmation };
      this.results[index] = result;
      this.counts.confirmed++;
      this.compete(result);
      this.onEvent({ type: 'confirmation', trial: this.trials[index] as TrialRecord, result });
    }
    this.onEvent({ type: 'progress', progress: this.progress() });
  }

  private count(result: TrialResult): void {
    this.results[result.index] = result;
    this.counts[result.state]++;
    if (result.confirmation) this.counts.confirmed++;
    this.compete(result);
  }

  /** Takes a trial for the best where it is better than that. */
  private compete(result: TrialResult): void {
    const before = this.best?.result;
    // What was the best may have diverged when it was trained again: then any other may be it now.
    const rivals = before?.index === result.index ? this.results : [before, result];
    const [best] = bestTrials({ settings: this.settings, results: rivals });
    if (best && best !== before) this.best = { trial: this.trials[best.index] as TrialRecord, result: best };
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
