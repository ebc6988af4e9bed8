import { existsSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { StudyStore } from '../../../src/node.ts';
import { SqliteFile } from '../../../src/study/store/database.ts';
import { freshPath, settings, trials } from './sample.ts';
import { WriterProcess } from './writer-process.ts';

const batch = 7;

function newStudy(): string {
  const path = freshPath();
  StudyStore.create(path, settings).close();
  return path;
}

describe('one writer', () => {
  it('keeps a second process out and names the first; a killed one is in nobody’s way', async () => {
    const path = newStudy();
    const writer = new WriterProcess(path, 1e9);
    await writer.says('planned');
    const name = new RegExp(`process ${writer.pid} on ${hostname()} \\(since 20.*Z\\) is writing this study`);
    expect(() => StudyStore.open(path)).toThrow(name);
    const reader = StudyStore.open(path, { readOnly: true });
    expect(reader.writer).toMatchObject({ pid: writer.pid, host: hostname() });
    await writer.kill();

    expect(existsSync(`${path}-lock`)).toBe(true);
    expect(reader.writer).toBeUndefined();
    const begun = performance.now();
    const heir = StudyStore.open(path);
    // Nothing is waited for; the rest is the disk.
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(reader.writer).toMatchObject({ pid: process.pid });
    const second = new WriterProcess(path, 7);
    expect(await second.end()).toBe(1);
    expect(second.lines[0]).toContain(`process ${process.pid} on ${hostname()}`);
    heir.close();
    expect(existsSync(`${path}-lock`)).toBe(false);
    expect(reader.writer).toBeUndefined();
    reader.close();
  });

  it('is one in this process too, by whatever name', () => {
    const path = newStudy();
    const other = freshPath('link.shoal');
    symlinkSync(path, other);
    const store = StudyStore.open(path);
    expect(() => StudyStore.open(path)).toThrow(/is writing this study/);
    expect(() => StudyStore.open(other)).toThrow(/is writing this study/);
    store.plan(trials(0, 1));
    store.close();
    StudyStore.open(other).close();
  });

  it('is told when another has taken over where locks do not hold', () => {
    const path = newStudy();
    const first = StudyStore.open(path);
    first.plan(trials(0, 1));
    rmSync(`${path}-lock`);
    const second = StudyStore.open(path);
    second.plan(trials(1, 1));
    expect(() => first.plan(trials(2, 1))).toThrow(/has taken the study over; stop one of the two/);
    expect(second.planned).toBe(2);
    first.close();
    second.close();
  });

  it('takes a lock’s file that something else has left', () => {
    const path = newStudy();
    writeFileSync(`${path}-lock`, '');
    const store = StudyStore.open(path);
    store.plan(trials(0, 1));
    store.close();
  });
});

describe('readers', () => {
  it('see whole batches of a running study and never a lock', async () => {
    const path = newStudy();
    const writer = new WriterProcess(path, 60 * batch, { restMs: 20 });
    await writer.says('finished');
    let [loads, last] = [0, 0];
    while (last < 60 * batch) {
      const reader = StudyStore.open(path, { readOnly: true });
      const { results } = reader.load();
      reader.close();
      const finished = results.filter((one) => one !== undefined).length;
      expect(finished % batch).toBe(0);
      expect(finished).toBeGreaterThanOrEqual(last);
      [last, loads] = [finished, loads + 1];
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(loads).toBeGreaterThan(3);
    expect(await writer.end()).toBe(0);
  });

  it('are told so when a file is kept busy for longer than they wait', () => {
    const path = newStudy();
    const busy = SqliteFile.open(path, { mode: 'write', patienceMs: 0 });
    busy.run('BEGIN EXCLUSIVE');
    const reader = SqliteFile.open(path, { mode: 'read', patienceMs: 20 });
    expect(() => reader.value('SELECT count(*) FROM trials')).toThrow(/kept the file busy .* try again/);
    busy.run('ROLLBACK');
    expect(reader.value('SELECT count(*) FROM trials')).toBe(0);
    for (const file of [reader, busy]) file.close();
  });
});
