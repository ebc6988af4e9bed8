import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StudyError } from '../../../src/core/errors.ts';
import { StudyStore } from '../../../src/node.ts';
import { SqliteFile } from '../../../src/study/store/database.ts';
import { freshPath, result, settings, trial } from './sample.ts';

function newStudy(): string {
  const path = freshPath();
  const store = StudyStore.create(path, settings);
  store.plan([trial(0)]);
  store.finish([result(0)]);
  store.close();
  return path;
}

/** Executes SQL on a file, whatever it is. */
function execute(path: string, sql: string): string {
  const file = SqliteFile.open(path, { mode: 'bare', patienceMs: 0 });
  file.run(sql);
  file.close();
  return path;
}

/** Refuses the file in both modes, and leaves it and its folder as they were. */
function expectRefused(path: string, message: RegExp): void {
  const before = readFileSync(path);
  for (const readOnly of [true, false]) {
    expect(() => StudyStore.open(path, { readOnly })).toThrow(StudyError);
    expect(() => StudyStore.open(path, { readOnly })).toThrow(message);
  }
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(readdirSync(dirname(path))).toEqual(['sample.shoal']);
}

/** Does something as a user who is not root, for whom permissions count. */
function withoutPrivileges(work: () => void): void {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  try {
    work();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}

describe('what is no study of this Shoal', () => {
  it.each([
    ['', /must be a study of Shoal, got an empty file/],
    ['x,y\n1,2\n3,4\n5,6\n', /got a file that is no SQLite database/],
    ['SQLite format 3\0', /got a file that was cut off/],
  ])('a file that begins with %j', (text, message) => {
    const path = freshPath();
    writeFileSync(path, text);
    expectRefused(path, message);
  });

  it.each(['DELETE', 'WAL'])("another application's database (journal %s)", (journal) => {
    const sql = `PRAGMA journal_mode = ${journal}; CREATE TABLE thesis (text); PRAGMA wal_checkpoint(TRUNCATE)`;
    expectRefused(execute(freshPath(), sql), /got another application's database/);
  });

  it('a study that a newer Shoal has made', () => {
    const path = execute(newStudy(), 'PRAGMA user_version = 99');
    expectRefused(path, /made by a newer Shoal \(format 99, this one knows up to 2\); use that one/);
  });

  it('a study without its settings', () => {
    expectRefused(execute(newStudy(), 'DELETE FROM study'), /the file is damaged/);
  });

  it('a folder, and a file that is not there', () => {
    const folder = dirname(newStudy());
    expect(() => StudyStore.open(folder)).toThrow(/got EISDIR; check its name/);
    expect(() => StudyStore.open(join(folder, 'other.shoal'))).toThrow(/there is no such study/);
  });
});

describe('a folder that may not be written', () => {
  it('lets studies be read, and says what hinders writing', () => {
    const path = newStudy();
    chmodSync(path, 0o444);
    chmodSync(dirname(path), 0o555);
    withoutPrivileges(() => {
      const reader = StudyStore.open(path, { readOnly: true });
      expect(reader.load().results).toHaveLength(1);
      expect(reader.writer).toBeUndefined();
      reader.close();
      expect(() => StudyStore.open(path)).toThrow(StudyError);
      expect(() => StudyStore.open(path)).toThrow(/may not be written; check their permissions/);
      expect(() => StudyStore.create(`${path}2`, settings)).toThrow(/may not be written/);
    });
    chmodSync(dirname(path), 0o755);
    expect(readdirSync(dirname(path))).toEqual(['sample.shoal']);
  });

  it('is named when the study itself may not be written', () => {
    const path = newStudy();
    chmodSync(path, 0o444);
    chmodSync(dirname(path), 0o777);
    withoutPrivileges(() => {
      expect(() => StudyStore.open(path)).toThrow(/may not be written/);
    });
    expect(readdirSync(dirname(path))).toEqual(['sample.shoal']);
  });
});

it('opens names that look like options of SQLite or like addresses', () => {
  const folder = dirname(freshPath());
  for (const name of ['a?mode=memory', 'b#c', 'd%20e', 'file:f', 'libsql:g', 'ü ö']) {
    const path = join(folder, name, 'sample.shoal');
    mkdirSync(dirname(path));
    StudyStore.create(path, settings).close();
    StudyStore.open(path).close();
    expect(readdirSync(dirname(path))).toEqual(['sample.shoal']);
  }
});
