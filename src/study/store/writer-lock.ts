import { existsSync, rmSync } from 'node:fs';
import { SqliteFile } from './database.ts';
import { sqliteCode } from './sqlite-errors.ts';

/** A reader looks for a moment whether a study is being written; a writer does not fail for that. */
const patienceMs = 300;

/**
 * The right to write a study, for one process at a time: an exclusive lock of the operating system on a small file
 * beside the study. The system frees it when its process ends in whatever way, so a file that is left over after a
 * crash hinders nobody.
 */
export class WriterLock {
  private readonly file: SqliteFile;

  private constructor(file: SqliteFile) {
    this.file = file;
  }

  /** Undefined when another process, or this one, has the lock already. */
  static acquire(study: string): WriterLock | undefined {
    const file = SqliteFile.open(lockPath(study), { mode: 'bare', patienceMs });
    try {
      file.run('BEGIN EXCLUSIVE');
    } catch (error) {
      file.close();
      if (sqliteCode(error) === 'SQLITE_BUSY') return undefined;
      throw error;
    }
    if (existsSync(file.path)) return new WriterLock(file);
    // The one who had it has removed the file just now: this lock is on a file that nobody else will find.
    file.close();
    return WriterLock.acquire(study);
  }

  /** Whether some process has the lock. Looking does not take it. */
  static isTaken(study: string): boolean {
    if (!existsSync(lockPath(study))) return false;
    try {
      const file = SqliteFile.open(lockPath(study), { mode: 'read', patienceMs: 0 });
      try {
        file.run('SELECT count(*) FROM sqlite_schema');
        return false;
      } finally {
        file.close();
      }
    } catch (error) {
      const code = sqliteCode(error);
      if (code === 'SQLITE_BUSY') return true;
      // Removed just now.
      if (code === 'SQLITE_CANTOPEN') return false;
      throw error;
    }
  }

  /** Frees the lock and removes its file (on Windows, where open files cannot be removed, it stays). */
  release(): void {
    try {
      rmSync(this.file.path, { force: true });
    } catch {}
    this.file.close();
  }
}

export const lockPath = (study: string): string => `${study}-lock`;
