import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { StudyError } from '../../../src/core/errors.ts';
import { StudyStore } from '../../../src/node.ts';
import { SqliteFile } from '../../../src/study/store/database.ts';
import { WriterLock } from '../../../src/study/store/writer-lock.ts';
import { freshPath, result, results, settings, trials } from './sample.ts';
import { WriterProcess } from './writer-process.ts';

const batch = 7;

/** Everything that a study tells, curves too. */
function contents(path: string): unknown {
  const store = StudyStore.open(path, { readOnly: true });
  try {
    const data = store.load();
    return { ...data, results: data.results.map((one) => one && { ...one }), progress: store.progress };
  } finally {
    store.close();
  }
}

function savedStudy(count: number): string {
  const path = freshPath();
  const store = StudyStore.create(path, settings);
  store.plan(trials(0, count));
  store.finish(results(0, count));
  store.close();
  return path;
}

describe('a study whose writer is killed', () => {
  it('has all that was saved for certain, and whole batches only, after each of 25 kills', async () => {
    const path = freshPath();
    StudyStore.create(path, settings).close();
    for (let kill = 0; kill < 25; kill++) {
      const writer = new WriterProcess(path, 1e9);
      await writer.says('planned');
      // Spread over some commits; a commit takes a few milliseconds.
      await new Promise((resolve) => setTimeout(resolve, (kill * 11) % 80));
      await writer.kill();

      const store = StudyStore.open(path);
      const { trials: planned, results: found, spans } = store.load();
      const finished = found.filter((one) => one !== undefined);
      expect(store.check()).toEqual([]);
      expect(planned.length).toBeGreaterThanOrEqual(writer.last('planned'));
      expect(finished.length).toBeGreaterThanOrEqual(
        Math.max(writer.last('finished'), writer.last('opened')),
      );
      expect([planned.length % batch, finished.length % batch]).toEqual([0, 0]);
      expect(planned.length - finished.length).toBeLessThanOrEqual(batch);
      expect(spans.length).toBe(finished.length / batch);
      finished.forEach(({ index, values, metrics }, i) => {
        expect([index, values[0], metrics.val_loss]).toEqual([i, i, i]);
      });
      expect(store.progress.elapsedMs).toBe(finished.length);
      store.close();
    }
    const store = StudyStore.open(path, { readOnly: true });
    expect(store.planned).toBeGreaterThan(12 * batch);
    store.close();
  });

  it('loses a transaction that was half in the file', () => {
    const path = savedStudy(40);
    const before = contents(path);
    const crashed = freshPath();
    const file = SqliteFile.open(path, { mode: 'write', patienceMs: 0 });
    // A cache of one page: what does not fit goes to the file before the commit.
    file.run('PRAGMA cache_size = 1; BEGIN IMMEDIATE; DELETE FROM curves; UPDATE results SET weights = 1');
    copyFileSync(path, crashed);
    copyFileSync(`${path}-journal`, `${crashed}-journal`);
    file.run('ROLLBACK');
    file.close();
    expect(readFileSync(crashed).equals(readFileSync(path))).toBe(false);
    expect(contents(crashed)).toEqual(before);
    expect(readFileSync(crashed).equals(readFileSync(path))).toBe(true);
  });
});

describe('a file that is cut off or overwritten', () => {
  it('is refused wherever it was cut', () => {
    const whole = readFileSync(savedStudy(30));
    const torn = freshPath();
    for (let length = 0; length < whole.length; length += length < 4200 ? 37 : 499) {
      writeFileSync(torn, whole.subarray(0, length));
      expect(() => contents(torn), `cut at ${length}`).toThrow(StudyError);
      expect(() => StudyStore.open(torn), `cut at ${length}`).toThrow(StudyError);
    }
  });

  it('is refused or whole when a page of it is lost', () => {
    const path = savedStudy(30);
    const before = JSON.stringify(contents(path));
    const whole = readFileSync(path);
    const torn = freshPath();
    let refused = 0;
    for (let page = 0; page < whole.length / 4096; page++) {
      writeFileSync(torn, Buffer.from(whole).fill(0, page * 4096, (page + 1) * 4096));
      try {
        expect(JSON.stringify(contents(torn)), `page ${page}`).toBe(before);
      } catch (error) {
        expect(error, `page ${page}`).toBeInstanceOf(StudyError);
        refused++;
      }
    }
    // All but the tables that are empty, and indices that only writing needs.
    expect(refused).toBeGreaterThan(6);
  });

  it('is refused when text of it is no text', () => {
    // libsql ends the process where it reads text that is no UTF-8.
    const columns = [
      'study.settings',
      'run.created',
      'writer.host',
      'trials.parameters',
      'layouts.parts',
      'spans.label',
    ];
    for (const [table, column] of columns.map((name) => name.split('.'))) {
      const path = savedStudy(3);
      const file = SqliteFile.open(path, { mode: 'write', patienceMs: 0 });
      file.run("INSERT INTO spans VALUES (1, 0, 1, 'x', 0, 1)");
      file.run(`UPDATE ${table} SET ${column} = CAST(x'61ff62' AS TEXT)`);
      file.close();
      expect(() => {
        contents(path);
        WriterLock.acquire(path);
        StudyStore.open(path);
      }, column).toThrow(/the file is damaged/);
    }
  });

  it.each([
    ["UPDATE trials SET parameters = '{},{}' WHERE trial = 1", /parameters are not one object a trial/],
    ["UPDATE results SET numbers = x'0000000000000000' WHERE trial = 2", /numbers are missing/],
    ['UPDATE layouts SET parts = 7', /the file is damaged/],
  ])('is refused when rows do not fit together: %s', (sql, message) => {
    const path = savedStudy(3);
    const file = SqliteFile.open(path, { mode: 'write', patienceMs: 0 });
    file.run(sql);
    file.close();
    expect(() => contents(path)).toThrow(StudyError);
    expect(() => contents(path)).toThrow(message);
  });

  it('is told by the check where reading does not notice', () => {
    const path = savedStudy(3);
    const file = SqliteFile.open(path, { mode: 'write', patienceMs: 0 });
    file.run(
      "PRAGMA foreign_keys = OFF; DELETE FROM curves WHERE trial = 1; UPDATE results SET numbers = x'00'",
    );
    file.run('DELETE FROM trials WHERE trial = 0');
    file.close();
    const store = StudyStore.open(path, { readOnly: true });
    expect(store.check()).toEqual([
      'row 0 of results belongs to nothing',
      '1 trials are missing',
      '1 learning curves are missing',
      '3 results have the wrong length',
    ]);
    expect(() => store.curve(1)).toThrow(/no learning curve of trial 1/);
  });
});

describe('a disk that is full', () => {
  it('costs nothing that was saved', async () => {
    const path = freshPath();
    StudyStore.create(path, settings).close();
    // 512-byte blocks in POSIX shells: the file may have 150 kB.
    const writer = new WriterProcess(path, 1e9, { limit: 'ulimit -f 300' });
    expect(await writer.end()).toBe(1);
    expect(writer.lines.at(-1)).toMatch(/^StudyError: .*all that was saved before is safe/);
    const store = StudyStore.open(path);
    expect(store.check()).toEqual([]);
    const finished = store.load().results.filter((one) => one !== undefined);
    expect(finished.length).toBeGreaterThanOrEqual(writer.last('finished'));
    expect(finished.length).toBeGreaterThan(batch);
    store.close();
    const second = new WriterProcess(path, finished.length + 2 * batch);
    expect(await second.end()).toBe(0);
  });

  it('is told by name, and the study goes on once there is room', () => {
    const path = savedStudy(1);
    const file = SqliteFile.open(path, { mode: 'write', patienceMs: 0 });
    file.run('PRAGMA max_page_count = 30');
    const insert = file.prepare('INSERT INTO artifacts (name, bytes) VALUES (?, ?)');
    const fill = () => file.transaction('write', () => insert.run('large', new Uint8Array(1e6)));
    expect(fill).toThrow(/the disk is full; .* resume the study where it stopped \(SQLITE_FULL\)/);
    file.run('PRAGMA max_page_count = 3000');
    fill();
    file.close();
    expect(StudyStore.open(path, { readOnly: true }).artifact('large')).toHaveLength(1e6);
  });
});

it('counts an uncommitted result as not there', () => {
  const path = freshPath();
  const store = StudyStore.create(path, settings);
  store.plan(trials(0, 2));
  const huge = { ...result(1), curve: new Float32Array(3000) };
  expect(() => store.finish([result(0), huge])).toThrow(/at most 64 rows/);
  expect(contents(path)).toMatchObject({ results: [undefined, undefined] });
  store.close();
});
