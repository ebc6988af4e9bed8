import { expect, it } from 'vitest';
import { verifyEngine } from '../../src/verify/verify.ts';
import { gpuForTests } from '../gpu.ts';

const { engine } = await gpuForTests();

it.each([1, 2])('the adapter passes verification with seed %i', async (seed) => {
  const { results } = await verifyEngine(engine, { seed });
  expect(results.filter(({ ok }) => !ok)).toEqual([]);
});
