import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { DeviceError } from '../../src/index.ts';
import { ThreadPool } from '../../src/train/thread-pool.ts';

const pools: ThreadPool<number, number>[] = [];
afterEach(() => {
  for (const pool of pools.splice(0)) pool.close();
});

/** A pool of two threads that run this text. */
function poolOf(text: string): ThreadPool<number, number> {
  const path = join(mkdtempSync(join(tmpdir(), 'shoal-threads-')), 'thread.mjs');
  writeFileSync(path, text);
  const pool = new ThreadPool<number, number>(2, pathToFileURL(path));
  pools.push(pool);
  return pool;
}

describe('threads', () => {
  it('work through more tasks than there are threads', async () => {
    const pool = poolOf('export default (task) => 2 * task');
    const tasks = Array.from({ length: 50 }, (_, task) => task);
    expect(await Promise.all(tasks.map((task) => pool.run(task)))).toEqual(tasks.map((task) => 2 * task));
  });

  it.each([
    ['throw', 'export default () => { throw new Error("out of luck") }', 'out of luck'],
    ['exit', 'export default () => process.exit(7)', 'it exited with code 7'],
    ['crash later', 'export default () => new Promise(() => setTimeout(() => x.y, 5))', 'x is not defined'],
    ['cannot be loaded', 'import "./missing.mjs"', 'missing.mjs'],
    ['have no function', 'export const other = 1', 'No handler function'],
  ])('that %s fail every task that is under way, with one clear error', async (_, text, message) => {
    const pool = poolOf(text);
    const results = await Promise.allSettled([pool.run(1), pool.run(2), pool.run(3)]);
    for (const result of results) {
      const { reason } = result as PromiseRejectedResult;
      expect(reason).toBeInstanceOf(DeviceError);
      expect(reason.message).toMatch(/^a thread of the CPU engine failed: /);
      expect(reason.message).toContain(message);
    }
  });

  it('start afresh after a crash', async () => {
    const pool = poolOf('export default (task) => (task < 0 ? process.exit(1) : task)');
    expect(await pool.run(5)).toBe(5);
    await expect(pool.run(-1)).rejects.toThrow('it exited with code 1');
    expect(await pool.run(6)).toBe(6);
  });

  it('do not keep those waiting who close them', async () => {
    const pool = poolOf('export default () => new Promise(() => {})');
    const running = pool.run(1);
    setTimeout(() => pool.close(), 50);
    await expect(running).rejects.toThrow('the engine was closed before its threads were done');
  });
});
