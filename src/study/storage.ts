import type {
  Confirmation,
  DeviceSpan,
  StudyData,
  StudySettings,
  TrialRecord,
  TrialResult,
} from './records.ts';

/** What is saved together with the results of trials. */
export interface FinishOptions {
  readonly spans?: readonly DeviceSpan[];
  /** By trial, which has ended before. */
  readonly confirmations?: ReadonlyMap<number, Confirmation>;
  /** To keep by name: weights that later trials go on from. */
  readonly artifacts?: ReadonlyMap<string, Uint8Array>;
  /** Names of artifacts that nobody needs any more. */
  readonly obsolete?: readonly string[];
}

/** Where a study is kept. What a method was given is safe when it returns. */
export interface StudyStorage {
  readonly settings: StudySettings;
  readonly progress: { readonly elapsedMs: number };
  /** All that is stored, in the order of the trials. */
  load(): StudyData;
  /** Takes the suggestions of a round, all or none. */
  plan(trials: readonly TrialRecord[]): void;
  /** Takes results, all or none. The study's clock goes on to the last of their ends. */
  finish(results: readonly TrialResult[], options?: FinishOptions): void;
  artifact(name: string): Uint8Array | undefined;
}

/** A study in memory, for programs that keep nothing. */
export class MemoryStorage implements StudyStorage {
  readonly settings: StudySettings;
  private readonly trials: TrialRecord[] = [];
  private readonly results: (TrialResult | undefined)[] = [];
  private readonly spans: DeviceSpan[] = [];
  private readonly artifacts = new Map<string, Uint8Array>();
  private elapsedMs = 0;

  constructor(settings: StudySettings) {
    this.settings = settings;
  }

  get progress(): { readonly elapsedMs: number } {
    return { elapsedMs: this.elapsedMs };
  }

  load(): StudyData {
    const results = this.trials.map(({ index }) => this.results[index]);
    return { settings: this.settings, trials: [...this.trials], results, spans: [...this.spans] };
  }

  plan(trials: readonly TrialRecord[]): void {
    this.trials.push(...trials);
  }

  finish(
    results: readonly TrialResult[],
    { spans = [], confirmations, artifacts, obsolete = [] }: FinishOptions = {},
  ): void {
    for (const result of results) {
      this.results[result.index] = result;
      const trial = this.trials[result.index] as TrialRecord;
      this.trials[result.index] = { ...trial, state: result.state };
    }
    this.spans.push(...spans);
    for (const [index, confirmation] of confirmations ?? []) {
      this.results[index] = { ...(this.results[index] as TrialResult), confirmation };
    }
    for (const [name, bytes] of artifacts ?? []) this.artifacts.set(name, bytes);
    for (const name of obsolete) this.artifacts.delete(name);
    const ends = [...results.map(({ endedMs }) => endedMs), ...spans.map(({ endMs }) => endMs)];
    this.elapsedMs = ends.reduce((last, end) => Math.max(last, end), this.elapsedMs);
  }

  artifact(name: string): Uint8Array | undefined {
    return this.artifacts.get(name);
  }
}
