import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { StudyError } from '../../core/errors.ts';
import type { SqliteFile } from './database.ts';
import { damaged } from './sqlite-errors.ts';

/** What a database is made of: whose it is, and the steps from each version to the next. */
export interface Schema {
  /** In SQLite's header, so that a study is told from other applications' files. */
  readonly applicationId: number;
  /** The i-th leads from version i to version i + 1; version 0 is an empty file. */
  readonly migrations: readonly string[];
}

/**
 * Version 1. Vectors are little-endian 64-bit floats, since SQLite keeps neither NaN nor the sign of -0: `point`;
 * `numbers` as `layouts` says. Learning curves, three quarters of a study, lie apart and are read one by one.
 */
const version1 = `
CREATE TABLE study (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  settings TEXT NOT NULL -- StudySettings as JSON: never changed
) STRICT;

CREATE TABLE run (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  max_trials INTEGER, -- NULL: no limit
  max_ms REAL,        -- of work; NULL: no limit
  ended TEXT,         -- why it is over; NULL while there is work left
  elapsed_ms REAL NOT NULL,
  created TEXT NOT NULL,
  changed TEXT NOT NULL
) STRICT;

CREATE TABLE writer ( -- who writes, or wrote last
  id INTEGER PRIMARY KEY CHECK (id = 1),
  token TEXT NOT NULL, -- another one: somebody else has taken over
  pid INTEGER NOT NULL,
  host TEXT NOT NULL,
  since TEXT NOT NULL
) STRICT;

CREATE TABLE trials (
  trial INTEGER PRIMARY KEY, -- its index, without gaps from 0
  round INTEGER NOT NULL,
  parent INTEGER REFERENCES trials,
  parameters TEXT NOT NULL, -- JSON
  point BLOB NOT NULL
) STRICT;

CREATE TABLE layouts ( -- what lies in results.numbers; few rows
  layout INTEGER PRIMARY KEY,
  parts TEXT NOT NULL UNIQUE -- JSON: how many values, runs, rungs, and the names of the metrics
) STRICT;

CREATE TABLE results ( -- of the trials that have ended
  trial INTEGER PRIMARY KEY REFERENCES trials,
  state TEXT NOT NULL,
  reason TEXT,
  weights INTEGER NOT NULL,
  layout INTEGER NOT NULL REFERENCES layouts,
  numbers BLOB NOT NULL -- epochs, startedMs, endedMs, then what the layout says
) STRICT;

CREATE TABLE curves (
  trial INTEGER PRIMARY KEY REFERENCES results,
  curve BLOB NOT NULL -- little-endian 32-bit floats: rows of epoch, loss, val_loss
) STRICT;

CREATE TABLE spans ( -- what the device did, in the order of its ends
  span INTEGER PRIMARY KEY,
  start_ms REAL NOT NULL,
  end_ms REAL NOT NULL,
  label TEXT NOT NULL,
  round INTEGER NOT NULL,
  runs INTEGER NOT NULL
) STRICT;

CREATE TABLE artifacts (
  name TEXT PRIMARY KEY,
  bytes BLOB NOT NULL
) STRICT;
`;

/** Version 2: the best trials are trained again. */
const version2 = `
CREATE TABLE confirmations (
  trial INTEGER PRIMARY KEY REFERENCES results,
  metrics TEXT NOT NULL, -- JSON: the names of the metrics
  numbers BLOB NOT NULL  -- values, runs, metrics
) STRICT;
`;

/** "Shol" in ASCII. Append a migration for every change of the tables; never edit one that was released. */
export const studySchema: Schema = { applicationId: 0x53686f6c, migrations: [version1, version2] };

/**
 * Refuses what is no study before SQLite touches it.
 * @throws StudyError that says what it is instead
 */
export function checkHeader(path: string, { applicationId }: Schema): void {
  const header = Buffer.alloc(100);
  const length = readStart(path, header);
  const problem = problemOf(header.subarray(0, length), applicationId);
  if (problem) throw new StudyError(path, `must be a study of Shoal, got ${problem}; check its name`);
}

/** Whether a file is a study, of whatever version and in whatever state. */
export function isStudy(path: string): boolean {
  try {
    checkHeader(path, studySchema);
    return true;
  } catch {
    return false;
  }
}

function readStart(path: string, buffer: Buffer): number {
  try {
    const file = openSync(path, 'r');
    try {
      return readSync(file, buffer);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StudyError(
      path,
      `must be a file that can be read, got ${code}; check its name and permissions`,
    );
  }
}

/** https://www.sqlite.org/fileformat.html, 1.3 The Database Header */
function problemOf(header: Buffer, applicationId: number): string | undefined {
  const magic = 'SQLite format 3\0';
  const start = header.toString('latin1', 0, magic.length);
  if (header.length === 0) return 'an empty file';
  if (start !== magic.slice(0, start.length)) return 'a file that is no SQLite database';
  if (header.length < 100) return 'a file that was cut off';
  return header.readUInt32BE(68) === applicationId ? undefined : "another application's database";
}

/**
 * The version of a study's tables.
 * @throws StudyError for one that a newer Shoal has made
 */
export function versionOf(file: SqliteFile, { migrations }: Schema): number {
  const version = Number(file.value('PRAGMA user_version'));
  if (version <= migrations.length) return version;
  throw new StudyError(
    file.path,
    `was made by a newer Shoal (format ${version}, this one knows up to ${migrations.length}); use that one`,
  );
}

/**
 * Refuses a file that was cut off: SQLite takes what is missing of its last page for zeros.
 * @throws StudyError
 */
export function checkLength(file: SqliteFile): void {
  const [expected, size] = file.transaction('read', () => {
    // From the first read on, no other process can be amid writing.
    const pages = Number(file.value('PRAGMA page_count')) * Number(file.value('PRAGMA page_size'));
    return [pages, statSync(file.path).size];
  });
  if (size < expected) throw new StudyError(file.path, `${damaged} (${size} of ${expected} bytes)`);
}

/** SQL that makes all tables in an empty file. */
export function tablesOf({ applicationId, migrations }: Schema): string {
  return `PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}; ${migrations.join(';')}`;
}

/** Brings a file up to date, each step in a transaction of its own. */
export function migrate(file: SqliteFile, { migrations }: Schema): void {
  for (let version = Number(file.value('PRAGMA user_version')); version < migrations.length; version++) {
    file.transaction('write', () => file.run(`${migrations[version]}; PRAGMA user_version = ${version + 1}`));
  }
}
