import { expect, it } from 'vitest';
import { webgpuEngine } from '../../src/index.ts';
import { verifyEngine } from '../../src/verify/verify.ts';
import { gpuForTests } from '../gpu.ts';

const { context, engine } = await gpuForTests();

it.each([1, 2])('the adapter passes verification with seed %i', async (seed) => {
  const { results } = await verifyEngine(engine, { seed });
  expect(results.filter(({ ok }) => !ok)).toEqual([]);
});

it('the tiling for GPUs passes verification too, wherever it runs', async () => {
  const { results } = await verifyEngine(webgpuEngine(context, { tiling: 'workgroup' }));
  expect(results.filter(({ ok }) => !ok)).toEqual([]);
});
