import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { StudyError, UsageError } from '../../core/errors.ts';
import type { StudySettings } from '../records.ts';
import { readerPatienceMs, SqliteFile, writerPatienceMs } from './database.ts';
import { firstRun, type StudyLimits } from './run-table.ts';
import {
  checkHeader,
  checkLength,
  migrate,
  type Schema,
  studySchema,
  tablesOf,
  versionOf,
} from './schema.ts';
import { refuseSecondWriter } from './writer.ts';
import { WriterLock } from './writer-lock.ts';

/** A study's database, up to date and checked. */
export interface StudyFile {
  /** Without symbolic links, so that all names of a study share its lock. */
  readonly path: string;
  readonly file: SqliteFile;
  readonly isWritable: boolean;
  /** Closes it and frees the lock. */
  release(): void;
}

/** Makes a study under another name and gives it its own when all is in it. */
export function createStudyFile(name: string, settings: StudySettings, limits: StudyLimits): StudyFile {
  const text = settingsText(settings);
  const path = pathForNew(name);
  const lock = WriterLock.acquire(path) ?? refuseCreation(path);
  const unfinished = `${path}-new`;
  try {
    refuseExisting(path);
    remove(unfinished);
    fill(unfinished, text, limits);
    renameSync(unfinished, path);
    syncFolder(dirname(path));
    return writable(path, lock, studySchema);
  } catch (error) {
    remove(unfinished);
    lock.release();
    throw error;
  }
}

function pathForNew(name: string): string {
  const path = resolve(name);
  const folder = dirname(path);
  if (!existsSync(folder)) throw new StudyError(path, `the folder ${folder} does not exist; make it first`);
  const real = join(realpathSync(folder), basename(path));
  refuseExisting(real);
  return real;
}

function refuseExisting(path: string): void {
  if (existsSync(path))
    throw new StudyError(path, 'exists already; choose another name, or resume the study that it is');
}

function refuseCreation(path: string): never {
  throw new StudyError(path, 'another process is creating a study of this name; choose another one');
}

/** In one go and without prepared statements, which would keep the file open: Windows renames no open file. */
function fill(path: string, settings: string, limits: StudyLimits): void {
  const file = SqliteFile.open(path, { mode: 'bare', patienceMs: 0 });
  const quoted = `'${settings.replaceAll("'", "''")}'`;
  const rows = `INSERT INTO study (id, settings) VALUES (1, ${quoted}); ${firstRun(limits)}`;
  try {
    file.run(`PRAGMA synchronous = FULL; BEGIN; ${tablesOf(studySchema)}; ${rows}; COMMIT`);
  } finally {
    file.close();
  }
}

function remove(path: string): void {
  for (const name of [path, `${path}-journal`]) rmSync(name, { force: true });
}

/** So that the new name survives a power failure; Windows has no such call. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  fsyncSync(handle);
  closeSync(handle);
}

/** JSON, checked to hold all that it was made from. */
function settingsText(settings: StudySettings): string {
  return JSON.stringify(settings, (name, value: unknown) => {
    if (typeof value !== 'number' || Number.isFinite(value)) return value;
    throw new UsageError(`${name} of a study's settings must be a finite number, got ${value}`);
  });
}

/** @param schema another one in tests of migrations */
export function openForWriting(name: string, schema: Schema = studySchema): StudyFile {
  const path = existing(name, schema);
  const lock = WriterLock.acquire(path);
  if (!lock) {
    const reader = openForReading(path, schema);
    try {
      return refuseSecondWriter(reader.file);
    } finally {
      reader.release();
    }
  }
  try {
    return writable(path, lock, schema);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function existing(name: string, schema: Schema): string {
  if (!existsSync(name)) throw new StudyError(resolve(name), 'there is no such study; check its name');
  const path = realpathSync(name);
  checkHeader(path, schema);
  return path;
}

function writable(path: string, lock: WriterLock, schema: Schema): StudyFile {
  const file = SqliteFile.open(path, { mode: 'write', patienceMs: writerPatienceMs });
  const release = () => {
    file.close();
    lock.release();
  };
  try {
    checkLength(file);
    if (versionOf(file, schema) < schema.migrations.length) migrate(file, schema);
    return { path, file, isWritable: true, release };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** A study of an older version is read from a copy that is brought up to date; the file itself stays as it is. */
export function openForReading(name: string, schema: Schema = studySchema): StudyFile {
  const path = existing(name, schema);
  const file = SqliteFile.open(path, { mode: 'read', patienceMs: readerPatienceMs });
  try {
    checkLength(file);
    if (versionOf(file, schema) === schema.migrations.length)
      return { path, file, isWritable: false, release: () => file.close() };
    return migratedCopy(path, file, schema);
  } catch (error) {
    file.close();
    throw error;
  }
}

function migratedCopy(path: string, original: SqliteFile, schema: Schema): StudyFile {
  const folder = mkdtempSync(join(tmpdir(), 'shoal-study-'));
  const copy = join(folder, basename(path));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  try {
    // To copy counts as writing.
    original.run('PRAGMA query_only = OFF');
    original.prepare('VACUUM INTO ?').run(copy);
    original.close();
    const file = SqliteFile.open(copy, { mode: 'write', patienceMs: 0 });
    migrate(file, schema);
    const release = () => {
      file.close();
      removeFolder();
    };
    return { path, file, isWritable: false, release };
  } catch (error) {
    removeFolder();
    throw error;
  }
}
