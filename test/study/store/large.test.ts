import { rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { largeResult, largeTrial, writeLargeStudy } from '../../../bench/study-store.ts';
import { StudyStore } from '../../../src/node.ts';
import { freshPath } from './sample.ts';

const path = freshPath();
afterAll(() => rmSync(dirname(path), { recursive: true }));

// How long it takes is for `npm run bench -- study-store`: a busy machine must not fail a test.
it('keeps 100,000 trials in less than 300 MB and gives them back', () => {
  const count = 100_000;
  writeLargeStudy(path, count);
  expect(statSync(path).size).toBeLessThan(300e6);
  const store = StudyStore.open(path, { readOnly: true });
  const { trials, results } = store.load();
  expect([trials.length, results.length]).toEqual([count, count]);
  // A prime, so that the places in the blocks that are read at once differ.
  for (let index = 0; index < count; index += 997) {
    expect(trials[index]).toEqual({ ...largeTrial(index), state: 'complete' });
    expect({ ...results[index] }).toEqual(largeResult(index));
  }
  expect(trials.every(({ index }, i) => index === i)).toBe(true);
  expect(results.every((result, i) => result?.weights === 1000 + i)).toBe(true);
  store.close();
});
