import { expect, it } from 'vitest';
import { webgpuEngine } from '../../src/index.ts';
import { MemoryStorage } from '../../src/study/storage.ts';
import { gpuForTests } from '../gpu.ts';
import { numbers, run, settingsOf, tableOf } from './runner.ts';

const { context } = await gpuForTests();
const config = {
  space: numbers,
  sampler: 'tpe',
  pruner: 'asha',
  folds: 2,
  epochs: 9,
  trials: 24,
  roundSize: 8,
  seed: 2,
} as const;

it('a study has the same table on an adapter however many trainings it holds at once, and cut off in between', async () => {
  const engine = webgpuEngine(context);
  const whole = tableOf((await run(config, { engine })).data);
  expect(whole.filter((row) => JSON.stringify(row).includes('pruned')).length).toBeGreaterThan(0);
  expect(tableOf((await run(config, { engine: webgpuEngine(context, { slots: 5 }) })).data)).toEqual(whole);
  const storage = new MemoryStorage(settingsOf(config));
  let cuts = 0;
  for (let event = 1; ; event += 2) {
    const abort = new AbortController();
    let seen = 0;
    const onEvent = () => {
      if (++seen === event) abort.abort();
    };
    if ((await run(config, { engine, storage, signal: abort.signal, onEvent })).reason !== 'cancelled') break;
    cuts++;
  }
  expect(cuts).toBeGreaterThan(2);
  expect(tableOf(storage.load())).toEqual(whole);
});
