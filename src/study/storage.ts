import type { DeviceSpan, StudyData, StudySettings, TrialRecord, TrialResult } from './records.ts';

/** Where a study is kept. What a method was given is safe when it returns. */
export interface StudyStorage {
  readonly settings: StudySettings;
  /** All that is stored, in the order of the trials. */
  load(): StudyData;
  /** Takes the suggestions of a round, all or none. */
  plan(trials: readonly TrialRecord[]): void;
  /** Takes results, all or none. */
  finish(results: readonly TrialResult[], spans: readonly DeviceSpan[], elapsedMs: number): void;
  /** Keeps the final weights of a trial's runs, for trials that go on from it. */
  keepWeights(trial: number, weights: readonly Float32Array[]): void;
  weights(trial: number): readonly Float32Array[] | undefined;
  /** Milliseconds that the study has been worked on. */
  readonly elapsedMs: number;
}

/** A study in memory, for programs that keep nothing. */
export class MemoryStorage implements StudyStorage {
  readonly settings: StudySettings;
  private readonly trials: TrialRecord[] = [];
  private readonly results: (TrialResult | undefined)[] = [];
  private readonly spans: DeviceSpan[] = [];
  private readonly kept = new Map<number, readonly Float32Array[]>();
  elapsedMs = 0;

  constructor(settings: StudySettings) {
    this.settings = settings;
  }

  load(): StudyData {
    const results = this.trials.map(({ index }) => this.results[index]);
    return { settings: this.settings, trials: [...this.trials], results, spans: [...this.spans] };
  }

  plan(trials: readonly TrialRecord[]): void {
    this.trials.push(...trials);
  }

  finish(results: readonly TrialResult[], spans: readonly DeviceSpan[], elapsedMs: number): void {
    for (const result of results) {
      this.results[result.index] = result;
      const trial = this.trials[result.index] as TrialRecord;
      this.trials[result.index] = { ...trial, state: result.state };
    }
    this.spans.push(...spans);
    this.elapsedMs = elapsedMs;
  }

  keepWeights(trial: number, weights: readonly Float32Array[]): void {
    this.kept.set(trial, weights);
  }

  weights(trial: number): readonly Float32Array[] | undefined {
    return this.kept.get(trial);
  }
}
