import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type Database from 'libsql';
import { StudyError } from '../../core/errors.ts';
import { explained } from './sqlite-errors.ts';

/** What SQLite stores and gives back; blobs come as buffers of their own. */
export type SqlValue = string | number | Uint8Array | null;

/** Values of the columns of one row, in their order. */
export type SqlRow = readonly unknown[];

export interface OpenDatabaseOptions {
  /** `write` and `bare` make the file where there is none; `bare` settles nothing. */
  readonly mode: 'read' | 'write' | 'bare';
  /** Milliseconds to wait for other processes' transactions. */
  readonly patienceMs: number;
}

/** Native code, loaded when the first study is opened: where there is none for the platform, all else works. */
let loaded: typeof Database | undefined;
function libsql(): typeof Database {
  loaded ??= createRequire(import.meta.url)('libsql') as typeof Database;
  return loaded;
}

/** A writer waits for readers that load a large study on a slow disk. */
export const writerPatienceMs = 60_000;
export const readerPatienceMs = 10_000;

/**
 * One connection to a SQLite file whose transactions, once committed, survive the process and the power supply: a
 * rollback journal, and a sync of the disk at each commit. (SQLite's write-ahead log lost acknowledged commits in all
 * versions before 3.51.3, and libsql carries 3.45.)
 */
export class SqliteFile {
  readonly path: string;
  private readonly database: Database.Database;

  private constructor(path: string, database: Database.Database) {
    this.path = path;
    this.database = database;
  }

  /** @throws StudyError when it cannot be opened, or is no SQLite file */
  static open(path: string, { mode, patienceMs }: OpenDatabaseOptions): SqliteFile {
    // As a URL, no path is taken for a remote database or an option. Readers open for writing too where they may: only
    // so can they roll back what a crashed writer left half-done.
    const url = `${pathToFileURL(path).href}?mode=${mode === 'read' ? 'rw' : 'rwc'}`;
    const database = explained(path, () => new (libsql())(url, { timeout: patienceMs }));
    const file = new SqliteFile(path, database);
    try {
      if (mode === 'read') file.run('PRAGMA query_only = ON');
      if (mode === 'write') file.makeDurable();
      return file;
    } catch (error) {
      file.close();
      throw error;
    }
  }

  private makeDurable(): void {
    const journal = this.value('PRAGMA journal_mode = DELETE');
    this.run('PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON');
    const synchronous = this.value('PRAGMA synchronous');
    if (journal === 'delete' && synchronous === 2) return;
    const got = `journal_mode ${journal}, synchronous ${synchronous}`;
    throw new StudyError(this.path, `SQLite must keep a rollback journal and sync every commit, got ${got}`);
  }

  /** Executes statements for their effect. */
  run(sql: string): void {
    this.guarded(() => this.database.exec(sql));
  }

  /** A statement to execute many times. */
  prepare(sql: string): Statement {
    return new Statement(
      this,
      this.guarded(() => this.database.prepare(sql)),
    );
  }

  /** The first column of the first row; undefined where there is none. */
  value(sql: string, ...values: readonly SqlValue[]): unknown {
    return this.prepare(sql).row(...values)?.[0];
  }

  /** Does all of `work` or nothing of it. */
  transaction<T>(kind: 'read' | 'write', work: () => T): T {
    this.run(kind === 'write' ? 'BEGIN IMMEDIATE' : 'BEGIN');
    try {
      const result = work();
      this.run('COMMIT');
      return result;
    } catch (error) {
      this.rollBack();
      throw error;
    }
  }

  private rollBack(): void {
    // After some errors, such as a full disk, SQLite has done it by itself.
    if (!this.database.inTransaction) return;
    try {
      this.run('ROLLBACK');
    } catch {
      // The first error matters more; whoever opens the file next rolls back.
    }
  }

  /** Does something with the open file, and says what SQLite's errors mean. */
  guarded<T>(work: () => T): T {
    // libsql would go on with statements that were prepared before.
    if (!this.database.open) throw new StudyError(this.path, 'was closed; open the study again');
    return explained(this.path, work);
  }

  /** Does not free the file itself as long as there are prepared statements that node has not collected. */
  close(): void {
    if (this.database.open) this.database.close();
  }
}

/** A prepared statement. */
export class Statement {
  private readonly file: SqliteFile;
  private readonly statement: Database.Statement;

  constructor(file: SqliteFile, statement: Database.Statement) {
    this.file = file;
    this.statement = statement.reader ? statement.raw() : statement;
  }

  /** Executes it for its effect. */
  run(...values: readonly SqlValue[]): void {
    this.file.guarded(() => this.statement.run(values));
  }

  row(...values: readonly SqlValue[]): SqlRow | undefined {
    return this.file.guarded(() => this.statement.get(values)) as SqlRow | undefined;
  }

  rows(...values: readonly SqlValue[]): readonly SqlRow[] {
    return this.file.guarded(() => this.statement.all(values)) as SqlRow[];
  }
}
