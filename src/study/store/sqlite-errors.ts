import { ShoalError, StudyError } from '../../core/errors.ts';

/** What became of a file that does not make sense. */
export const damaged =
  'the file is damaged (cut off or overwritten); restore it from a copy, what is left of it cannot be trusted';

/** What codes of SQLite's (and node's) mean, and how to mend it. */
const explanations: readonly (readonly [code: RegExp, explanation: string])[] = [
  [/BUSY|LOCKED/, 'another process has kept the file busy for too long; try again when it rests'],
  [
    /FULL/,
    'the disk is full; all that was saved before is safe: make room, then resume the study where it stopped',
  ],
  [/NOTADB/, 'must be a study of Shoal, got a file that is no SQLite database; check its name'],
  [/CORRUPT/, damaged],
  [
    /READONLY_DBMOVED/,
    'the file was moved or deleted while it was in use; move it back, then resume the study',
  ],
  [
    /READONLY|PERM|CANTOPEN|AUTH/,
    'the file or its folder may not be written; check their permissions, or copy the file elsewhere',
  ],
  [
    /IOERR/,
    'the disk refused to read or write; all that was saved before is safe: check disk and quota, then resume',
  ],
  [/MODULE_NOT_FOUND/, 'studies need libsql, which is not installed or has no build for this platform'],
];

/** The name of what went wrong, such as `SQLITE_BUSY`; undefined for errors without one. */
export function sqliteCode(error: unknown): string | undefined {
  const cause = error instanceof StudyError ? error.cause : error;
  // libsql's constructor tells this one in words alone.
  if (String(cause).includes('Unable to open')) return 'SQLITE_CANTOPEN';
  const isCoded = cause instanceof Error && 'code' in cause && typeof cause.code === 'string';
  return isCoded ? String(cause.code) : undefined;
}

/** Does something with a file; SQLite's errors become errors that say what it means and how to mend it. */
export function explained<T>(path: string, work: () => T): T {
  return translated(path, work, (error) => {
    const code = sqliteCode(error);
    const known = explanations.find(([pattern]) => code !== undefined && pattern.test(code));
    if (known && code) return `${known[1]} (${code})`;
    return `could not be used as a study (${error}); check it with another copy, and report this if it stays`;
  });
}

/**
 * Inserts a row; where its key is taken, or what it belongs to is missing, the error says so in these words.
 * @throws StudyError
 */
export function insertOnce(path: string, insert: () => void, taken: string, missing: string): void {
  try {
    insert();
  } catch (error) {
    const code = sqliteCode(error);
    if (code === 'SQLITE_CONSTRAINT_PRIMARYKEY') throw new StudyError(path, taken);
    if (code === 'SQLITE_CONSTRAINT_FOREIGNKEY') throw new StudyError(path, missing);
    throw error;
  }
}

/** Makes sense of what was read. @throws StudyError where there is no sense in it */
export function decoded<T>(path: string, work: () => T): T {
  return translated(path, work, (error) => `${damaged} (${error})`);
}

function translated<T>(path: string, work: () => T, problemOf: (error: unknown) => string): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof ShoalError) throw error;
    const translation = new StudyError(path, problemOf(error));
    translation.cause = error;
    throw translation;
  }
}
