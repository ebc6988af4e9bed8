import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StudyError } from '../../../src/core/errors.ts';
import { StudyStore } from '../../../src/node.ts';
import { SqliteFile } from '../../../src/study/store/database.ts';
import { openForReading, openForWriting } from '../../../src/study/store/files.ts';
import { type Schema, studySchema } from '../../../src/study/store/schema.ts';
import { freshPath, trial } from './sample.ts';

/** A file as the first version of the format wrote it, kept as SQL: it must be readable for ever. */
function versionOne(): string {
  const path = freshPath();
  const file = SqliteFile.open(path, { mode: 'write', patienceMs: 0 });
  file.run(readFileSync(new URL('version-1.sql', import.meta.url), 'utf8'));
  file.close();
  return path;
}

/** Stands in for a later version of the format. */
const nextSchema: Schema = {
  applicationId: studySchema.applicationId,
  migrations: [
    ...studySchema.migrations,
    `ALTER TABLE run ADD COLUMN note TEXT NOT NULL DEFAULT 'none';
     UPDATE run SET note = 'had ' || (SELECT count(*) FROM trials) || ' trials'`,
  ],
};

const noteOf = (file: SqliteFile) => file.value('SELECT note FROM run');
const leftOvers = () => readdirSync(tmpdir()).filter((name) => /^shoal-study-/.test(name));

describe('a study of version 1', () => {
  it('is read as it was meant', () => {
    const store = StudyStore.open(versionOne(), { readOnly: true });
    const { settings, trials, results, spans } = store.load();
    expect(settings).toMatchObject({ name: 'old', seed: 3, sampler: { name: 'grid' } });
    expect(trials).toEqual([
      {
        index: 0,
        round: 0,
        parameters: { units: [8, 4], rate: 0.1 },
        point: Float64Array.of(0.5, NaN),
        state: 'waiting',
      },
      {
        index: 1,
        round: 1,
        parent: 0,
        parameters: { units: [], rate: -0 },
        point: Float64Array.of(1, -0),
        state: 'complete',
      },
    ]);
    expect(results.map((one) => one && { ...one })).toEqual([
      undefined,
      {
        index: 1,
        state: 'complete',
        values: Float64Array.of(0.25),
        runs: Float64Array.of(0, 0.5),
        rungs: Float64Array.of(),
        metrics: { val_loss: 0.25 },
        epochs: 4,
        weights: 5,
        curve: Float32Array.of(1, 2, Infinity),
        startedMs: 0,
        endedMs: 12.5,
      },
    ]);
    expect(spans).toEqual([{ startMs: 0, endMs: 12.5, label: '1-1 adam', round: 1, runs: 2 }]);
    expect(store.artifact('best')).toEqual(Uint8Array.of(1, 2));
    expect(store.limits).toEqual({ trials: 2 });
    expect(store.progress).toMatchObject({ elapsedMs: 12.5, ended: 'trials' });
    expect(store.check()).toEqual([]);
    store.close();
  });

  it('can be written', () => {
    const path = versionOne();
    const store = StudyStore.open(path);
    store.plan([trial(2)]);
    store.close();
    const written = StudyStore.open(path, { readOnly: true });
    expect(written.load().trials).toHaveLength(3);
    written.close();
  });
});

describe('an older study', () => {
  it('is brought up to date when it is opened for writing', () => {
    const path = versionOne();
    const opened = openForWriting(path, nextSchema);
    expect(noteOf(opened.file)).toBe('had 2 trials');
    opened.release();
    const again = openForWriting(path, nextSchema);
    expect([noteOf(again.file), again.file.value('PRAGMA user_version')]).toEqual(['had 2 trials', 3]);
    again.release();
    expect(() => StudyStore.open(path)).toThrow(/made by a newer Shoal \(format 3/);
  });

  it('stays as it is when it is only read', () => {
    const path = versionOne();
    const before = readFileSync(path);
    const opened = openForReading(path, nextSchema);
    expect([noteOf(opened.file), opened.file.value('SELECT count(*) FROM results')]).toEqual([
      'had 2 trials',
      1,
    ]);
    opened.release();
    expect(leftOvers()).toEqual([]);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(dirname(path))).toEqual(['sample.shoal']);
  });

  it('stays as it is when a step fails half-way', () => {
    const path = versionOne();
    const step = 'DROP TABLE spans; DROP TABLE no_such_table';
    const broken = { ...nextSchema, migrations: [...studySchema.migrations, step] };
    expect(() => openForWriting(path, broken)).toThrow(StudyError);
    expect(() => openForReading(path, broken)).toThrow(/no such table/);
    expect(leftOvers()).toEqual([]);
    const store = StudyStore.open(path);
    expect(store.load().spans).toHaveLength(1);
    expect(store.check()).toEqual([]);
    store.close();
  });
});

it('the tables of a new study are those of an old one that was brought up to date', () => {
  const columns = (file: SqliteFile) =>
    file
      .prepare(
        `SELECT t.name, c.name, c.type, c."notnull", c.pk FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
          WHERE t.type = 'table' ORDER BY t.name, c.cid`,
      )
      .rows();
  const fresh = freshPath();
  const updated = versionOne();
  const store = StudyStore.open(updated);
  StudyStore.create(fresh, store.settings).close();
  store.close();
  const [old, made] = [updated, fresh].map((path) =>
    columns(SqliteFile.open(path, { mode: 'read', patienceMs: 0 })),
  );
  expect(made).toEqual(old);
});
