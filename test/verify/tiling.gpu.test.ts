import { expect, it } from 'vitest';
import { webgpuEngine } from '../../src/index.ts';
import { verifyEngine } from '../../src/verify/verify.ts';
import { gpuForTests } from '../gpu.ts';

const { context } = await gpuForTests();

it('the tiling for GPUs passes verification too, wherever it runs', async () => {
  const { results } = await verifyEngine(webgpuEngine(context, { tiling: 'workgroup' }));
  expect(results.filter(({ ok }) => !ok)).toEqual([]);
});
