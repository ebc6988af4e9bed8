import { UsageError } from '../../core/errors.ts';
import type { DeviceSpan, StudyData, StudySettings, TrialRecord, TrialResult } from '../records.ts';
import type { FinishOptions, StudyStorage } from '../storage.ts';
import { ArtifactTable } from './artifact-table.ts';
import { problemsOf } from './check-study.ts';
import { ConfirmationTable } from './confirmation-table.ts';
import type { SqliteFile } from './database.ts';
import { createStudyFile, openForReading, openForWriting, type StudyFile } from './files.ts';
import { ResultTable } from './result-table.ts';
import { RunTable, type StudyLimits, type StudyProgress } from './run-table.ts';
import { SpanTable } from './span-table.ts';
import { decoded } from './sqlite-errors.ts';
import { TrialTable } from './trial-table.ts';
import { jsonOf } from './values.ts';
import { Signature, type StudyWriter, writerOf } from './writer.ts';
import { WriterLock } from './writer-lock.ts';

/**
 * A study in a file. What a method has saved when it returns survives a crash of the process and of the machine; what
 * it was saving when a crash came is not there at all. One process writes, others may read meanwhile.
 */
export class StudyStore implements StudyStorage {
  readonly path: string;
  /** As they were when the study was created. */
  readonly settings: StudySettings;
  private readonly file: SqliteFile;
  private readonly release: () => void;
  private readonly signature: Signature | undefined;
  private readonly trialTable: TrialTable;
  private readonly resultTable: ResultTable;
  private readonly confirmationTable: ConfirmationTable;
  private readonly spanTable: SpanTable;
  private readonly artifactTable: ArtifactTable;
  private readonly runTable: RunTable;

  private constructor({ path, file, isWritable, release }: StudyFile) {
    this.path = path;
    this.file = file;
    this.release = release;
    this.settings = decoded(path, () => settingsOf(file));
    this.trialTable = new TrialTable(file);
    this.resultTable = new ResultTable(file, this.settings.objectives.length);
    this.confirmationTable = new ConfirmationTable(file, this.settings.objectives.length);
    this.spanTable = new SpanTable(file);
    this.artifactTable = new ArtifactTable(file);
    this.runTable = new RunTable(file);
    this.signature = isWritable ? new Signature(file) : undefined;
  }

  /**
   * Makes a new study and opens it for writing. The file appears whole or not at all.
   * @throws StudyError when there is a file of this name already, or none can be written
   */
  static create(path: string, settings: StudySettings, limits: StudyLimits = {}): StudyStore {
    return StudyStore.of(createStudyFile(path, settings, limits));
  }

  /**
   * Opens a study, by default for writing.
   * @throws StudyError when it is missing, damaged, no study, made by a newer Shoal, or being written by someone else
   */
  static open(path: string, { readOnly = false }: { readonly readOnly?: boolean } = {}): StudyStore {
    return StudyStore.of(readOnly ? openForReading(path) : openForWriting(path));
  }

  private static of(opened: StudyFile): StudyStore {
    try {
      return new StudyStore(opened);
    } catch (error) {
      opened.release();
      throw error;
    }
  }

  get limits(): StudyLimits {
    return decoded(this.path, () => this.runTable.limits());
  }

  get progress(): StudyProgress {
    return decoded(this.path, () => this.runTable.progress());
  }

  /** The process that is writing the study now. */
  get writer(): StudyWriter | undefined {
    return WriterLock.isTaken(this.path) ? writerOf(this.file) : undefined;
  }

  /** Trials that were planned: they have the indices from 0 to this number less 1. */
  get planned(): number {
    return this.trialTable.count();
  }

  /** Saves the suggestions of a round, all or none; their indices follow on those that are there. */
  plan(trials: readonly TrialRecord[]): void {
    this.write(() => this.trialTable.add(trials));
  }

  /**
   * Saves what came of some trials, all or none. The study's clock goes on to the last of their ends.
   * @throws StudyError for a trial that is not planned, or has ended already
   */
  finish(
    results: readonly TrialResult[],
    { spans = [], confirmations, artifacts, obsolete = [] }: FinishOptions = {},
  ): void {
    this.write(() => {
      for (const result of results) this.resultTable.add(result);
      for (const [index, own] of confirmations ?? []) this.confirmationTable.add(index, own);
      for (const span of spans) this.spanTable.add(span);
      for (const [name, bytes] of artifacts ?? []) this.artifactTable.put(name, bytes);
      for (const name of obsolete) this.artifactTable.remove(name);
      this.runTable.tick(lastEnd(results, spans));
    });
  }

  /** Sets how far the study goes from now on; one that was over may go on. */
  setLimits(limits: StudyLimits): void {
    this.write(() => this.runTable.setLimits(limits));
  }

  /** Notes that the study is over, and why, such as `trials` or `time`. */
  end(reason: string): void {
    this.write(() => this.runTable.end(reason));
  }

  /** Keeps bytes by name, in place of those that the name had. */
  putArtifact(name: string, bytes: Uint8Array): void {
    this.write(() => this.artifactTable.put(name, bytes));
  }

  artifact(name: string): Uint8Array | undefined {
    return this.artifactTable.get(name);
  }

  /** Everything but the artifacts, at one moment. Learning curves are read from the file when they are looked at. */
  load(): StudyData {
    return this.file.transaction('read', () => decoded(this.path, () => this.read()));
  }

  private read(): StudyData {
    const results = this.resultTable.all(this.planned);
    for (const [index, confirmation] of this.confirmationTable.all()) {
      Object.assign(results[index] as TrialResult, { confirmation });
    }
    const trials = this.trialTable.all((index) => results[index]?.state ?? 'waiting');
    return { settings: this.settings, trials, results, spans: this.spanTable.all() };
  }

  /** The learning curve of a trial that has ended. @throws StudyError where there is none */
  curve(index: number): Float32Array {
    return this.resultTable.curve(index);
  }

  /** Learning curves in the order of the indices. */
  curves(indices: readonly number[]): Float32Array[] {
    return this.file.transaction('read', () => indices.map((index) => this.curve(index)));
  }

  /** Reads the whole file. @returns what is wrong with it, in words; empty for a sound one */
  check(): string[] {
    return decoded(this.path, () => problemsOf(this.file));
  }

  close(): void {
    this.release();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  private write(work: () => void): void {
    if (!this.signature) throw new UsageError(`${this.path} must be opened for writing, got readOnly`);
    try {
      this.signature.transaction(work);
    } catch (error) {
      this.resultTable.forget();
      throw error;
    }
  }
}

function lastEnd(results: readonly TrialResult[], spans: readonly DeviceSpan[]): number {
  const last = results.reduce((latest, { endedMs }) => Math.max(latest, endedMs), 0);
  return spans.reduce((latest, { endMs }) => Math.max(latest, endMs), last);
}

function settingsOf(file: SqliteFile): StudySettings {
  return jsonOf(file.value('SELECT CAST(settings AS BLOB) FROM study')) as StudySettings;
}
